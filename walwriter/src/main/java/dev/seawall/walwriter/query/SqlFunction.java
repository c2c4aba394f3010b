package dev.seawall.walwriter.query;

import dev.seawall.walwriter.wire.Column;
import dev.seawall.walwriter.wire.PgType;
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
    /// @param prepared  what the body gets in place of the value: done once if the value is a constant
    public record Argument(String name, PgType type, @Nullable Object byDefault, UnaryOperator<Object> prepared) {

        /// The body gets the value itself.
        public static final UnaryOperator<Object> AS_IS = value -> value;

        public static Argument of(String name, PgType type) {
            return new Argument(name, type, null, AS_IS);
        }

        public Argument orElse(Object value) {
            return new Argument(name, type, value, prepared);
        }

        public Argument as(UnaryOperator<Object> preparation) {
            return new Argument(name, type, byDefault, preparation);
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

    public SqlFunction {
        arguments = List.copyOf(arguments);
        columns = List.copyOf(columns);
    }
}
