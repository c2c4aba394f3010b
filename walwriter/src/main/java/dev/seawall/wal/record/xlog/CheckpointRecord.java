package dev.seawall.wal.record.xlog;

import dev.seawall.wal.Checkpoint;
import dev.seawall.wal.record.EncodedRecord;
import dev.seawall.wal.record.RecordDecoder.MalformedRecordException;
import dev.seawall.wal.record.WalRecord;

/// CHECKPOINT_SHUTDOWN and CHECKPOINT_ONLINE: recovery may begin at the body's redo point. Main
/// data: [Checkpoint], 88 bytes.
///
/// A shutdown checkpoint's redo point is its own start, which is known when it has its place:
/// [#REDO_OFFSET].
public record CheckpointRecord(boolean isShutdown, Checkpoint checkpoint) {

    /// Where the redo point stands in an encoded record, from the record's start.
    public static final int REDO_OFFSET = EncodedRecord.HEADER_BYTES + 2;

    public void encode(EncodedRecord into) {
        int kind = isShutdown ? XlogKind.CHECKPOINT_SHUTDOWN : XlogKind.CHECKPOINT_ONLINE;
        checkpoint.write(XlogKind.begin(into, kind, Checkpoint.BYTES));
        into.finish();
    }

    public static boolean is(WalRecord record) {
        return XlogKind.is(record, XlogKind.CHECKPOINT_SHUTDOWN) || XlogKind.is(record, XlogKind.CHECKPOINT_ONLINE);
    }

    public static CheckpointRecord decode(WalRecord record) throws MalformedRecordException {
        try {
            return new CheckpointRecord(record.kind() == XlogKind.CHECKPOINT_SHUTDOWN,
                    Checkpoint.read(XlogKind.body(record, Checkpoint.BYTES)));
        } catch (IllegalArgumentException e) {
            throw new MalformedRecordException("checkpoint record names " + e.getMessage());
        }
    }
}
