package dev.seawall.walwriter.query.plan;

import dev.seawall.walwriter.query.Catalog;
import dev.seawall.walwriter.query.Execution;
import dev.seawall.walwriter.query.SqlFunction;
import dev.seawall.walwriter.query.SqlFunction.Argument;
import dev.seawall.walwriter.query.value.Values;
import dev.seawall.walwriter.sql.Condition;
import dev.seawall.walwriter.sql.Expression;
import dev.seawall.walwriter.wire.PgType;
import dev.seawall.walwriter.wire.SqlException;
import dev.seawall.walwriter.wire.SqlState;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/// Looks up what a statement's expressions name, and finds out types.
///
/// What is constant is computed here, as long as it is small: plans are kept.
final class Planner {

    private static final int FOLDED_BYTES_MAX = 64 << 10;
    private static final @Nullable Object[] NO_ROW = {};

    /// As PostgreSQL's catalog calls them.
    private static final Map<String, PgType> TYPES = Arrays.stream(PgType.values())
            .filter(type -> type != PgType.RECORD && type != PgType.TEXT_ARRAY && type != PgType.VOID
                    && type != PgType.UNKNOWN)
            .collect(Collectors.toUnmodifiableMap(type -> type.name().toLowerCase(Locale.ROOT), Function.identity()));

    private final Catalog catalog;
    private final ParameterTypes parameters;
    /// What is computed in advance may take so much in all.
    private final Execution folding = new Execution(null, NO_ROW, FOLDED_BYTES_MAX);

    Planner(Catalog catalog, ParameterTypes parameters) {
        this.catalog = catalog;
        this.parameters = parameters;
    }

    Node plan(Expression expression, Scope scope) {
        return switch (expression) {
            case Expression.Text(String value) -> new Node.Constant(PgType.UNKNOWN, value);
            case Expression.Null() -> new Node.Constant(PgType.UNKNOWN, null);
            case Expression.Bool(boolean value) -> new Node.Constant(PgType.BOOL, value);
            case Expression.Numeric(BigDecimal value) -> new Node.Constant(PgType.NUMERIC, value);
            case Expression.Whole(long value) -> (int) value == value
                    ? new Node.Constant(PgType.INT4, (int) value) : new Node.Constant(PgType.INT8, value);
            case Expression.Parameter(int number) -> {
                parameters.mention(number);
                yield new Node.Parameter(number, parameters);
            }
            case Expression.Column(String qualifier, String name) -> scope.find(qualifier, name);
            case Expression.Call call -> shown(fold(call(call, scope)));
            case Expression.Cast(Expression value, String type) -> cast(plan(value, scope), typeOf(type));
            case Expression.CountAll() -> throw SqlException.error(SqlState.GROUPING_ERROR,
                    "aggregate functions are not allowed in this place");
        };
    }

    private static PgType typeOf(String name) {
        PgType type = TYPES.get(name);
        if (type == null) {
            throw SqlException.error(SqlState.UNDEFINED_OBJECT, "type \"" + name + "\" does not exist"
                    + "\nHINT: Seawall has the types " + TYPES.keySet().stream().sorted()
                            .collect(Collectors.joining(", ")) + ".");
        }
        return type;
    }

    private Node cast(Node value, PgType to) {
        if (value.type() == PgType.UNKNOWN) {
            return coerce(value, to);
        }
        UnaryOperator<Object> conversion = Conversion.explicit(value.type(), to);
        if (conversion == null) {
            throw SqlException.error(SqlState.CANNOT_COERCE, "cannot cast type " + value.type().sqlName() + " to "
                    + to.sqlName());
        }
        return convert(value, to, conversion);
    }

    private static Node convert(Node value, PgType to, UnaryOperator<Object> conversion) {
        if (value instanceof Node.Constant(_, Object constant)) {
            return new Node.Constant(to, constant == null ? null : conversion.apply(constant));
        }
        return value.type() == to ? value : new Node.Converted(to, value, conversion);
    }

    /// The value as one of a type that its place demands.
    Node coerce(Node value, PgType to) {
        if (value.type() == PgType.UNKNOWN && value instanceof Node.Parameter(int number, _)) {
            parameters.find(number, to);
        }
        if (value instanceof Node.Constant(PgType type, Object constant) && type == PgType.UNKNOWN) {
            return new Node.Constant(to, constant == null ? null : Values.fromText(to, (String) constant));
        }
        UnaryOperator<Object> conversion = Conversion.implicit(value.type(), to);
        if (conversion == null) {
            throw SqlException.error(SqlState.DATATYPE_MISMATCH, "a value of type " + value.type().sqlName()
                    + " cannot stand where " + to.sqlName() + " is expected");
        }
        return convert(value, to, conversion);
    }

    // Calls.

    Node.Callable call(Expression.Call call, Scope scope) {
        List<Node> given = new ArrayList<>();
        List<@Nullable String> names = new ArrayList<>();
        for (Expression.Argument argument : call.arguments()) {
            given.add(plan(argument.value(), scope));
            names.add(argument.name());
        }
        FunctionChoice.Chosen chosen = FunctionChoice.choose(catalog, call.name(), given, names);
        SqlFunction function = chosen.function();
        List<Node> arguments = new ArrayList<>();
        for (int i = 0; i < chosen.arguments().size(); i++) {
            Argument wanted = chosen.arguments().get(i);
            Node node = chosen.at(i);
            Node value = node == null ? new Node.Constant(wanted.type(), wanted.byDefault())
                    : coerce(node, wanted.type());
            arguments.add(prepare(value, wanted));
        }
        return new Node.Callable(function, arguments);
    }

    private static Node prepare(Node value, Argument wanted) {
        if (value instanceof Node.Constant(PgType type, Object constant)) {
            return constant == null ? value : new Node.Constant(type, wanted.prepared().apply(constant));
        }
        return wanted.prepared() == Argument.AS_IS ? value
                : new Node.Converted(wanted.type(), value, wanted.prepared());
    }

    /// A record as a value is its text.
    private static Node shown(Node value) {
        return value instanceof Node.Callable(SqlFunction function, _) && function.result() == PgType.RECORD
                ? new Node.Converted(PgType.RECORD, value,
                        row -> RecordText.format(function.columns(), (@Nullable Object[]) row))
                : value;
    }

    private Node fold(Node.Callable call) {
        boolean isConstant = call.function().kind() == SqlFunction.Kind.CONSTANT
                && call.arguments().stream().allMatch(Node.Constant.class::isInstance);
        if (!isConstant) {
            return call;
        }
        try {
            return new Node.Constant(call.type(), call.value(folding, NO_ROW));
        } catch (SqlException e) {
            if (e.state() == SqlState.PROGRAM_LIMIT_EXCEEDED) {
                // Too much to keep, not too much to do.
                return call;
            }
            throw e;
        }
    }

    // Conditions.

    Comparison condition(Condition condition, Scope scope) {
        if (condition.left() instanceof Expression.CountAll || condition.right() instanceof Expression.CountAll) {
            throw SqlException.error(SqlState.GROUPING_ERROR, "aggregate functions are not allowed in WHERE");
        }
        Node left = plan(condition.left(), scope);
        return switch (condition.operator()) {
            case IS_TRUE -> Comparison.unary(condition.operator(), truth(left));
            case IS_NULL, IS_NOT_NULL -> Comparison.unary(condition.operator(), known(left));
            case EQUAL, NOT_EQUAL, LESS, LESS_OR_EQUAL, GREATER, GREATER_OR_EQUAL ->
                comparison(condition.operator(), left, plan(condition.right(), scope));
        };
    }

    private Node truth(Node value) {
        PgType type = value.type();
        if (type != PgType.BOOL && type != PgType.UNKNOWN) {
            throw SqlException.error(SqlState.DATATYPE_MISMATCH,
                    "argument of WHERE must be type boolean, not type " + type.sqlName());
        }
        return coerce(value, PgType.BOOL);
    }

    private Comparison comparison(Condition.Operator operator, Node left, Node right) {
        PgType type = Comparison.commonType(operator, left.type(), right.type());
        return new Comparison(operator, coerce(left, type), coerce(right, type), Comparison.orderOf(operator, type));
    }

    /// The value with a type that can be shown: what is still unknown is text.
    Node known(Node value) {
        return value.type() == PgType.UNKNOWN ? coerce(value, PgType.TEXT) : value;
    }
}
