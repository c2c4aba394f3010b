/// A log that is received: written as it comes, made durable, and checked record by record.
///
/// Reading order: [dev.seawall.walwriter.received.StandbyLog], the log, which is written by `ReceivedSegments` (at a
/// place that `SegmentsAt` finds), read by `ReceivedRecords`, and given up behind `Restartpoints` by `Removal`.
///
/// Invariant: nothing is shown that is not durable and whole records.
///
/// Must not know: where it comes from, redo, sessions, settings.
@NullMarked
package dev.seawall.walwriter.received;

import org.jspecify.annotations.NullMarked;
