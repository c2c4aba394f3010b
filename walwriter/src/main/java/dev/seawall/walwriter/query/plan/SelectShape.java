package dev.seawall.walwriter.query.plan;

import dev.seawall.walwriter.query.Catalog;
import dev.seawall.walwriter.query.Execution;
import dev.seawall.walwriter.query.Rows;
import dev.seawall.walwriter.query.SqlFunction;
import dev.seawall.walwriter.query.View;
import dev.seawall.walwriter.sql.Expression;
import dev.seawall.walwriter.sql.FromItem;
import dev.seawall.walwriter.sql.SelectItem;
import dev.seawall.walwriter.sql.Statement;
import dev.seawall.walwriter.wire.Column;
import dev.seawall.walwriter.wire.PgType;
import dev.seawall.walwriter.wire.SqlException;
import dev.seawall.walwriter.wire.SqlState;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// The clauses of a SELECT with all names looked up.
///
/// @param source  null if nothing stands behind FROM
/// @param isCount whether all rows become one: the items' row is then the count alone
record SelectShape(List<Node> items, List<Column> columns, @Nullable Source source, List<Comparison> where,
        @Nullable Node limit, boolean isCount) {

    /// What stands behind FROM.
    @FunctionalInterface
    interface Source {
        void rows(Execution execution, Rows into);
    }

    private record Item(Node value, String name) {}

    SelectShape {
        items = List.copyOf(items);
        columns = List.copyOf(columns);
        where = List.copyOf(where);
    }

    static SelectShape of(Statement.Select select, Catalog catalog, ParameterTypes parameters) {
        Planner planner = new Planner(catalog, parameters);
        FromItem from = select.from();
        Scope scope = Scope.NOTHING;
        Source source = null;
        if (from instanceof FromItem.Relation relation) {
            View view = view(relation.name(), catalog);
            scope = new Scope(relation.alias() == null ? relation.name() : relation.alias(), view.columns());
            source = (execution, into) -> view.source().rows(execution.caller(), into);
        } else if (from instanceof FromItem.Function function) {
            Node.Callable called = planner.call(function.call(), Scope.NOTHING);
            String alias = function.alias() == null ? function.call().name() : function.alias();
            scope = new Scope(alias, columnsOf(called.function(), alias));
            source = called.function().body() instanceof SqlFunction.RowsBody body
                    ? (execution, into) -> called.rows(body, execution, into) : callOnce(called);
        }
        boolean isCount = select.items().stream().anyMatch(SelectShape::isCount);
        List<Item> items = items(select, planner, scope, isCount);
        List<Comparison> where = new ArrayList<>();
        for (var condition : select.where()) {
            where.add(planner.condition(condition, scope));
        }
        Node limit = select.limit() == null ? null
                : planner.coerce(planner.plan(select.limit(), Scope.NOTHING), PgType.INT8);
        // Last: until here a parameter's type could be found out.
        List<Node> values = items.stream().map(item -> planner.known(item.value())).toList();
        List<Column> columns = new ArrayList<>();
        for (int i = 0; i < values.size(); i++) {
            columns.add(new Column(items.get(i).name(), values.get(i).type()));
        }
        return new SelectShape(values, columns, source, where, limit, isCount);
    }

    private static View view(String name, Catalog catalog) {
        return catalog.view(name).orElseThrow(() -> SqlException.error(SqlState.UNDEFINED_TABLE,
                "relation \"" + name + "\" does not exist"
                        + "\nHINT: Seawall has no tables; walwriter/SQL.md lists the views there are."));
    }

    private static List<Column> columnsOf(SqlFunction function, String alias) {
        return function.columns().isEmpty() ? List.of(new Column(alias, function.result())) : function.columns();
    }

    private static Source callOnce(Node.Callable called) {
        int width = Math.max(1, called.function().columns().size());
        boolean isRecord = called.function().result() == PgType.RECORD;
        return (execution, into) -> {
            Object value = called.value(execution, new @Nullable Object[0]);
            if (isRecord) {
                into.row(value == null ? new @Nullable Object[width] : (@Nullable Object[]) value);
            } else {
                into.row(new @Nullable Object[] {value});
            }
        };
    }

    // Items.

    private static boolean isCount(SelectItem item) {
        return item instanceof SelectItem.Value(Expression.CountAll _, _);
    }

    private static List<Item> items(Statement.Select select, Planner planner, Scope scope, boolean isCount) {
        List<Item> items = new ArrayList<>();
        for (SelectItem item : select.items()) {
            switch (item) {
                case SelectItem.All(String qualifier) -> all(qualifier, scope, isCount, items);
                case SelectItem.Value(Expression value, String alias) -> {
                    Node node = isCount ? counted(value, planner, scope) : planner.plan(value, scope);
                    items.add(new Item(node, alias == null ? name(value) : alias));
                }
            }
        }
        return items;
    }

    private static void all(@Nullable String qualifier, Scope scope, boolean isCount, List<Item> into) {
        scope.checkQualifier(qualifier);
        if (scope.name() == null) {
            throw SqlException.error(SqlState.SYNTAX_ERROR, "SELECT * with no tables specified is not valid");
        }
        if (isCount) {
            throw ungrouped(scope.name() + "." + scope.columns().getFirst().name());
        }
        for (int i = 0; i < scope.columns().size(); i++) {
            Column column = scope.columns().get(i);
            into.add(new Item(new Node.Column(column.type(), i), column.name()));
        }
    }

    private static Node counted(Expression value, Planner planner, Scope scope) {
        if (value instanceof Expression.CountAll) {
            return new Node.Column(PgType.INT8, 0);
        }
        if (value instanceof Expression.Column column) {
            scope.find(column.qualifier(), column.name());
            throw ungrouped(scope.name() + "." + column.name());
        }
        return planner.plan(value, Scope.NOTHING);
    }

    private static SqlException ungrouped(String column) {
        return SqlException.error(SqlState.GROUPING_ERROR, "column \"" + column
                + "\" must appear in the GROUP BY clause or be used in an aggregate function");
    }

    /// The name that PostgreSQL gives a column for which the statement has none.
    private static String name(Expression value) {
        return switch (value) {
            case Expression.Column(_, String name) -> name;
            case Expression.Call(String name, _) -> name.substring(name.lastIndexOf('.') + 1);
            case Expression.CountAll() -> "count";
            case Expression.Cast(Expression inner, String type) ->
                inner instanceof Expression.Column || inner instanceof Expression.Call ? name(inner) : type;
            case Expression.Text _, Expression.Whole _, Expression.Bool _, Expression.Numeric _, Expression.Null _,
                    Expression.Parameter _ -> "?column?";
        };
    }
}
