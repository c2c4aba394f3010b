package dev.seawall.wal.record;

import dev.seawall.wal.Lsn;
import dev.seawall.wal.WalVersion;
import java.nio.ByteBuffer;

/// A record where it stands in memory, taken apart without copying and without allocating: for who looks at
/// millions of records and keeps few.
///
/// What [RecordDecoder] takes is taken here and nothing else; why something is not, only the decoder can say.
/// Reused for one record after another, and valid only as long as the memory is. One thread.
public final class RecordInPlace {

    private static final int HEADER = EncodedRecord.HEADER_BYTES;
    private static final int NOT_TAKEN = -1;

    private ByteBuffer in = ByteBuffer.allocate(0);
    private int at;
    private int length;
    /// Info in the low byte, resource manager in the next.
    private int kind;
    private int mainAt;
    private int mainLength;
    private int topXid;
    private int images;
    private int imageBytes;
    // Of the block header that was read last.
    private int dataLength;
    private int storedLength;

    private int blocks;
    /// Where each block's flags, relation and number stand.
    private final int[] flagsAt = new int[BlockReference.COUNT_MAX];
    private final int[] relationAt = new int[BlockReference.COUNT_MAX];
    private final int[] numberAt = new int[BlockReference.COUNT_MAX];

    /// Takes a record whose length, resource manager and checksum the reader has checked.
    ///
    /// @param memory little endian
    /// @param from   where in it the record begins
    /// @param total  its length, with header
    /// @return false if its parts make no sense: then [RecordDecoder#decode] says why
    public boolean read(ByteBuffer memory, int from, int total, WalVersion version) {
        in = memory;
        at = from;
        length = total;
        kind = in.getShort(from + EncodedRecord.INFO_OFFSET) & 0xFFFF;
        blocks = 0;
        images = 0;
        imageBytes = 0;
        topXid = 0;
        int first = from + HEADER;
        int left = total - HEADER - 2;
        if (left >= 0 && (in.getShort(first) & 0xFFFF) == (EncodedRecord.MAIN_SHORT | left << 8)) {
            // Nothing but a short main data, as most records of ours are.
            mainAt = first + 2;
            mainLength = left;
            return true;
        }
        return readParts(first, from + total, version);
    }

    private boolean readParts(int first, int end, WalVersion version) {
        int next = first;
        int last = -1;
        long announced = 0;
        mainLength = 0;
        while (end - next > announced) {
            int tag = in.get(next++) & 0xFF;
            if (tag <= BlockReference.ID_MAX) {
                if (tag <= last) {
                    return false;
                }
                last = tag;
                int header = next;
                next = readBlock(header, end, version);
                if (next == NOT_TAKEN) {
                    return false;
                }
                announced += dataLength + storedLength;
            } else if (tag == EncodedRecord.MAIN_SHORT || tag == EncodedRecord.MAIN_LONG) {
                int bytes = tag == EncodedRecord.MAIN_SHORT ? 1 : 4;
                if (end - next < bytes) {
                    return false;
                }
                long main = bytes == 1 ? in.get(next) & 0xFF : Integer.toUnsignedLong(in.getInt(next));
                next += bytes;
                announced += main;
                if (announced > end - next) {
                    return false;
                }
                mainLength = (int) main;
                break;
            } else if (tag == RecordDecoder.ORIGIN && end - next >= 2) {
                next += 2;
            } else if (tag == RecordDecoder.TOP_XID && end - next >= 4) {
                topXid = in.getInt(next);
                next += 4;
            } else {
                return false;
            }
        }
        mainAt = end - mainLength;
        return end - next == announced;
    }

    /// As [BlockHeader#read], what follows the id.
    private int readBlock(int from, int end, WalVersion version) {
        if (end - from < BlockHeader.FIXED_BYTES - 1) {
            return NOT_TAKEN;
        }
        int next = from + BlockHeader.FIXED_BYTES - 1;
        int flags = in.get(from) & 0xFF;
        dataLength = in.getShort(from + 1) & 0xFFFF;
        storedLength = 0;
        if ((flags & BlockHeader.HAS_DATA) != 0 != (dataLength != 0)) {
            return NOT_TAKEN;
        }
        if ((flags & BlockHeader.HAS_IMAGE) != 0) {
            next = readImage(next, end, version);
            if (next == NOT_TAKEN) {
                return NOT_TAKEN;
            }
        }
        if ((flags & BlockHeader.SAME_RELATION) == 0) {
            if (end - next < BlockHeader.RELATION_BYTES) {
                return NOT_TAKEN;
            }
            relationAt[blocks] = next;
            next += BlockHeader.RELATION_BYTES;
        } else if (blocks == 0) {
            return NOT_TAKEN;
        } else {
            relationAt[blocks] = relationAt[blocks - 1];
        }
        if (end - next < BlockHeader.BLOCK_BYTES) {
            return NOT_TAKEN;
        }
        flagsAt[blocks] = from;
        numberAt[blocks] = next;
        blocks++;
        return next + BlockHeader.BLOCK_BYTES;
    }

    private int readImage(int from, int end, WalVersion version) {
        if (end - from < BlockHeader.IMAGE_BYTES) {
            return NOT_TAKEN;
        }
        int next = from + BlockHeader.IMAGE_BYTES;
        storedLength = in.getShort(from) & 0xFFFF;
        int holeOffset = in.getShort(from + 2) & 0xFFFF;
        int flags = version.imageFlags(in.get(from + 4) & 0xFF);
        boolean isCompressed = BlockHeader.isCompressed(flags);
        boolean hasHole = (flags & FullPageImage.HAS_HOLE) != 0;
        int holeLength = 0;
        if (!isCompressed) {
            holeLength = FullPageImage.PAGE_BYTES - storedLength & BlockHeader.LENGTH_MAX;
        } else if (hasHole) {
            if (end - next < BlockHeader.HOLE_BYTES) {
                return NOT_TAKEN;
            }
            holeLength = in.getShort(next) & 0xFFFF;
            next += BlockHeader.HOLE_BYTES;
        }
        boolean isWhole = storedLength == FullPageImage.PAGE_BYTES;
        boolean makesSense = hasHole ? holeOffset != 0 && holeLength != 0 && !isWhole
                : holeOffset == 0 && holeLength == 0;
        images++;
        imageBytes += storedLength;
        return makesSense && !(isCompressed && isWhole) ? next : NOT_TAKEN;
    }

    /// With header, without alignment.
    public int totalLength() {
        return length;
    }

    /// Start of the record before it.
    public Lsn previous() {
        return new Lsn(in.getLong(at + EncodedRecord.PREVIOUS_OFFSET));
    }

    public int xid() {
        return in.getInt(at + EncodedRecord.XID_OFFSET);
    }

    public int info() {
        return kind & 0xFF;
    }

    public ResourceManagerId resourceManager() {
        return ResourceManagerId.of(kind >>> 8);
    }

    /// The top-level transaction when [#xid] is a subtransaction; 0 if not said.
    public int topXid() {
        return topXid;
    }

    /// How many of its pages it has the image of.
    public int images() {
        return images;
    }

    /// Bytes of page images, as stored.
    public int imageBytes() {
        return imageBytes;
    }

    /// How many pages it names.
    public int blocks() {
        return blocks;
    }

    public int fork(int block) {
        return in.get(flagsAt[block]) & BlockHeader.FORK_MASK;
    }

    /// The page's number, unsigned.
    public int blockNumber(int block) {
        return in.getInt(numberAt[block]);
    }

    public RelationId relation(int block) {
        int from = relationAt[block];
        return new RelationId(in.getInt(from), in.getInt(from + 4), in.getInt(from + 8));
    }

    /// Whether the page is of this relation.
    public boolean isOf(int block, RelationId relation) {
        int from = relationAt[block];
        return in.getInt(from + 8) == relation.relation() && in.getInt(from + 4) == relation.database()
                && in.getInt(from) == relation.tablespace();
    }

    /// Bytes of the main data.
    public int mainLength() {
        return mainLength;
    }

    /// Eight bytes of the main data.
    ///
    /// @throws IndexOutOfBoundsException if it has not so many
    public long mainLong(int offset) {
        return in.getLong(mainAt + java.util.Objects.checkFromIndexSize(offset, Long.BYTES, mainLength));
    }

    /// Whether the main data has these bytes there.
    public boolean isMain(int offset, byte[] expected) {
        if (mainLength - offset < expected.length) {
            return false;
        }
        for (int i = 0; i < expected.length; i++) {
            if (in.get(mainAt + offset + i) != expected[i]) {
                return false;
            }
        }
        return true;
    }
}
