/// Reading the log: the writer finding its end, the archiver checking, redo and the tools all
/// read by this package.
///
/// Reading order: [dev.seawall.wal.read.ReadOutcome], what a read may find;
/// [dev.seawall.wal.read.LogBytes], where pages come from, and [dev.seawall.wal.read.LentPage], one in
/// memory; [dev.seawall.wal.read.WalReader], pages to records, and under it `RecordBytes`, one record's
/// bytes, and `PageCursor`, the page they stand on; [dev.seawall.wal.read.SegmentFiles], pages out
/// of a directory; [dev.seawall.wal.read.ParallelRead], a long log read by all processors;
/// [dev.seawall.wal.read.Watermarks], evidence of what was durable;
/// [dev.seawall.wal.read.EndOfLog], a torn tail told from damage, and `LookAhead`, what lies beyond.
///
/// Invariant: the end of the log is a value, never an exception; nothing here writes.
///
/// Must not know: who reads, or what the records mean beyond watermarks.
@NullMarked
package dev.seawall.wal.read;

import org.jspecify.annotations.NullMarked;
