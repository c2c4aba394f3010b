package dev.seawall.walwriter.client;

import java.util.List;
import org.jspecify.annotations.Nullable;

/// What a statement answered, as text.
///
/// @param columns names; empty if the statement has no rows
/// @param tag     the command's, with its count: `SELECT 1`
/// @param notices with their severity in front: `WARNING:  ...`
public record Result(List<String> columns, List<List<@Nullable String>> rows, String tag, List<String> notices) {

    static final Result EMPTY = new Result(List.of(), List.of(), "", List.of());

    /// The first column of the first row.
    ///
    /// @throws IllegalStateException if there is none, or it is NULL
    public String value() {
        String value = rows.isEmpty() || rows.getFirst().isEmpty() ? null : rows.getFirst().getFirst();
        if (value == null) {
            throw new IllegalStateException("the result has no value: " + this);
        }
        return value;
    }
}
