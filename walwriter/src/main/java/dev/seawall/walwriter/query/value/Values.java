package dev.seawall.walwriter.query.value;

import dev.seawall.wal.Lsn;
import dev.seawall.walwriter.wire.MessageInput;
import dev.seawall.walwriter.wire.MessageOutput;
import dev.seawall.walwriter.wire.PgType;
import dev.seawall.walwriter.wire.SqlException;
import dev.seawall.walwriter.wire.SqlState;
import java.math.BigDecimal;
import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/// Values as they are on the wire, in PostgreSQL's text and binary formats, and as [Object]s in here
/// (`dev.seawall.walwriter.query.Rows` says which).
///
/// Times are written in UTC and ISO's form, whatever a session's TimeZone and DateStyle say.
public final class Values {

    private Values() {}

    /// Writes a value of a DataRow with its length in front; null too.
    ///
    /// @throws SqlException if the type has no binary format here
    public static void write(PgType type, @Nullable Object value, boolean isBinary, MessageOutput out) {
        if (value == null) {
            out.int32(-1);
        } else if (isBinary) {
            BinaryValues.write(type, value, out);
        } else if (value instanceof Lsn lsn) {
            writeLsn(lsn.value(), out);
        } else {
            out.value(toText(type, value));
        }
    }

    /// The one value of the statement that counts: without a string of its own.
    private static void writeLsn(long lsn, MessageOutput out) {
        int high = (int) (lsn >>> 32);
        int low = (int) lsn;
        out.int32(digits(high) + 1 + digits(low));
        writeHexadecimal(high, out);
        out.int8('/');
        writeHexadecimal(low, out);
    }

    private static int digits(int value) {
        return Math.max(1, (Integer.SIZE - Integer.numberOfLeadingZeros(value) + 3) / 4);
    }

    private static void writeHexadecimal(int value, MessageOutput out) {
        for (int shift = 4 * (digits(value) - 1); shift >= 0; shift -= 4) {
            int digit = value >>> shift & 0xF;
            out.int8(digit < 10 ? '0' + digit : 'A' + digit - 10);
        }
    }

    /// Reads a parameter of Bind.
    ///
    /// @param bytes its length; negative for null
    /// @throws SqlException if it is no value of the type
    public static @Nullable Object read(PgType type, int bytes, boolean isBinary, MessageInput in) {
        if (bytes < 0) {
            return null;
        }
        return isBinary ? BinaryValues.read(type, bytes, in) : fromText(type, in.text(bytes));
    }

    public static String toText(PgType type, Object value) {
        return switch (type) {
            case BOOL -> (Boolean) value ? "t" : "f";
            case BYTEA -> ByteaText.format((byte[]) value);
            case FLOAT8 -> NumberText.format((Double) value);
            case NUMERIC -> ((BigDecimal) value).toPlainString();
            case TIMESTAMPTZ -> TimestampText.format((Instant) value);
            case INTERVAL -> IntervalText.format((Duration) value);
            case INT2, INT4, INT8, OID, XID, PG_LSN, TEXT, VARCHAR, NAME, UNKNOWN, INET, RECORD, TEXT_ARRAY, VOID ->
                String.valueOf(value);
        };
    }

    /// @throws SqlException 22P02 or what else PostgreSQL says if it is no value of the type
    public static Object fromText(PgType type, String text) {
        return switch (type) {
            case BOOL -> bool(text);
            case BYTEA -> ByteaText.parse(text);
            case INT2 -> (int) NumberText.parseWhole(type, text, Short.MIN_VALUE, Short.MAX_VALUE);
            case INT4 -> (int) NumberText.parseWhole(type, text, Integer.MIN_VALUE, Integer.MAX_VALUE);
            case INT8 -> NumberText.parseWhole(type, text, Long.MIN_VALUE, Long.MAX_VALUE);
            case OID, XID -> NumberText.parseWhole(type, text, Integer.MIN_VALUE, 0xFFFF_FFFFL) & 0xFFFF_FFFFL;
            case FLOAT8 -> NumberText.parseFloat(text);
            case NUMERIC -> NumberText.parseNumeric(text);
            case TIMESTAMPTZ -> TimestampText.parse(text);
            case INTERVAL -> IntervalText.parse(text);
            case PG_LSN -> lsn(text);
            case TEXT, VARCHAR, NAME, UNKNOWN, INET -> checked(text);
            case RECORD, TEXT_ARRAY, VOID -> throw SqlException.error(SqlState.FEATURE_NOT_SUPPORTED,
                    "cannot accept a value of type " + type.sqlName());
        };
    }

    /// PostgreSQL's texts end at a zero byte, so none has one within.
    static String checked(String text) {
        if (text.indexOf(0) >= 0) {
            throw SqlException.error(SqlState.CHARACTER_NOT_IN_REPERTOIRE,
                    "invalid byte sequence for encoding \"UTF8\": 0x00");
        }
        return text;
    }

    private static Lsn lsn(String text) {
        try {
            return Lsn.parse(text);
        } catch (IllegalArgumentException e) {
            throw invalid(PgType.PG_LSN, text);
        }
    }

    /// Any beginning of a word that is of one word only.
    private static boolean bool(String text) {
        String word = text.strip().toLowerCase(java.util.Locale.ROOT);
        if (word.equals("1") || word.equals("on") || isBeginOf("true", word) || isBeginOf("yes", word)) {
            return true;
        }
        if (word.equals("0") || word.equals("of") || word.equals("off") || isBeginOf("false", word)
                || isBeginOf("no", word)) {
            return false;
        }
        throw invalid(PgType.BOOL, text);
    }

    private static boolean isBeginOf(String whole, String word) {
        return !word.isEmpty() && whole.startsWith(word);
    }

    static SqlException invalid(PgType type, String text) {
        return SqlException.error(type == PgType.TIMESTAMPTZ || type == PgType.INTERVAL
                ? SqlState.INVALID_DATETIME_FORMAT : SqlState.INVALID_TEXT_REPRESENTATION,
                "invalid input syntax for type " + type.sqlName() + ": \"" + shown(text) + "\"");
    }

    /// As much of a value as a message may have.
    static String shown(String text) {
        return text.length() <= 100 ? text : text.substring(0, 100) + "...";
    }
}
