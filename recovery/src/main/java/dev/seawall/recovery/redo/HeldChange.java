package dev.seawall.recovery.redo;

import dev.seawall.recovery.CommittedTransaction;
import dev.seawall.wal.Lsn;
import dev.seawall.wal.record.BlockReference;
import dev.seawall.wal.record.FullPageImage;
import dev.seawall.wal.record.RelationId;
import dev.seawall.wal.record.ResourceManagerId;
import dev.seawall.wal.record.WalRecord;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// One change of a transaction that has not committed yet, as bytes: in memory, or spilled.
///
/// ```
/// message:  0 u8 1   1 u64 end LSN   9 i32 prefix length   13 prefix | content
/// pages:    0 u8 2   1 u64 end LSN   9 u64 start  17 u64 previous  25 i32 length  29 i32 xid
///           33 u8 info  34 u8 resource manager  35 i32 origin  39 i32 top xid  43 u8 blocks | blocks | main data
/// block:    u8 id  u8 fork  i32 tablespace, database, relation, block  u8 will-init  u8 has image
///           [i32 bytes  i32 hole offset  i32 hole length  u8 info | stored]  i32 bytes | data
/// ```
/// Little endian. Never outlives the process that wrote it, so it has no version and no checksum.
final class HeldChange {

    private static final byte MESSAGE = 1;
    private static final byte PAGES = 2;
    private static final int END_OFFSET = 1;
    private static final int MESSAGE_HEADER = 13;
    private static final int PAGES_HEADER = 44;
    private static final int BLOCK_HEADER = 24;
    private static final int IMAGE_HEADER = 13;

    private HeldChange() {}

    static byte[] ofMessage(Lsn end, String prefix, ByteBuffer content) {
        byte[] name = prefix.getBytes(StandardCharsets.UTF_8);
        ByteBuffer out = allocate((long) MESSAGE_HEADER + name.length + content.remaining());
        out.put(MESSAGE).putLong(end.value()).putInt(name.length).put(name).put(content.duplicate());
        return out.array();
    }

    static byte[] ofPages(WalRecord record) {
        long bytes = PAGES_HEADER + record.mainData().remaining();
        for (BlockReference block : record.blocks()) {
            FullPageImage image = block.image();
            bytes += BLOCK_HEADER + block.data().remaining();
            bytes += image == null ? 0 : IMAGE_HEADER + image.stored().remaining();
        }
        ByteBuffer out = allocate(bytes);
        out.put(PAGES).putLong(record.end().value()).putLong(record.start().value());
        out.putLong(record.previous().value()).putInt(record.totalLength()).putInt(record.xid());
        out.put((byte) record.info()).put((byte) record.resourceManager().value());
        out.putInt(record.origin()).putInt(record.topXid()).put((byte) record.blocks().size());
        for (BlockReference block : record.blocks()) {
            putBlock(out, block);
        }
        out.put(record.mainData().duplicate());
        return out.array();
    }

    private static void putBlock(ByteBuffer out, BlockReference block) {
        out.put((byte) block.id()).put((byte) block.fork());
        out.putInt(block.relation().tablespace()).putInt(block.relation().database());
        out.putInt(block.relation().relation()).putInt(block.block());
        out.put((byte) (block.isWillInit() ? 1 : 0));
        FullPageImage image = block.image();
        out.put((byte) (image == null ? 0 : 1));
        if (image != null) {
            out.putInt(image.stored().remaining()).putInt(image.holeOffset()).putInt(image.holeLength());
            out.put((byte) image.info()).put(image.stored().duplicate());
        }
        out.putInt(block.data().remaining()).put(block.data().duplicate());
    }

    private static ByteBuffer allocate(long bytes) {
        return ByteBuffer.allocate(Math.toIntExact(bytes)).order(ByteOrder.LITTLE_ENDIAN);
    }

    /// The end LSN of the change's record, which orders the changes of a transaction.
    static Lsn endOf(ByteBuffer change) {
        return new Lsn(change.getLong(change.position() + END_OFFSET));
    }

    /// Tells a visitor the change that the whole buffer is.
    static void visit(ByteBuffer change, CommittedTransaction.Visitor visitor) throws IOException {
        ByteBuffer in = change.duplicate().order(ByteOrder.LITTLE_ENDIAN);
        byte kind = in.get();
        Lsn end = new Lsn(in.getLong());
        if (kind == MESSAGE) {
            byte[] prefix = new byte[in.getInt()];
            in.get(prefix);
            visitor.message(end, new String(prefix, StandardCharsets.UTF_8), rest(in));
        } else {
            visitor.pages(record(in, end));
        }
    }

    private static WalRecord record(ByteBuffer in, Lsn end) {
        Lsn start = new Lsn(in.getLong());
        Lsn previous = new Lsn(in.getLong());
        int totalLength = in.getInt();
        int xid = in.getInt();
        int info = Byte.toUnsignedInt(in.get());
        ResourceManagerId resourceManager = new ResourceManagerId(Byte.toUnsignedInt(in.get()));
        int origin = in.getInt();
        int topXid = in.getInt();
        int count = in.get();
        List<BlockReference> blocks = new ArrayList<>(count);
        for (int i = 0; i < count; i++) {
            blocks.add(block(in));
        }
        return new WalRecord(start, end, previous, totalLength, xid, info, resourceManager, origin, topXid,
                blocks, rest(in));
    }

    private static BlockReference block(ByteBuffer in) {
        int id = in.get();
        int fork = in.get();
        RelationId relation = new RelationId(in.getInt(), in.getInt(), in.getInt());
        int block = in.getInt();
        boolean isWillInit = in.get() != 0;
        boolean hasImage = in.get() != 0;
        return new BlockReference(id, fork, relation, block, isWillInit, hasImage ? image(in) : null,
                next(in, in.getInt()));
    }

    private static @Nullable FullPageImage image(ByteBuffer in) {
        int bytes = in.getInt();
        int holeOffset = in.getInt();
        int holeLength = in.getInt();
        int info = Byte.toUnsignedInt(in.get());
        return new FullPageImage(next(in, bytes), holeOffset, holeLength, info);
    }

    private static ByteBuffer next(ByteBuffer in, int bytes) {
        ByteBuffer part = in.slice(in.position(), bytes).asReadOnlyBuffer().order(ByteOrder.LITTLE_ENDIAN);
        in.position(in.position() + bytes);
        return part;
    }

    private static ByteBuffer rest(ByteBuffer in) {
        return next(in, in.remaining());
    }
}
