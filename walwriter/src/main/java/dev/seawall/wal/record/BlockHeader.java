package dev.seawall.wal.record;

import dev.seawall.wal.WalVersion;
import dev.seawall.wal.record.RecordDecoder.MalformedRecordException;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/// The header of one block reference, as it stands among a record's headers.
///
/// ```
/// u8 id   u8 flags   u16 data length
/// with an image:                    u16 stored length   u16 hole offset   u8 image flags
/// with a compressed one with hole:  u16 hole length
/// unless of the relation before:    u32 tablespace   u32 database   u32 relation
/// u32 block
/// ```
/// flags: 0x0F fork, 0x10 image, 0x20 data, 0x40 page is initialized by redo, 0x80 relation as before.
record BlockHeader(
        int id, int flags, int dataLength, int storedLength, int holeOffset, int holeLength, int imageFlags,
        RelationId relation, int block) {

    static final int FORK_MASK = 0x0F;
    static final int HAS_IMAGE = 0x10;
    static final int HAS_DATA = 0x20;
    static final int WILL_INIT = 0x40;
    static final int SAME_RELATION = 0x80;

    static final int FIXED_BYTES = 4;
    static final int IMAGE_BYTES = 5;
    static final int HOLE_BYTES = 2;
    static final int RELATION_BYTES = 12;
    static final int BLOCK_BYTES = 4;
    static final int BYTES_MAX = FIXED_BYTES + IMAGE_BYTES + HOLE_BYTES + RELATION_BYTES + BLOCK_BYTES;

    /// Data and a stored image each have a length of 16 bits.
    static final int LENGTH_MAX = 0xFFFF;

    static BlockHeader of(BlockReference block, @Nullable RelationId before) {
        FullPageImage image = block.image();
        int flags = block.fork() & FORK_MASK
                | (image == null ? 0 : HAS_IMAGE)
                | (block.hasData() ? HAS_DATA : 0)
                | (block.isWillInit() ? WILL_INIT : 0)
                | (block.relation().equals(before) ? SAME_RELATION : 0);
        if (image == null) {
            return new BlockHeader(block.id(), flags, block.data().remaining(), 0, 0, 0, 0,
                    block.relation(), block.block());
        }
        return new BlockHeader(block.id(), flags, block.data().remaining(), image.stored().remaining(),
                image.holeOffset(), image.holeLength(), image.info(), block.relation(), block.block());
    }

    void write(ByteBuffer out) {
        out.put((byte) id).put((byte) flags).putShort((short) dataLength);
        if (hasImage()) {
            out.putShort((short) storedLength).putShort((short) holeOffset).put((byte) imageFlags);
            if (isHoleStored()) {
                out.putShort((short) holeLength);
            }
        }
        if ((flags & SAME_RELATION) == 0) {
            out.putInt(relation.tablespace()).putInt(relation.database()).putInt(relation.relation());
        }
        out.putInt(block);
    }

    /// Reads what follows the id.
    ///
    /// @param before the relation of the block before, if there was one
    /// @param place  what messages end with
    static BlockHeader read(int id, ByteBuffer in, @Nullable RelationId before, WalVersion version, String place)
            throws MalformedRecordException {
        RecordDecoder.require(in, FIXED_BYTES - 1, place);
        int flags = Byte.toUnsignedInt(in.get());
        int dataLength = Short.toUnsignedInt(in.getShort());
        checkData(flags, dataLength, place);
        int stored = 0;
        int holeOffset = 0;
        int holeLength = 0;
        int imageFlags = 0;
        if ((flags & HAS_IMAGE) != 0) {
            RecordDecoder.require(in, IMAGE_BYTES, place);
            stored = Short.toUnsignedInt(in.getShort());
            holeOffset = Short.toUnsignedInt(in.getShort());
            imageFlags = version.imageFlags(Byte.toUnsignedInt(in.get()));
            if (!isCompressed(imageFlags)) {
                holeLength = FullPageImage.PAGE_BYTES - stored & LENGTH_MAX;
            } else if ((imageFlags & FullPageImage.HAS_HOLE) != 0) {
                RecordDecoder.require(in, HOLE_BYTES, place);
                holeLength = Short.toUnsignedInt(in.getShort());
            }
            checkImage(stored, holeOffset, holeLength, imageFlags, place);
        }
        RelationId relation = readRelation(flags, in, before, place);
        RecordDecoder.require(in, BLOCK_BYTES, place);
        return new BlockHeader(
                id, flags, dataLength, stored, holeOffset, holeLength, imageFlags, relation, in.getInt());
    }

    private static RelationId readRelation(int flags, ByteBuffer in, @Nullable RelationId before, String place)
            throws MalformedRecordException {
        if ((flags & SAME_RELATION) != 0) {
            if (before == null) {
                throw new MalformedRecordException("BKPBLOCK_SAME_REL set but no previous rel at " + place);
            }
            return before;
        }
        RecordDecoder.require(in, RELATION_BYTES, place);
        return new RelationId(in.getInt(), in.getInt(), in.getInt());
    }

    private static void checkData(int flags, int length, String place) throws MalformedRecordException {
        boolean hasData = (flags & HAS_DATA) != 0;
        if (hasData && length == 0) {
            throw new MalformedRecordException("BKPBLOCK_HAS_DATA set, but no data included at " + place);
        }
        if (!hasData && length != 0) {
            throw new MalformedRecordException(
                    "BKPBLOCK_HAS_DATA not set, but data length is " + length + " at " + place);
        }
    }

    private static void checkImage(int stored, int holeOffset, int holeLength, int imageFlags, String place)
            throws MalformedRecordException {
        boolean hasHole = (imageFlags & FullPageImage.HAS_HOLE) != 0;
        if (hasHole && (holeOffset == 0 || holeLength == 0 || stored == FullPageImage.PAGE_BYTES)) {
            throw new MalformedRecordException("BKPIMAGE_HAS_HOLE set, but hole offset " + holeOffset
                    + " length " + holeLength + " block image length " + stored + " at " + place);
        }
        if (!hasHole && (holeOffset != 0 || holeLength != 0)) {
            throw new MalformedRecordException("BKPIMAGE_HAS_HOLE not set, but hole offset " + holeOffset
                    + " length " + holeLength + " at " + place);
        }
        if (isCompressed(imageFlags) && stored == FullPageImage.PAGE_BYTES) {
            throw new MalformedRecordException(
                    "BKPIMAGE_COMPRESSED set, but block image length " + stored + " at " + place);
        }
    }

    boolean hasImage() {
        return (flags & HAS_IMAGE) != 0;
    }

    private boolean isHoleStored() {
        return isCompressed(imageFlags) && (imageFlags & FullPageImage.HAS_HOLE) != 0;
    }

    static boolean isCompressed(int imageFlags) {
        return (imageFlags & (FullPageImage.PGLZ | FullPageImage.LZ4 | FullPageImage.ZSTD)) != 0;
    }
}
