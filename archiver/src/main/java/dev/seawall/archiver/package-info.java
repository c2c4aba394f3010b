/// The archiver: ships completed segments, in order, each checked before it is acknowledged.
///
/// Reading order: [dev.seawall.archiver.Archiver], the role: what is `.ready`, one file at a time;
/// [dev.seawall.archiver.ArchiverStatistics], what became of it; [dev.seawall.archiver.WalFiles],
/// one file into the archive; [dev.seawall.archiver.SegmentCheck] and `SegmentPages`, every record
/// that begins in a segment; [dev.seawall.archiver.ArchiveConflictException], two clusters in one
/// archive; [dev.seawall.archiver.ArchivedTimelines], history files as claims;
/// [dev.seawall.archiver.ArchiveSchedule], what happens by the clock, as `OpenJobs`. Asked of others:
/// [dev.seawall.archiver.ArchivableLog] of the log, [dev.seawall.archiver.PageCopy] of the data files, with
/// [dev.seawall.archiver.OnlineCopy], which copies them while they change.
///
/// Rooms of their own: `repository`, where and in what form things are kept; `backup`, base backups;
/// `restore`, the way back out; `receive`, the log of a server that streams it.
///
/// Invariant: `.done` is set only when the repository holds the file durably; no file is passed over.
///
/// Must not know: redo, pages, clients.
@NullMarked
package dev.seawall.archiver;

import org.jspecify.annotations.NullMarked;
