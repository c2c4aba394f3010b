package dev.seawall.wal.record;

import dev.seawall.wal.Lsn;
import dev.seawall.wal.disk.OffHeap;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/// A record's bytes before they have a place: reusable scratch that one thread fills and appends.
///
/// ```
///  0 u32 total length   4 u32 xid   8 u64 start of the previous record   16 u8 info
/// 17 u8 resource manager   18 2 padding   20 u32 CRC-32C of bytes 24.. and then 0..19
/// 24 block headers, origin, main-data header | block payloads, main data
/// ```
/// Everything lies in `head`, but for the end of a large main data, which is not copied: `tail`.
///
/// Use: [#begin], fill [#body] from its position on, [#finish] once; then, when its place is
/// known, [#seal]. The record kinds' own files know how to fill it.
public final class EncodedRecord implements AutoCloseable {

    public static final int HEADER_BYTES = 24;
    public static final int LENGTH_OFFSET = 0;
    public static final int XID_OFFSET = 4;
    public static final int PREVIOUS_OFFSET = 8;
    public static final int INFO_OFFSET = 16;
    public static final int RESOURCE_MANAGER_OFFSET = 17;
    public static final int CRC_OFFSET = 20;

    /// A main-data header's tag with an 8-bit and with a 32-bit length.
    public static final int MAIN_SHORT = 0xFF;
    public static final int MAIN_LONG = 0xFE;

    private static final int CHECKSUM_PIECE_MIN = 512;

    private OffHeap memory;
    private ByteBuffer head;
    private @Nullable ByteBuffer tail;
    private final CRC32C crc = new CRC32C();

    public EncodedRecord(int initialBytes) {
        memory = OffHeap.allocate(initialBytes);
        head = memory.view(0, initialBytes);
    }

    /// Starts a record; what was here before is gone.
    ///
    /// @param headBytes room that will be needed behind the header, [#tail] not counted
    public void begin(ResourceManagerId resourceManager, int info, int xid, int headBytes) {
        reserve(HEADER_BYTES + headBytes);
        tail = null;
        head.clear();
        head.putInt(XID_OFFSET, xid).putLong(PREVIOUS_OFFSET, 0);
        head.putInt(INFO_OFFSET, info & 0xFF | resourceManager.value() << 8).putInt(CRC_OFFSET, 0);
        head.position(HEADER_BYTES);
    }

    private void reserve(int bytes) {
        if (bytes > memory.bytes()) {
            int larger = Math.max(bytes, 2 * memory.bytes());
            memory.close();
            memory = OffHeap.allocate(larger);
            head = memory.view(0, larger);
        }
    }

    /// The little-endian buffer to fill, positioned behind what is there.
    public ByteBuffer body() {
        return head;
    }

    /// Copies from a buffer's position to its limit, and leaves both where they are.
    public void put(ByteBuffer from) {
        int bytes = from.remaining();
        head.put(head.position(), from, from.position(), bytes);
        head.position(head.position() + bytes);
    }

    /// Puts the main-data header for `bytes` of main data, the tail's included.
    public void mainHeader(int bytes) {
        if (bytes == 0) {
            return;
        }
        if (bytes <= 255) {
            head.put((byte) MAIN_SHORT).put((byte) bytes);
        } else {
            head.put((byte) MAIN_LONG).putInt(bytes);
        }
    }

    /// Bytes that the main-data header takes.
    public static int mainHeaderBytes(int bytes) {
        return bytes == 0 ? 0 : bytes <= 255 ? 2 : 5;
    }

    /// The rest of the main data, from its position to its limit; not copied, so it must not change
    /// until the record is appended.
    public void tail(ByteBuffer rest) {
        tail = rest;
    }

    /// Ends the filling: sets the length.
    public void finish() {
        head.limit(head.position());
        head.putInt(LENGTH_OFFSET, length());
    }

    /// Total length, without alignment.
    public int length() {
        return Math.addExact(head.position(), tail == null ? 0 : tail.remaining());
    }

    public int xid() {
        return head.getInt(XID_OFFSET);
    }

    /// The finished record's bytes, unsealed; only of a record without a [#tail].
    public ByteBuffer encoded() {
        if (tail != null) {
            throw new IllegalStateException("the record's end is not in its own memory");
        }
        return head.duplicate().order(ByteOrder.LITTLE_ENDIAN).flip();
    }

    /// Takes over what [#encoded] gave.
    public void load(ByteBuffer encoded) {
        reserve(encoded.remaining());
        tail = null;
        head.clear();
        head.put(encoded);
        head.limit(head.position());
    }

    /// Computes what does not depend on the record's place, so that sealing is short: the checksum
    /// of the body. Not for records whose body is changed by [#body] later.
    public void checksumBody() {
        crc.reset();
        int end = head.position();
        head.position(HEADER_BYTES);
        crc.update(head);
        if (tail != null) {
            checksum(tail);
        }
        assert head.position() == end;
    }

    private void checksum(ByteBuffer large) {
        int used = head.position();
        int room = head.capacity() - used;
        if (large.isDirect() || large.hasArray() || room < CHECKSUM_PIECE_MIN) {
            int at = large.position();
            crc.update(large);
            large.position(at);
            return;
        }
        // A read-only array: CRC32C would copy it into a new one; by way of our own memory it need not.
        for (int at = large.position(); at < large.limit(); at += room) {
            int bytes = Math.min(room, large.limit() - at);
            head.limit(used + bytes);
            head.put(used, large, at, bytes);
            crc.update(head);
            head.position(used);
        }
        head.limit(used);
    }

    /// Links the record to the one before it and completes the checksum. After [#checksumBody].
    public void seal(Lsn previous) {
        seal(previous.value());
    }

    /// The same, by the LSN's value.
    public void seal(long previous) {
        int end = head.position();
        head.putLong(PREVIOUS_OFFSET, previous);
        head.limit(CRC_OFFSET).position(0);
        crc.update(head);
        head.limit(end).position(end);
        head.putInt(CRC_OFFSET, (int) crc.getValue());
    }

    /// Copies `length` bytes of the record from `from` on into memory at `offset`; no allocation.
    public void copyTo(OffHeap into, int offset, int from, int length) {
        int headBytes = head.position();
        int fromHead = Math.max(0, Math.min(length, headBytes - from));
        if (fromHead > 0) {
            into.put(offset, memory, from, fromHead);
        }
        if (fromHead < length && tail != null) {
            int at = tail.position() + Math.max(0, from - headBytes);
            into.put(offset + fromHead, tail, at, length - fromHead);
        }
    }

    @Override
    public void close() {
        memory.close();
    }
}
