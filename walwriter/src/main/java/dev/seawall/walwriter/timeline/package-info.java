/// Timelines: feeding recovery from an archive, choosing a branch, leaving it for a new one.
///
/// Reading order: [dev.seawall.walwriter.timeline.TimelineChoice], which branch recovery follows;
/// [dev.seawall.walwriter.timeline.HistoryFiles], the ancestries that `pg_wal` and the archive know;
/// [dev.seawall.walwriter.timeline.RestoredLog], the log's bytes, fetched as they are needed;
/// [dev.seawall.walwriter.timeline.RecoveryStoppedException], when they cannot be had;
/// [dev.seawall.walwriter.timeline.TimelineSwitch], the end of recovery on a timeline of its own;
/// [dev.seawall.walwriter.timeline.Lineage], whether this log may follow another server's, and
/// [dev.seawall.walwriter.timeline.JoinCheck], the bytes where it would join;
/// [dev.seawall.walwriter.timeline.DivergedException], when both went on by themselves.
///
/// Invariant: "I don't know" is never taken for "there is none": recovery ends where the log is
/// known to end, or with an exception that says what is missing. No timeline id is used twice;
/// where that was done all the same, nothing is merged.
///
/// Must not know: what records do, where the archive keeps things.
@NullMarked
package dev.seawall.walwriter.timeline;

import org.jspecify.annotations.NullMarked;
