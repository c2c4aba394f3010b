/// The log's records about itself: resource manager XLOG (0), one file a kind.
///
/// Reading order: [dev.seawall.wal.record.xlog.XlogKind], the numbers;
/// [dev.seawall.wal.record.xlog.CheckpointRecord], where recovery may begin;
/// [dev.seawall.wal.record.xlog.SegmentSwitch]; [dev.seawall.wal.record.xlog.RestorePoint], a name
/// for a place; [dev.seawall.wal.record.xlog.EndOfRecovery], a new timeline's beginning;
/// [dev.seawall.wal.record.xlog.BackupEnd]; [dev.seawall.wal.record.xlog.OverwriteContinuation],
/// a record given up; and three of settings, [dev.seawall.wal.record.xlog.NextOid],
/// [dev.seawall.wal.record.xlog.FullPageWritesChange], [dev.seawall.wal.record.xlog.ParameterChange].
/// Images of pages are XLOG's too, but change something: `record.body`.
///
/// Invariant: layout constants, encoder and decoder of a kind are in its one file.
///
/// Must not know: the log's files, who recovers.
@NullMarked
package dev.seawall.wal.record.xlog;

import org.jspecify.annotations.NullMarked;
