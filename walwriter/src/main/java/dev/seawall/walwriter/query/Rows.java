package dev.seawall.walwriter.query;

import org.jspecify.annotations.Nullable;

/// Who takes a result's rows.
///
/// Values are, by type: BOOL Boolean, BYTEA byte[], INT8 Long, INT4 and INT2 Integer, OID and XID Long, FLOAT8 Double,
/// NUMERIC BigDecimal, PG_LSN Lsn, TIMESTAMPTZ Instant, INTERVAL Duration, all others String; SQL's
/// NULL is null.
@FunctionalInterface
public interface Rows {

    void row(@Nullable Object... values);
}
