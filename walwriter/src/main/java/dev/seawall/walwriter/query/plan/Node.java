package dev.seawall.walwriter.query.plan;

import dev.seawall.walwriter.query.Execution;
import dev.seawall.walwriter.query.Rows;
import dev.seawall.walwriter.query.SqlFunction;
import dev.seawall.walwriter.query.WalErrors;
import dev.seawall.walwriter.wire.PgType;
import java.util.List;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/// A value ready to be computed.
sealed interface Node {

    /// [PgType#UNKNOWN] for a literal in quotes, NULL, and a parameter, whose place nobody asked yet.
    PgType type();

    /// @param row of what stands behind FROM
    @Nullable Object value(Execution execution, @Nullable Object[] row);

    record Constant(PgType type, @Nullable Object value) implements Node {
        @Override
        public @Nullable Object value(Execution execution, @Nullable Object[] row) {
            return value;
        }
    }

    /// Its type may still be found out, elsewhere in the statement.
    record Parameter(int number, ParameterTypes types) implements Node {
        @Override
        public PgType type() {
            return types.of(number);
        }

        @Override
        public @Nullable Object value(Execution execution, @Nullable Object[] row) {
            return execution.parameter(number);
        }
    }

    record Column(PgType type, int index) implements Node {
        @Override
        public @Nullable Object value(Execution execution, @Nullable Object[] row) {
            return row[index];
        }
    }

    /// @param function not called with NULL
    record Converted(PgType type, Node from, UnaryOperator<Object> function) implements Node {
        @Override
        public @Nullable Object value(Execution execution, @Nullable Object[] row) {
            Object value = from.value(execution, row);
            return value == null ? null : function.apply(value);
        }
    }

    /// A function's value.
    record Callable(SqlFunction function, List<Node> arguments) implements Node {

        public Callable {
            arguments = List.copyOf(arguments);
        }

        @Override
        public PgType type() {
            return function.result();
        }

        @Override
        public @Nullable Object value(Execution execution, @Nullable Object[] row) {
            @Nullable Object @Nullable [] values = values(execution, row);
            if (values == null) {
                return null;
            }
            try {
                return function.body().call(execution, values);
            } catch (RuntimeException e) {
                throw WalErrors.of(e);
            }
        }

        /// Of a set-returning function, which stands behind FROM.
        void rows(SqlFunction.RowsBody body, Execution execution, Rows into) {
            @Nullable Object @Nullable [] values = values(execution, new @Nullable Object[0]);
            if (values != null) {
                body.rows(execution, values, into);
            }
        }

        /// The arguments' values; null if the function is not to be called with them.
        private @Nullable Object @Nullable [] values(Execution execution, @Nullable Object[] row) {
            boolean isStrict = function.kind() != SqlFunction.Kind.CALLED_ON_NULL;
            @Nullable Object[] values = new Object[arguments.size()];
            for (int i = 0; i < values.length; i++) {
                values[i] = arguments.get(i).value(execution, row);
                if (values[i] == null && isStrict) {
                    return null;
                }
            }
            return values;
        }
    }
}
