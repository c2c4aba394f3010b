package dev.seawall.walwriter.query;

import dev.seawall.walwriter.wire.Column;
import dev.seawall.walwriter.wire.PgType;
import dev.seawall.walwriter.wire.SqlException;
import dev.seawall.walwriter.wire.SqlState;
import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/// A function: how it is called, what it returns, how it does that.
///
/// @param result   the value's type; [PgType#RECORD] if it is several, which `columns` name
/// @param columns  of a record, whose value is an `Object[]` as long; else empty
/// @param kind     what else may be assumed
public record SqlFunction(String name, List<Argument> arguments, PgType result, List<Column> columns, Kind kind,
        Body body) {

    /// @param byDefault null if it must be given; else what stands for it
    /// @param prepared   what the body gets in place of the value: done once if the value is a constant
    /// @param isVariadic whether it may be given any number of times, none included: a function's last
    public record Argument(String name, PgType type, @Nullable Object byDefault, UnaryOperator<Object> prepared,
            boolean isVariadic) {

        /// The body gets the value itself.
        public static final UnaryOperator<Object> AS_IS = value -> value;

        public static Argument of(String name, PgType type) {
            return new Argument(name, type, null, AS_IS, false);
        }

        public Argument orElse(Object value) {
            return new Argument(name, type, value, prepared, isVariadic);
        }

        public Argument as(UnaryOperator<Object> preparation) {
            return new Argument(name, type, byDefault, preparation, isVariadic);
        }

        public Argument variadic() {
            return new Argument(name, type, byDefault, prepared, true);
        }
    }

    /// How a function treats its arguments and the world.
    public enum Kind {
        /// Same arguments, same value, no effect: may be called once in advance. NULL for any NULL.
        CONSTANT,
        /// NULL, without being called, if any argument is.
        STRICT,
        /// Called with NULLs, too.
        CALLED_ON_NULL
    }

    /// What it does.
    @FunctionalInterface
    public interface Body {

        /// @param arguments all there are, defaults filled in; the callee may not keep the array
        @Nullable Object call(Execution execution, @Nullable Object[] arguments);
    }

    /// What a function does that returns a set of rows: it can stand behind FROM only.
    @FunctionalInterface
    public interface RowsBody extends Body {

        /// @param into what it throws must come out as it is
        void rows(Execution execution, @Nullable Object[] arguments, Rows into);

        @Override
        default @Nullable Object call(Execution execution, @Nullable Object[] arguments) {
            throw SqlException.error(SqlState.FEATURE_NOT_SUPPORTED,
                    "set-valued function called in context that cannot accept a set"
                            + "\nHINT: Write SELECT * FROM the function.");
        }
    }

    public SqlFunction {
        arguments = List.copyOf(arguments);
        columns = List.copyOf(columns);
    }

    /// The arguments as a call has them that gives `count`: a variadic one as often as that takes.
    public List<Argument> arguments(int count) {
        int last = arguments.size() - 1;
        if (last < 0 || !arguments.get(last).isVariadic()) {
            return arguments;
        }
        List<Argument> called = new ArrayList<>(arguments.subList(0, last));
        while (called.size() < count) {
            called.add(arguments.get(last));
        }
        return called;
    }
}
