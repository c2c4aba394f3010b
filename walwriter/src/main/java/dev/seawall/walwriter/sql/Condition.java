package dev.seawall.walwriter.sql;

/// A comparison behind WHERE.
///
/// @param right [Expression.Null] where the operator has none
public record Condition(Expression left, Operator operator, Expression right) {

    /// How two values are compared.
    public enum Operator {
        EQUAL("="), NOT_EQUAL("<>"), LESS("<"), LESS_OR_EQUAL("<="), GREATER(">"), GREATER_OR_EQUAL(">="),
        IS_NULL("IS NULL"), IS_NOT_NULL("IS NOT NULL"),
        /// A value that is a condition by itself.
        IS_TRUE("IS TRUE");

        private final String sql;

        Operator(String sql) {
            this.sql = sql;
        }

        /// As it is written.
        public String sql() {
            return sql;
        }
    }
}
