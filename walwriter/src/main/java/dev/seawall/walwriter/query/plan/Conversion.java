package dev.seawall.walwriter.query.plan;

import dev.seawall.walwriter.query.value.Values;
import dev.seawall.walwriter.wire.PgType;
import dev.seawall.walwriter.wire.SqlException;
import dev.seawall.walwriter.wire.SqlState;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/// Values of one type as values of another: what happens by itself, and what `::` asks for.
final class Conversion {

    /// From narrow to wide: each becomes one behind it by itself.
    private static final List<PgType> NUMBERS =
            List.of(PgType.INT2, PgType.INT4, PgType.INT8, PgType.NUMERIC, PgType.FLOAT8);
    private static final Set<PgType> TEXTS = EnumSet.of(PgType.TEXT, PgType.VARCHAR, PgType.NAME);

    private Conversion() {}

    static boolean isNumber(PgType type) {
        return NUMBERS.contains(type) || type == PgType.OID;
    }

    static boolean isText(PgType type) {
        return TEXTS.contains(type);
    }

    /// What happens by itself; null if nothing does.
    static @Nullable UnaryOperator<Object> implicit(PgType from, PgType to) {
        if (from == to || isText(from) && isText(to)) {
            return UnaryOperator.identity();
        }
        boolean isWidening = NUMBERS.contains(from) && NUMBERS.indexOf(to) > NUMBERS.indexOf(from);
        boolean isWhole = NUMBERS.contains(from) && NUMBERS.indexOf(from) <= NUMBERS.indexOf(PgType.INT8);
        if (isWidening || isWhole && to == PgType.OID || from == PgType.OID && to == PgType.INT8) {
            return value -> number(value, to);
        }
        return null;
    }

    /// What a cast does; null if there is none.
    static @Nullable UnaryOperator<Object> explicit(PgType from, PgType to) {
        UnaryOperator<Object> implicit = implicit(from, to);
        if (implicit != null) {
            return implicit;
        }
        if (from == PgType.VOID || to == PgType.VOID || to == PgType.RECORD) {
            return null;
        }
        if (isText(to)) {
            // A cast writes a truth value out, which the wire does not.
            return from == PgType.BOOL ? String::valueOf : value -> Values.toText(from, value);
        }
        if (isText(from)) {
            return value -> Values.fromText(to, (String) value);
        }
        if (isNumber(from) && isNumber(to)) {
            return value -> number(value, to);
        }
        if (from == PgType.BOOL && to == PgType.INT4) {
            return value -> (Boolean) value ? 1 : 0;
        }
        return from == PgType.INT4 && to == PgType.BOOL ? value -> (Integer) value != 0 : null;
    }

    private static Object number(Object value, PgType to) {
        return switch (to) {
            case INT2 -> (int) whole(value, to, Short.MIN_VALUE, Short.MAX_VALUE);
            case INT4 -> (int) whole(value, to, Integer.MIN_VALUE, Integer.MAX_VALUE);
            case INT8 -> whole(value, to, Long.MIN_VALUE, Long.MAX_VALUE);
            case OID -> oid(whole(value, to, Integer.MIN_VALUE, 0xFFFF_FFFFL));
            case NUMERIC -> value instanceof BigDecimal exact ? exact : exact(value);
            case FLOAT8 -> ((Number) value).doubleValue();
            case BOOL, BYTEA, NAME, TEXT, UNKNOWN, INET, VARCHAR, TIMESTAMPTZ, INTERVAL, RECORD, VOID, PG_LSN,
                    XID, TEXT_ARRAY ->
                throw new AssertionError(to + " is no number");
        };
    }

    private static long oid(long value) {
        return value & 0xFFFF_FFFFL;
    }

    private static long whole(Object value, PgType to, long min, long max) {
        long whole;
        if (value instanceof BigDecimal || value instanceof Double) {
            BigDecimal rounded = exact(value).setScale(0,
                    value instanceof Double ? RoundingMode.HALF_EVEN : RoundingMode.HALF_UP);
            if (rounded.precision() > 19 || rounded.toBigInteger().bitLength() > 63) {
                throw outOfRange(to);
            }
            whole = rounded.longValue();
        } else {
            whole = ((Number) value).longValue();
        }
        if (whole < min || whole > max) {
            throw outOfRange(to);
        }
        return whole;
    }

    private static BigDecimal exact(Object value) {
        if (value instanceof Double real) {
            if (!Double.isFinite(real)) {
                throw outOfRange(PgType.NUMERIC);
            }
            BigDecimal shortest = BigDecimal.valueOf(real);
            return shortest.scale() < 0 ? shortest.setScale(0) : shortest;
        }
        return value instanceof BigDecimal exact ? exact : BigDecimal.valueOf(((Number) value).longValue());
    }

    static SqlException outOfRange(PgType type) {
        return SqlException.error(SqlState.NUMERIC_VALUE_OUT_OF_RANGE, type == PgType.OID ? "OID out of range"
                : type.sqlName() + " out of range");
    }
}
