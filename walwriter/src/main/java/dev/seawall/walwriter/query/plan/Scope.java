package dev.seawall.walwriter.query.plan;

import dev.seawall.walwriter.wire.Column;
import dev.seawall.walwriter.wire.SqlException;
import dev.seawall.walwriter.wire.SqlState;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// The columns that a statement may name.
///
/// @param name of what stands behind FROM, or its alias; null if nothing does
record Scope(@Nullable String name, List<Column> columns) {

    static final Scope NOTHING = new Scope(null, List.of());

    Scope {
        columns = List.copyOf(columns);
    }

    Node.Column find(@Nullable String qualifier, String column) {
        checkQualifier(qualifier);
        for (int i = 0; i < columns.size(); i++) {
            if (columns.get(i).name().equals(column)) {
                return new Node.Column(columns.get(i).type(), i);
            }
        }
        throw SqlException.error(SqlState.UNDEFINED_COLUMN, "column "
                + (qualifier == null ? "\"" + column + "\"" : qualifier + "." + column) + " does not exist");
    }

    void checkQualifier(@Nullable String qualifier) {
        if (qualifier != null && !qualifier.equals(name)) {
            throw SqlException.error(SqlState.UNDEFINED_TABLE,
                    "missing FROM-clause entry for table \"" + qualifier + "\"");
        }
    }
}
