package dev.seawall.walwriter.sql;

import org.jspecify.annotations.Nullable;

/// What a SELECT asks for.
public sealed interface SelectItem {

    /// `*`: every column of what stands behind FROM.
    ///
    /// @param qualifier of `qualifier.*`
    record All(@Nullable String qualifier) implements SelectItem {}

    /// @param alias the column's name, if one was given
    record Value(Expression expression, @Nullable String alias) implements SelectItem {}
}
