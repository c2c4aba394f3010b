/// `waldump`: shows the records of a log, line for line as pg_waldump 15 does.
///
/// Reading order: [dev.seawall.tools.waldump.Waldump], the command and its options, with
/// `Arguments`, `ArgumentScan` and `WaldumpHelp`; `DumpRange`, which part of which log; `LogDirectory`, where the
/// log is and how large its segments are; `SegmentBytes`, pages out of its files, with `PlainFiles`;
/// `DumpRun`, one run over them, and `StatisticsOfPiece`, sums by all processors; `RecordFilter`, which records
/// are wanted; `FatalException`, how it ends otherwise. How records look is `waldump.text`.
///
/// Invariant: same options, lines, error texts and exit codes as pg_waldump 15, but for the
/// program's name; whatever pg_waldump has not is spelled `--long`.
///
/// Must not know: how to write a log. Loads no scheduler, no logging back end, no off-heap memory, no picocli:
/// it must start fast.
@NullMarked
package dev.seawall.tools.waldump;

import org.jspecify.annotations.NullMarked;
