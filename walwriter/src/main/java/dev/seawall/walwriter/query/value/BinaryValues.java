package dev.seawall.walwriter.query.value;

import dev.seawall.wal.Lsn;
import dev.seawall.walwriter.wire.MessageInput;
import dev.seawall.walwriter.wire.MessageOutput;
import dev.seawall.walwriter.wire.PgType;
import dev.seawall.walwriter.wire.SqlException;
import dev.seawall.walwriter.wire.SqlState;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;

/// Values in PostgreSQL's binary formats, big endian.
final class BinaryValues {

    /// PostgreSQL counts from 2000-01-01.
    private static final Instant EPOCH = Instant.parse("2000-01-01T00:00:00Z");
    private static final long MICROS_A_DAY = 86_400_000_000L;

    private BinaryValues() {}

    /// With the length in front.
    static void write(PgType type, Object value, MessageOutput out) {
        switch (type) {
            case BOOL -> out.int32(1).int8((Boolean) value ? 1 : 0);
            case BYTEA -> out.int32(((byte[]) value).length).bytes((byte[]) value);
            case INT2 -> out.int32(Short.BYTES).int16((Integer) value);
            case INT4 -> out.int32(Integer.BYTES).int32((Integer) value);
            case INT8 -> out.int32(Long.BYTES).int64((Long) value);
            case OID, XID -> out.int32(Integer.BYTES).int32(((Long) value).intValue());
            case FLOAT8 -> out.int32(Long.BYTES).int64(Double.doubleToRawLongBits((Double) value));
            case NUMERIC -> NumericBinary.write((BigDecimal) value, out);
            case TIMESTAMPTZ -> out.int32(Long.BYTES).int64(micros(Duration.between(EPOCH, (Instant) value)));
            case INTERVAL -> out.int32(Long.BYTES + 2 * Integer.BYTES).int64(micros((Duration) value)).int64(0);
            case PG_LSN -> out.int32(Long.BYTES).int64(((Lsn) value).value());
            case TEXT, VARCHAR, NAME, UNKNOWN, VOID -> out.value((String) value);
            case INET, RECORD, TEXT_ARRAY -> throw unknown(type, "output");
        }
    }

    private static long micros(Duration duration) {
        return duration.getSeconds() * 1_000_000 + duration.getNano() / 1000;
    }

    private static SqlException unknown(PgType type, String what) {
        return SqlException.error(SqlState.FEATURE_NOT_SUPPORTED,
                "binary " + what + " of type " + type.sqlName() + " is not supported\nHINT: Ask for text.");
    }

    static Object read(PgType type, int bytes, MessageInput in) {
        return switch (type) {
            case BOOL -> expect(type, bytes, 1, in).int8() != 0;
            case BYTEA -> in.bytes(bytes);
            case INT2 -> (int) expect(type, bytes, Short.BYTES, in).int16();
            case INT4 -> expect(type, bytes, Integer.BYTES, in).int32();
            case INT8 -> expect(type, bytes, Long.BYTES, in).int64();
            case OID, XID -> expect(type, bytes, Integer.BYTES, in).int32() & 0xFFFF_FFFFL;
            case FLOAT8 -> Double.longBitsToDouble(expect(type, bytes, Long.BYTES, in).int64());
            case NUMERIC -> NumericBinary.read(in.bytes(bytes));
            case TIMESTAMPTZ -> EPOCH.plus(duration(expect(type, bytes, Long.BYTES, in).int64()));
            case INTERVAL -> interval(expect(type, bytes, Long.BYTES + 2 * Integer.BYTES, in));
            case PG_LSN -> new Lsn(expect(type, bytes, Long.BYTES, in).int64());
            case TEXT, VARCHAR, NAME, UNKNOWN -> Values.checked(in.text(bytes));
            case INET, RECORD, TEXT_ARRAY, VOID -> {
                in.bytes(bytes);
                throw unknown(type, "input");
            }
        };
    }

    private static MessageInput expect(PgType type, int bytes, int expected, MessageInput in) {
        if (bytes != expected) {
            in.bytes(bytes);
            throw malformed(type);
        }
        return in;
    }

    static SqlException malformed(PgType type) {
        return SqlException.error(SqlState.INVALID_BINARY_REPRESENTATION,
                "incorrect binary data format for type " + type.sqlName());
    }

    private static Duration duration(long micros) {
        return Duration.ofSeconds(Math.floorDiv(micros, 1_000_000L), Math.floorMod(micros, 1_000_000L) * 1000);
    }

    private static Duration interval(MessageInput in) {
        long micros = in.int64();
        long days = in.int32();
        if (in.int32() != 0) {
            throw SqlException.error(SqlState.FEATURE_NOT_SUPPORTED, "an interval with months is not supported");
        }
        return duration(micros).plus(duration(days * MICROS_A_DAY));
    }
}
