/// The walwriter's role: the log, open for appending, with group commit.
///
/// Reading order: by the life of an append, [dev.seawall.walwriter.Wal], the API and the picture;
/// [dev.seawall.walwriter.Transaction], with `WalTransaction` and `PageRun`, its gathered page
/// changes; [dev.seawall.walwriter.MessageAppender], messages without transactions by the million;
/// `Appender`, one append from beginning to end; `Insertion` and `InsertionPool`, its
/// scratch; `InsertPosition`, the one serial step; `WalBuffers`, the ring, and `RecentPages`, who
/// reads it; `Insertions`, how far
/// copying is complete; `WalFlusher`, the only one who writes and syncs, by `FlushTurn` in one thread
/// at a time, after a [dev.seawall.walwriter.CommitDelay] if one is wanted; `FlushProgress`, who
/// waits, with `FlushFuture` and `FutureCompleter` for futures and `Gate` for everything else; `CommitClock`,
/// `Xids` and `Relations`, what a record must not contradict. Then what the log does by itself:
/// `WalTicker`, evidence and `.ready`; `Checkpoints`, with [dev.seawall.walwriter.CheckpointReport]
/// and [dev.seawall.walwriter.Retention] (`Retentions`); `WalMachine`, all parts put together;
/// [dev.seawall.walwriter.DurableLog], the log as its readers see it;
/// [dev.seawall.walwriter.WalOptions] and [dev.seawall.walwriter.WalCounters]. What can go wrong:
/// [dev.seawall.walwriter.WalFailedException], final; [dev.seawall.walwriter.LogFullException],
/// not; [dev.seawall.walwriter.TransactionAbortedException];
/// [dev.seawall.walwriter.LogEndedException]. Whom commits wait for besides the disk:
/// [dev.seawall.walwriter.CommitWait], with [dev.seawall.walwriter.NotReplicatedException]. What
/// recovery asks of the archive: [dev.seawall.walwriter.SegmentSource], [dev.seawall.walwriter.TimelineClaims].
///
/// Invariant: durable <= complete <= reserved, all three only forward; an LSN is acknowledged only
/// when every byte before it is durable; after the first failure nothing is written any more.
///
/// Must not know: redo, pages' content, the archive's inside, configuration files.
@NullMarked
package dev.seawall.walwriter;

import org.jspecify.annotations.NullMarked;
