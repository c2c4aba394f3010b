package dev.seawall.wal.record.body;

import dev.seawall.wal.Lsn;
import dev.seawall.wal.record.EncodedRecord;
import dev.seawall.wal.record.RecordDecoder.MalformedRecordException;
import dev.seawall.wal.record.WalRecord;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;

/// Evidence in the log itself: "all before this LSN was durable when I was written".
///
/// A [LogicalMessage] outside transactions with prefix `seawall.watermark`; content: u64 LSN. A
/// bad place before the last such LSN is damage, one behind it may be a torn tail.
public record Watermark(Lsn durable) {

    public static final String PREFIX = "seawall.watermark";

    private static final byte[] PREFIX_BYTES = PREFIX.getBytes(StandardCharsets.US_ASCII);
    private static final int CONTENT_BYTES = 8;

    public void encode(EncodedRecord into) {
        LogicalMessage.encode(into, 0, PREFIX_BYTES, ByteBuffer.allocate(CONTENT_BYTES)
                .order(ByteOrder.LITTLE_ENDIAN).putLong(0, durable.value()));
    }

    public static boolean is(WalRecord record) {
        return LogicalMessage.hasPrefix(record, PREFIX_BYTES);
    }

    public static Watermark decode(WalRecord record) throws MalformedRecordException {
        ByteBuffer content = LogicalMessage.decode(record).content();
        if (content.remaining() != CONTENT_BYTES) {
            throw new MalformedRecordException("watermark has " + content.remaining() + " bytes, not 8");
        }
        return new Watermark(new Lsn(content.getLong(content.position())));
    }
}
