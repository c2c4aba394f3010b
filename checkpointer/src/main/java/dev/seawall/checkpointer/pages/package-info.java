/// The page store: pages in memory, and what redo makes of them.
///
/// Reading order: [dev.seawall.checkpointer.pages.PageStore], a resource manager, and its
/// [dev.seawall.checkpointer.pages.PageStoreOptions]; `PageRedo`, what a record does to a page;
/// `PageAccess`, `PageCache` and `PageFrame`, pages in memory; `PageFlush` and
/// [dev.seawall.checkpointer.pages.Flushing], the only way from there to the files.
///
/// Invariants: only redo changes a page, only a flush writes one. A page in a file is never newer
/// than the durable log, for redo reads no further. A failed write or sync is final.
///
/// Must not know: when to checkpoint, redo points, the log.
@NullMarked
package dev.seawall.checkpointer.pages;

import org.jspecify.annotations.NullMarked;
