/// Records as text, in pg_waldump 15's words, or as JSON.
///
/// Reading order: [dev.seawall.tools.waldump.text.RecordLines], a record as a line;
/// [dev.seawall.tools.waldump.text.RecordStatistics], many as sums;
/// [dev.seawall.tools.waldump.text.RecordJson], a record as an object; `RecordNames`, what a record is called;
/// `Descriptions`, what it says, with `TransactionText`, `StandbyText` and `TimeText`;
/// [dev.seawall.tools.waldump.text.TextOutput], where it all goes.
///
/// Invariant: nothing is formatted by way of strings on the path of a line; main data is read
/// through bounds-checked buffers only, whatever it announces.
///
/// Must not know: where records come from.
@NullMarked
package dev.seawall.tools.waldump.text;

import org.jspecify.annotations.NullMarked;
