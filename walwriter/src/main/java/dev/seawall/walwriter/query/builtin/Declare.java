package dev.seawall.walwriter.query.builtin;

import dev.seawall.walwriter.query.SqlFunction;
import dev.seawall.walwriter.query.SqlFunction.Argument;
import dev.seawall.walwriter.query.SqlFunction.Body;
import dev.seawall.walwriter.query.SqlFunction.Kind;
import dev.seawall.walwriter.query.SqlFunction.RowsBody;
import dev.seawall.walwriter.wire.Column;
import dev.seawall.walwriter.wire.PgType;
import java.util.List;

/// How the tables of functions are written.
final class Declare {

    private Declare() {}

    static SqlFunction constant(String name, PgType result, Body body, Argument... arguments) {
        return new SqlFunction(name, List.of(arguments), result, List.of(), Kind.CONSTANT, body);
    }

    static SqlFunction strict(String name, PgType result, Body body, Argument... arguments) {
        return new SqlFunction(name, List.of(arguments), result, List.of(), Kind.STRICT, body);
    }

    static SqlFunction calledOnNull(String name, PgType result, Body body, Argument... arguments) {
        return new SqlFunction(name, List.of(arguments), result, List.of(), Kind.CALLED_ON_NULL, body);
    }

    /// Returns one row of several columns.
    static SqlFunction record(String name, List<Column> columns, Body body, Argument... arguments) {
        return new SqlFunction(name, List.of(arguments), PgType.RECORD, columns, Kind.STRICT, body);
    }

    /// Returns rows; called with NULLs, too.
    static SqlFunction set(String name, List<Column> columns, RowsBody body, Argument... arguments) {
        return new SqlFunction(name, List.of(arguments), PgType.RECORD, columns, Kind.CALLED_ON_NULL, body);
    }

    static Argument argument(String name, PgType type) {
        return Argument.of(name, type);
    }

    /// What a function returns that returns nothing.
    static final String NOTHING = "";
}
