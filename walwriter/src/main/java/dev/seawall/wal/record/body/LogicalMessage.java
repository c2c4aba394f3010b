package dev.seawall.wal.record.body;

import dev.seawall.wal.record.EncodedRecord;
import dev.seawall.wal.record.RecordDecoder.MalformedRecordException;
import dev.seawall.wal.record.RecordInPlace;
import dev.seawall.wal.record.ResourceManagerId;
import dev.seawall.wal.record.WalRecord;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;

/// A message of an application: the prefix names the resource manager that redoes the content.
///
/// ```
///  0 u32 database   4 u8 transactional   5 3 padding   8 u64 prefix bytes with NUL   16 u64 content bytes
/// 24 prefix, NUL, content
/// ```
/// A transactional message has the xid of its transaction and takes effect at its commit; any
/// other has xid 0 and takes effect where it stands.
///
/// @param content read-only, little endian
public record LogicalMessage(int database, boolean isTransactional, String prefix, ByteBuffer content) {

    public static final int KIND = 0x00;
    public static final int HEADER_BYTES = 24;

    private static final int TRANSACTIONAL_OFFSET = 4;
    private static final int PREFIX_BYTES_OFFSET = 8;
    private static final int CONTENT_BYTES_OFFSET = 16;
    /// Up to here a copy beside the header is cheaper than one more piece to checksum and to copy.
    private static final int COPIED_CONTENT_MAX = 4096;

    /// The database that Seawall's messages name.
    public static final int DATABASE = 5;

    /// Encodes a message of a transaction, or with xid 0 one outside transactions. No allocation. The
    /// content, from its position to its limit, must not change until the record is appended: a large
    /// one is not copied.
    ///
    /// @param prefix UTF-8, without a NUL in it; one may end it
    public static void encode(EncodedRecord into, int xid, byte[] prefix, ByteBuffer content) {
        int prefixBytes = prefix.length > 0 && prefix[prefix.length - 1] == 0 ? prefix.length - 1 : prefix.length;
        int contentBytes = content.remaining();
        int mainBytes = Math.addExact(HEADER_BYTES + prefixBytes + 1, contentBytes);
        boolean isCopied = contentBytes <= COPIED_CONTENT_MAX;
        into.begin(ResourceManagerId.LOGICAL_MESSAGE, KIND, xid, EncodedRecord.mainHeaderBytes(mainBytes)
                + HEADER_BYTES + prefixBytes + 1 + Math.min(contentBytes, COPIED_CONTENT_MAX));
        into.mainHeader(mainBytes);
        into.body().putInt(DATABASE).putInt(xid == 0 ? 0 : 1)
                .putLong(prefixBytes + 1L).putLong(contentBytes)
                .put(prefix, 0, prefixBytes).put((byte) 0);
        if (isCopied) {
            into.put(content);
        } else {
            into.tail(content);
        }
        into.finish();
    }

    public static boolean is(WalRecord record) {
        return record.resourceManager().equals(ResourceManagerId.LOGICAL_MESSAGE) && record.kind() == KIND;
    }

    public static LogicalMessage decode(WalRecord record) throws MalformedRecordException {
        ByteBuffer main = record.body();
        if (main.remaining() < HEADER_BYTES) {
            throw malformed("is too short");
        }
        long prefixBytes = main.getLong(PREFIX_BYTES_OFFSET);
        long contentBytes = main.getLong(CONTENT_BYTES_OFFSET);
        long room = main.remaining() - HEADER_BYTES;
        if (prefixBytes < 1 || prefixBytes > room || contentBytes != room - prefixBytes) {
            throw malformed("has a prefix of " + Long.toUnsignedString(prefixBytes) + " bytes and content of "
                    + Long.toUnsignedString(contentBytes) + ", but room for " + room);
        }
        byte[] prefix = new byte[(int) prefixBytes];
        main.get(HEADER_BYTES, prefix);
        if (prefix[prefix.length - 1] != 0) {
            throw malformed("has a prefix without an end");
        }
        ByteBuffer content = main.slice(HEADER_BYTES + prefix.length, (int) contentBytes);
        return new LogicalMessage(main.getInt(0), main.get(TRANSACTIONAL_OFFSET) != 0,
                new String(prefix, 0, prefix.length - 1, StandardCharsets.UTF_8),
                content.order(ByteOrder.LITTLE_ENDIAN));
    }

    /// Whether the record is a message with this prefix; looks without decoding.
    ///
    /// @param prefix the bytes, without NUL
    public static boolean hasPrefix(WalRecord record, byte[] prefix) {
        if (!is(record)) {
            return false;
        }
        ByteBuffer main = record.body();
        if (main.remaining() < HEADER_BYTES + prefix.length + 1
                || main.getLong(PREFIX_BYTES_OFFSET) != prefix.length + 1) {
            return false;
        }
        for (int i = 0; i < prefix.length; i++) {
            if (main.get(HEADER_BYTES + i) != prefix[i]) {
                return false;
            }
        }
        return true;
    }

    /// Whether the prefix of a message begins so; may say yes of one that is malformed.
    ///
    /// @param record of a logical message
    public static boolean beginsWith(RecordInPlace record, byte[] begin) {
        return record.isMain(HEADER_BYTES, begin);
    }

    private static MalformedRecordException malformed(String problem) {
        return new MalformedRecordException("logical message " + problem);
    }
}
