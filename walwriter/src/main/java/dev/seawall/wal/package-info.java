/// The nouns of the log: values and codecs without threads, files or policy.
///
/// Reading order: [dev.seawall.wal.Lsn], a position; [dev.seawall.wal.TimelineId] and
/// [dev.seawall.wal.SegmentNumber], which with [dev.seawall.wal.SegmentName] name a file;
/// [dev.seawall.wal.PageLayout], all arithmetic of pages and segments;
/// [dev.seawall.wal.PageHeader], what stands in front of every page, and [dev.seawall.wal.WalVersion], whose
/// format it says the log is in;
/// [dev.seawall.wal.TimelineHistory], the ancestry of a timeline; [dev.seawall.wal.Checkpoint]
/// and [dev.seawall.wal.ControlFile], where recovery begins; [dev.seawall.wal.PgTime], the
/// clock of records; [dev.seawall.wal.WalCorruptException], damage with its place. Records are
/// a concept of their own: `dev.seawall.wal.record`.
///
/// Invariant: every byte layout here is PostgreSQL 15's (`walwriter/FORMAT.md`), and the only one written; whatever is
/// decoded from untrusted bytes is read through bounds-checked buffers.
///
/// Must not know: files, threads, time of day, any other package of Seawall.
@NullMarked
package dev.seawall.wal;

import org.jspecify.annotations.NullMarked;
