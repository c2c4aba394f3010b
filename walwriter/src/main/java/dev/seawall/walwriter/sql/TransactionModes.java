package dev.seawall.walwriter.sql;

import org.jspecify.annotations.Nullable;

/// What BEGIN and SET TRANSACTION say of a transaction; null where nothing was said.
///
/// @param isolation `serializable`, `repeatable read`, `read committed` or `read uncommitted`
public record TransactionModes(@Nullable String isolation, @Nullable Boolean isReadOnly,
        @Nullable Boolean isDeferrable) {

    public static final TransactionModes NONE = new TransactionModes(null, null, null);
}
