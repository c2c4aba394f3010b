/// Records: what stands in the log, encoded in one place and decoded in one place.
///
/// Reading order: [dev.seawall.wal.record.WalRecord], one decoded record;
/// [dev.seawall.wal.record.BlockReference] and [dev.seawall.wal.record.RelationId], the pages it
/// names, [dev.seawall.wal.record.FullPageImage], a page whole; [dev.seawall.wal.record.ResourceManagerId],
/// whose it is; [dev.seawall.wal.record.RecordDecoder], bytes to record, and
/// [dev.seawall.wal.record.RecordInPlace], bytes looked at without making one;
/// [dev.seawall.wal.record.EncodedRecord], the way back, filled by the kinds' own files: `record.body`
/// (messages, transactions, pages) and `record.xlog` (the log's own).
///
/// Invariant: layout constant, encoder and decoder of a body are in one file.
///
/// Must not know: where records are kept, who waits for them.
@NullMarked
package dev.seawall.wal.record;

import org.jspecify.annotations.NullMarked;
