/// Records: what stands in the log, encoded in one place and decoded in one place.
///
/// Reading order: [dev.seawall.wal.record.WalRecord], one decoded record;
/// [dev.seawall.wal.record.BlockReference] and [dev.seawall.wal.record.RelationId], the pages it
/// names; [dev.seawall.wal.record.ResourceManagerId], whose it is; `RecordDecoder`, bytes to
/// record; `RecordBody` and `RecordEncoder`, the way back; then the bodies, one file a kind.
///
/// Invariant: layout constant, encoder and decoder of a body are in one file.
///
/// Must not know: where records are kept, who waits for them.
@NullMarked
package dev.seawall.wal.record;

import org.jspecify.annotations.NullMarked;
