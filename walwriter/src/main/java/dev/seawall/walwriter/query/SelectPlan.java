package dev.seawall.walwriter.query;

import dev.seawall.walwriter.sql.Statement;
import dev.seawall.walwriter.wire.Column;
import dev.seawall.walwriter.wire.PgType;
import dev.seawall.walwriter.wire.SqlException;
import dev.seawall.walwriter.wire.SqlState;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// A SELECT whose names and types have been looked up, once: it can be executed any number of times, by
/// any session of the server whose catalog it was made of, by several at once.
public final class SelectPlan {

    private final List<Column> columns;
    private final List<PgType> parameters;

    private SelectPlan(List<Column> columns, List<PgType> parameters) {
        this.columns = columns;
        this.parameters = parameters;
    }

    /// @param declaredParameterOids as Parse gives them: 0, or missing at the end, is for us to find out
    /// @throws SqlException if there is no such function, view, column, type
    public static SelectPlan of(Statement.Select select, int[] declaredParameterOids, Catalog catalog) {
        throw SqlException.error(SqlState.FEATURE_NOT_SUPPORTED, "SELECT is not supported");
    }

    /// What a row is made of.
    public List<Column> columns() {
        return columns;
    }

    /// The parameters' types, `$1` first.
    public List<PgType> parameterTypes() {
        return parameters;
    }

    /// The same as ParameterDescription tells them: a declared one as it was declared.
    public int[] parameterOids() {
        return parameters.stream().mapToInt(PgType::oid).toArray();
    }

    /// Calls the functions and hands over the rows.
    ///
    /// @param parameters as many as [#parameterTypes], each as [Rows] has it
    /// @param rows       a row's array is the receiver's
    /// @throws SqlException whatever the reason
    public void execute(Caller caller, @Nullable Object[] parameters, Rows rows) {
        throw SqlException.error(SqlState.FEATURE_NOT_SUPPORTED, "SELECT is not supported");
    }
}
