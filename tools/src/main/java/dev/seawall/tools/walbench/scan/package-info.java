/// `walbench scan`: how fast a log is read, beside pg_waldump.
///
/// Reading order: `ScanCommand`, the options and the rounds; `ScannedLog`, what is read; `Contender`, one that reads
/// it: `RedoScan`, the redo loop in this process, and `DumpProgram`, a command; `Standing`, how one did.
///
/// Invariant: all read the same bytes, in turns, and must find the same number of records.
///
/// Must not know: how anything is read.
@NullMarked
package dev.seawall.tools.walbench.scan;

import org.jspecify.annotations.NullMarked;
