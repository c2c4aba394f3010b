/// The page store: 8 KiB pages with PostgreSQL's header and checksum, in files as PostgreSQL's are.
///
/// Reading order: [dev.seawall.checkpointer.pages.PageStore], a resource manager;
/// [dev.seawall.checkpointer.pages.PageId], [dev.seawall.checkpointer.pages.DataPage] and
/// `PageChecksum`, what a page is; `PageRedo`, what a record does to one; `PageAccess`, `PageCache`
/// and `PageFrame`, pages in memory; then the way to the disk: `PageFlush` and
/// [dev.seawall.checkpointer.pages.Flushing], `PageBatch` and `DoubleWrite`, `RelationFiles` and
/// `RelationFile`; [dev.seawall.checkpointer.pages.PageStoreOptions], the sizes.
///
/// Invariants: a page goes in place only after a copy of it is durable in the double-write file,
/// and that copy's place is reused only after the page's file is synced. A page in a file is never
/// newer than the durable log, for redo reads no further. A failed write or sync is final.
///
/// Must not know: when to checkpoint, redo points, the log.
@NullMarked
package dev.seawall.checkpointer.pages;

import org.jspecify.annotations.NullMarked;
