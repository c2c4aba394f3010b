package dev.seawall.recovery.redo;

import dev.seawall.wal.Lsn;
import dev.seawall.wal.PageLayout;
import dev.seawall.wal.read.WalReader;
import java.util.function.Supplier;

/// The log that redo reads.
///
/// @param reader    over the log's pages; redo's own from now on
/// @param redoPoint where to begin: a record's start, or the end of the one before it
/// @param xid       any 64-bit xid from near there, such as the next xid of `pg_control`: it tells the epoch
/// @param limit     end of the last durable record; redo follows it. [Lsn#MAX] when the log is not
///                  being written: then a place without a record is its end
public record RedoSource(WalReader reader, PageLayout layout, Lsn redoPoint, long xid, Supplier<Lsn> limit) {}
