package dev.seawall.wal.record;

import dev.seawall.wal.Lsn;
import dev.seawall.wal.disk.OffHeap;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/// Takes a finished record's bytes out of the scratch, linked and checksummed as the writer does it.
public final class SealedBytes {

    private SealedBytes() {}

    public static ByteBuffer of(EncodedRecord record, Lsn previous) {
        record.checksumBody();
        record.seal(previous);
        ByteBuffer bytes = ByteBuffer.allocate(record.length()).order(ByteOrder.LITTLE_ENDIAN);
        try (OffHeap memory = OffHeap.allocate(record.length())) {
            record.copyTo(memory, 0, 0, record.length());
            bytes.put(0, memory.view(0, record.length()), 0, record.length());
        }
        return bytes;
    }

    /// The record as a reader would give it.
    public static WalRecord decode(EncodedRecord record) throws RecordDecoder.MalformedRecordException {
        Lsn start = new Lsn(0x100_0100);
        return RecordDecoder.decode(of(record, new Lsn(0x100_0028)), start, start.plus(record.length() + 7 & ~7));
    }
}
