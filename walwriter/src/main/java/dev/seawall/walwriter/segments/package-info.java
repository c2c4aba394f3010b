/// The files of `pg_wal`: how they come to be, are written, and go.
///
/// Reading order: [dev.seawall.walwriter.segments.SegmentDirectory], which segment is which file;
/// [dev.seawall.walwriter.segments.SegmentPreparer], the next ones ready before they are needed, and
/// the only one who creates, renames and removes; [dev.seawall.walwriter.segments.OpenSegments], which of them are
/// open, the next one in time; [dev.seawall.walwriter.segments.LogSink] and
/// [dev.seawall.walwriter.segments.SegmentSink], what the flusher writes into, by a
/// [dev.seawall.walwriter.segments.FlushPath], with or without the page cache and a
/// [dev.seawall.walwriter.segments.SyncMethod]; [dev.seawall.walwriter.segments.FlushChoice], which of them is
/// the fastest on this disk, by [dev.seawall.walwriter.segments.FlushTrial];
/// [dev.seawall.walwriter.segments.SegmentRemoval], which may go after a checkpoint;
/// [dev.seawall.walwriter.segments.ArchiveStatus], what is to be archived and what is.
///
/// Invariant: the flusher never changes a file's size; a segment is there whole or not at all; none
/// goes before it is archived.
///
/// Must not know: records, transactions, who waits.
@NullMarked
package dev.seawall.walwriter.segments;

import org.jspecify.annotations.NullMarked;
