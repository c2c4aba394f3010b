/// Data files: what a page is, which file it lies in, and how it gets there untorn.
///
/// Reading order: [dev.seawall.checkpointer.files.PageId], which page;
/// [dev.seawall.checkpointer.files.DataPage], its header;
/// [dev.seawall.checkpointer.files.PageChecksum]; [dev.seawall.checkpointer.files.RelationFile], the
/// name of a page's file; [dev.seawall.checkpointer.files.RelationFiles], those that are open and
/// those that wait for a sync; [dev.seawall.checkpointer.files.DoubleWrite] with its
/// [dev.seawall.checkpointer.files.PageBatch], where pages are durable first.
///
/// Invariant: a page goes in place only after a copy of it is durable in the double-write file, and
/// that copy's place is reused only after the page's file and directory are synced.
///
/// Must not know: what is in memory, redo, when to checkpoint.
@NullMarked
package dev.seawall.checkpointer.files;

import org.jspecify.annotations.NullMarked;
