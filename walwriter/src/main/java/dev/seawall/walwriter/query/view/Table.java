package dev.seawall.walwriter.query.view;

import dev.seawall.walwriter.wire.Column;
import dev.seawall.walwriter.wire.PgType;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/// How the views' columns are written down: `name type` each, as PostgreSQL's catalog calls types.
final class Table {

    private Table() {}

    static List<Column> columns(String... namesAndTypes) {
        List<Column> columns = new ArrayList<>();
        for (String column : namesAndTypes) {
            int space = column.indexOf(' ');
            columns.add(new Column(column.substring(0, space),
                    PgType.valueOf(column.substring(space + 1).toUpperCase(Locale.ROOT))));
        }
        return List.copyOf(columns);
    }
}
