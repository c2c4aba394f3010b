package dev.seawall.walwriter.query.plan;

import dev.seawall.walwriter.query.value.Values;
import dev.seawall.walwriter.wire.Column;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// A row as one value: `(a,"b c",)`.
final class RecordText {

    private RecordText() {}

    static String format(List<Column> columns, @Nullable Object[] values) {
        StringBuilder text = new StringBuilder("(");
        for (int i = 0; i < values.length; i++) {
            text.append(i == 0 ? "" : ",");
            if (values[i] != null) {
                field(Values.toText(columns.get(i).type(), values[i]), text);
            }
        }
        return text.append(')').toString();
    }

    private static void field(String value, StringBuilder into) {
        boolean isQuoted = value.isEmpty()
                || value.chars().anyMatch(c -> "\"\\(), \t\n\r\u000b\f".indexOf(c) >= 0);
        into.append(isQuoted ? "\"" + value.replace("\\", "\\\\").replace("\"", "\"\"") + "\"" : value);
    }
}
