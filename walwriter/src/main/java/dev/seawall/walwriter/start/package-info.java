/// Coming up: making a cluster, and finding out where its log ends.
///
/// Reading order: [dev.seawall.walwriter.start.StartedLog], all that the log's writer has to know;
/// [dev.seawall.walwriter.start.LogStart], the start after a crash or a clean stop, or of a standby
/// ([dev.seawall.walwriter.start.FoundLog]), by way of
/// [dev.seawall.walwriter.start.DirectoryLock], one writer a directory,
/// [dev.seawall.walwriter.start.ControlStore], `global/pg_control` and the
/// [dev.seawall.walwriter.start.LowWaterMark] in it,
/// [dev.seawall.walwriter.start.WalDirectory], `pg_wal` while nobody appends, and
/// [dev.seawall.walwriter.start.LogScan], what records tell, with
/// [dev.seawall.walwriter.start.NextXid] and `LogReading`, all of them read; `BackupStart`, the same of a
/// base backup's copy, which [dev.seawall.walwriter.start.BackupLabel] says it is;
/// [dev.seawall.walwriter.start.ClusterInit], a new cluster;
/// [dev.seawall.walwriter.start.ClusterLayout], where the files are;
/// [dev.seawall.walwriter.start.UnattachedEnd], what a checkpointer that comes later is held against.
///
/// Invariant: nothing is believed before files and directories were synced *and* their cache was
/// dropped, and nothing stale is left behind the log's end when a start returns.
///
/// Must not know: buffers, flushing, clients, the archive.
@NullMarked
package dev.seawall.walwriter.start;

import org.jspecify.annotations.NullMarked;
