package dev.seawall.walwriter.sql;

import org.jspecify.annotations.Nullable;

/// What stands behind FROM.
public sealed interface FromItem {

    /// Its other name, if one was given.
    @Nullable String alias();

    /// A view.
    ///
    /// @param name without `pg_catalog.`; with any other schema in front
    record Relation(String name, @Nullable String alias) implements FromItem {}

    /// A function, called once; its result's columns are the row's.
    record Function(Expression.Call call, @Nullable String alias) implements FromItem {}
}
