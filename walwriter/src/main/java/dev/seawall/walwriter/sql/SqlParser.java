package dev.seawall.walwriter.sql;

import dev.seawall.walwriter.wire.SqlException;
import dev.seawall.walwriter.wire.SqlState;
import java.util.List;

/// Reads statements: those that Seawall knows, of PostgreSQL's.
public final class SqlParser {

    private SqlParser() {}

    /// The statements of a query, which semicolons separate; none if it is empty.
    ///
    /// @throws SqlException 42601 if it is no SQL, 0A000 if it is SQL that Seawall does not know,
    ///         54001 if it is too deep or too long
    public static List<Statement> parse(String text) {
        throw SqlException.error(SqlState.FEATURE_NOT_SUPPORTED, "statement is not supported");
    }
}
