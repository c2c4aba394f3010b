package dev.seawall.walwriter.query.plan;

import dev.seawall.wal.Lsn;
import dev.seawall.walwriter.query.Execution;
import dev.seawall.walwriter.sql.Condition.Operator;
import dev.seawall.walwriter.wire.PgType;
import dev.seawall.walwriter.wire.SqlException;
import dev.seawall.walwriter.wire.SqlState;
import java.math.BigDecimal;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.Comparator;
import org.jspecify.annotations.Nullable;

/// A condition ready to be tried.
///
/// @param left  and right: of the type that the comparator takes
record Comparison(Operator operator, Node left, Node right, Comparator<Object> order) {

    /// What a condition without a comparison has in place of one.
    private static final Comparator<Object> NONE = (_, _) -> 0;

    static Comparison unary(Operator operator, Node operand) {
        return new Comparison(operator, operand, operand, NONE);
    }

    /// Whether the row is one of the result's: a condition that is NULL does not hold.
    boolean holds(Execution execution, @Nullable Object[] row) {
        Object one = left.value(execution, row);
        switch (operator) {
            case IS_NULL -> {
                return one == null;
            }
            case IS_NOT_NULL -> {
                return one != null;
            }
            case IS_TRUE -> {
                return Boolean.TRUE.equals(one);
            }
            case EQUAL, NOT_EQUAL, LESS, LESS_OR_EQUAL, GREATER, GREATER_OR_EQUAL -> {
                Object other = right.value(execution, row);
                return one != null && other != null && holds(order.compare(one, other));
            }
        }
        throw new AssertionError(operator);
    }

    private boolean holds(int compared) {
        return switch (operator) {
            case EQUAL -> compared == 0;
            case NOT_EQUAL -> compared != 0;
            case LESS -> compared < 0;
            case LESS_OR_EQUAL -> compared <= 0;
            case GREATER -> compared > 0;
            case GREATER_OR_EQUAL -> compared >= 0;
            case IS_NULL, IS_NOT_NULL, IS_TRUE -> throw new AssertionError(operator);
        };
    }

    /// The type as which values of two are compared.
    static PgType commonType(Operator operator, PgType left, PgType right) {
        if (left == PgType.UNKNOWN || right == PgType.UNKNOWN || left == right) {
            PgType known = left == PgType.UNKNOWN ? right : left;
            return known == PgType.UNKNOWN ? PgType.TEXT : known;
        }
        if (Conversion.isText(left) && Conversion.isText(right)) {
            return PgType.TEXT;
        }
        if (Conversion.isNumber(left) && Conversion.isNumber(right)) {
            boolean isReal = left == PgType.FLOAT8 || right == PgType.FLOAT8;
            boolean isNumeric = left == PgType.NUMERIC || right == PgType.NUMERIC;
            return isReal ? PgType.FLOAT8 : isNumeric ? PgType.NUMERIC : PgType.INT8;
        }
        throw missing(operator, left, right);
    }

    private static SqlException missing(Operator operator, PgType left, PgType right) {
        return SqlException.error(SqlState.UNDEFINED_FUNCTION, "operator does not exist: " + left.sqlName() + " "
                + operator.sql() + " " + right.sqlName() + "\nHINT: No operator matches the given name and argument "
                + "types. You might need to add explicit type casts.");
    }

    static Comparator<Object> orderOf(Operator operator, PgType type) {
        return switch (type) {
            case BOOL -> comparing(Boolean.class);
            case BYTEA -> (a, b) -> Arrays.compareUnsigned((byte[]) a, (byte[]) b);
            case INT2, INT4 -> comparing(Integer.class);
            case INT8, OID, XID -> comparing(Long.class);
            case FLOAT8 -> comparing(Double.class);
            case NUMERIC -> comparing(BigDecimal.class);
            case TEXT, VARCHAR, NAME, UNKNOWN, INET -> comparing(String.class);
            case TIMESTAMPTZ -> comparing(Instant.class);
            case INTERVAL -> comparing(Duration.class);
            case PG_LSN -> comparing(Lsn.class);
            case RECORD, TEXT_ARRAY, VOID -> throw missing(operator, type, type);
        };
    }

    private static <T extends Comparable<T>> Comparator<Object> comparing(Class<T> type) {
        return (a, b) -> type.cast(a).compareTo(type.cast(b));
    }
}
