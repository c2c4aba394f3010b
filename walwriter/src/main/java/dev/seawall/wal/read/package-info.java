/// Reading the log: the writer finding its end, the archiver checking, redo and the tools all
/// read by this package.
///
/// Reading order: [dev.seawall.wal.read.ReadOutcome], what a read may find;
/// [dev.seawall.wal.read.LogBytes], where pages come from; `WalReader`, pages to records;
/// `SegmentFiles`, pages out of a directory; `Watermarks`, evidence of what was durable;
/// `EndOfLog`, a torn tail told from damage.
///
/// Invariant: the end of the log is a value, never an exception; nothing here writes.
///
/// Must not know: who reads, or what the records mean beyond watermarks.
@NullMarked
package dev.seawall.wal.read;

import org.jspecify.annotations.NullMarked;
