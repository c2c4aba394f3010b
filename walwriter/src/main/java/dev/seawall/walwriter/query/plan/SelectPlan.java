package dev.seawall.walwriter.query.plan;

import dev.seawall.walwriter.query.Caller;
import dev.seawall.walwriter.query.Catalog;
import dev.seawall.walwriter.query.Execution;
import dev.seawall.walwriter.query.Rows;
import dev.seawall.walwriter.sql.Statement;
import dev.seawall.walwriter.wire.Column;
import dev.seawall.walwriter.wire.PgType;
import dev.seawall.walwriter.wire.SqlException;
import dev.seawall.walwriter.wire.SqlState;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// A SELECT whose names and types have been looked up, once: it can be executed any number of times, by
/// any session of the server whose catalog it was made of, by several at once.
public final class SelectPlan {

    /// What functions may make of little in one execution.
    private static final long BYTES_MAX = 64L << 20;
    private static final @Nullable Object[] NO_ROW = {};

    private final SelectShape shape;
    private final List<PgType> parameters;
    private final int[] parameterOids;

    private SelectPlan(SelectShape shape, List<PgType> parameters) {
        this.shape = shape;
        this.parameters = parameters;
        this.parameterOids = parameters.stream().mapToInt(PgType::oid).toArray();
    }

    /// @param declaredParameterOids as Parse gives them: 0, or missing at the end, is for us to find out
    /// @throws SqlException if there is no such function, view, column, type
    public static SelectPlan of(Statement.Select select, int[] declaredParameterOids, Catalog catalog) {
        ParameterTypes parameters = new ParameterTypes(declaredParameterOids);
        SelectShape shape = SelectShape.of(select, catalog, parameters);
        return new SelectPlan(shape, parameters.all());
    }

    /// What a row is made of.
    public List<Column> columns() {
        return shape.columns();
    }

    /// The parameters' types, `$1` first.
    public List<PgType> parameterTypes() {
        return parameters;
    }

    /// The same as ParameterDescription tells them.
    public int[] parameterOids() {
        return parameterOids.clone();
    }

    /// Calls the functions and hands over the rows.
    ///
    /// @param values as many as [#parameterTypes], each as [Rows] has it
    /// @param rows   a row's array is the receiver's; what it throws comes out as it is
    /// @throws SqlException whatever the reason
    public void execute(Caller caller, @Nullable Object[] values, Rows rows) {
        Execution execution = new Execution(caller, values, BYTES_MAX);
        long most = limit(execution);
        if (shape.isCount()) {
            count(execution, most, rows);
            return;
        }
        if (shape.source() == null) {
            if (most > 0 && isWanted(execution, NO_ROW)) {
                rows.row(project(execution, NO_ROW));
            }
            return;
        }
        long[] left = {most};
        scan(execution, row -> {
            if (left[0] > 0) {
                left[0]--;
                rows.row(project(execution, row));
            }
        });
    }

    private long limit(Execution execution) {
        Node limit = shape.limit();
        Object value = limit == null ? null : limit.value(execution, NO_ROW);
        if (value == null) {
            return Long.MAX_VALUE;
        }
        if ((Long) value < 0) {
            throw SqlException.error(SqlState.INVALID_ROW_COUNT_IN_LIMIT_CLAUSE, "LIMIT must not be negative");
        }
        return (Long) value;
    }

    private void count(Execution execution, long most, Rows rows) {
        long[] counted = {0};
        if (shape.source() == null) {
            counted[0] = isWanted(execution, NO_ROW) ? 1 : 0;
        } else {
            scan(execution, _ -> counted[0]++);
        }
        if (most > 0) {
            rows.row(project(execution, new @Nullable Object[] {counted[0]}));
        }
    }

    private void scan(Execution execution, Consumer<@Nullable Object[]> wanted) {
        java.util.Objects.requireNonNull(shape.source()).rows(execution, row -> {
            if (isWanted(execution, row)) {
                wanted.accept(row);
            }
        });
    }

    private boolean isWanted(Execution execution, @Nullable Object[] row) {
        for (Comparison condition : shape.where()) {
            if (!condition.holds(execution, row)) {
                return false;
            }
        }
        return true;
    }

    private @Nullable Object[] project(Execution execution, @Nullable Object[] row) {
        @Nullable Object[] values = new Object[shape.items().size()];
        for (int i = 0; i < values.length; i++) {
            values[i] = shape.items().get(i).value(execution, row);
        }
        return values;
    }
}
