package dev.seawall.wal.record;

import dev.seawall.wal.Lsn;
import dev.seawall.wal.WalVersion;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Turns a record's bytes into a [WalRecord], by bounded reads only.
///
/// Behind the 24-byte header stand, in this order: block headers ([BlockHeader]) and one-byte tags
/// with what they announce, the main-data header last; then the payloads in the headers' order,
/// main data last. The headers end where what is left is exactly what they have announced.
public final class RecordDecoder {

    /// A tag with a replication origin (u16) and one with a top-level xid (u32).
    public static final int ORIGIN = 0xFD;
    public static final int TOP_XID = 0xFC;

    private static final ByteBuffer NOTHING =
            ByteBuffer.allocate(0).order(ByteOrder.LITTLE_ENDIAN).asReadOnlyBuffer();

    private final ByteBuffer in;
    private final List<BlockHeader> headers = new ArrayList<>();
    private final String place;
    private final WalVersion version;
    private long announced;
    private int mainLength;
    private int origin;
    private int topXid;

    private RecordDecoder(ByteBuffer in, String place, WalVersion version) {
        this.in = in;
        this.version = version;
        this.place = place;
    }

    /// The bytes are not a record, or a record's body is not what its kind says. The decoder's own
    /// messages are pg_waldump's, and like pg_waldump's they name the place of the record *before*.
    public static final class MalformedRecordException extends Exception {
        private static final long serialVersionUID = 1L;

        public MalformedRecordException(String message) {
            super(message);
        }
    }

    /// Decodes a whole record whose length, resource manager, previous link and checksum the reader
    /// has checked. The buffer's content must stay as it is for as long as the record is used.
    ///
    /// @param record exactly the record's bytes, little endian
    public static WalRecord decode(ByteBuffer record, Lsn start, Lsn end) throws MalformedRecordException {
        return decode(record, start, end, WalVersion.V15);
    }

    /// As [#decode], of any version. What is decoded looks as 15's: flag bits of page images are translated.
    public static WalRecord decode(ByteBuffer record, Lsn start, Lsn end, WalVersion version)
            throws MalformedRecordException {
        ByteBuffer in = record.slice().order(ByteOrder.LITTLE_ENDIAN);
        if (in.limit() < EncodedRecord.HEADER_BYTES) {
            throw new MalformedRecordException("record with invalid length at " + start);
        }
        Lsn previous = new Lsn(in.getLong(EncodedRecord.PREVIOUS_OFFSET));
        int manager = Byte.toUnsignedInt(in.get(EncodedRecord.RESOURCE_MANAGER_OFFSET));
        if (!ResourceManagerId.isValid(manager, version)) {
            throw new MalformedRecordException("invalid resource manager ID " + manager + " at " + start);
        }
        in.position(EncodedRecord.HEADER_BYTES);
        ByteBuffer main = shortMainData(in);
        if (main != null) {
            return new WalRecord(start, end, previous, in.limit(), in.getInt(EncodedRecord.XID_OFFSET), info(in),
                    ResourceManagerId.of(manager), 0, 0, List.of(), main);
        }
        RecordDecoder decoder = new RecordDecoder(in, previous.toString(), version);
        decoder.readHeaders();
        List<BlockReference> blocks = decoder.takeBlocks();
        return new WalRecord(start, end, previous, in.limit(), in.getInt(EncodedRecord.XID_OFFSET), info(in),
                ResourceManagerId.of(manager), decoder.origin, decoder.topXid, blocks,
                decoder.take(decoder.mainLength));
    }

    private static int info(ByteBuffer in) {
        return Byte.toUnsignedInt(in.get(EncodedRecord.INFO_OFFSET));
    }

    /// The main data of a record that is nothing but a short one, as most are; null for any other.
    private static @Nullable ByteBuffer shortMainData(ByteBuffer in) {
        int at = EncodedRecord.HEADER_BYTES;
        int left = in.limit() - at - 2;
        if (left < 0 || Byte.toUnsignedInt(in.get(at)) != EncodedRecord.MAIN_SHORT
                || Byte.toUnsignedInt(in.get(at + 1)) != left) {
            return null;
        }
        return slice(in, at + 2, left);
    }

    private void readHeaders() throws MalformedRecordException {
        RelationId relation = null;
        int last = -1;
        while (in.remaining() > announced) {
            int tag = Byte.toUnsignedInt(in.get());
            if (tag == EncodedRecord.MAIN_SHORT) {
                require(in, 1, place);
                announceMain(Byte.toUnsignedInt(in.get()));
                break;
            } else if (tag == EncodedRecord.MAIN_LONG) {
                require(in, 4, place);
                announceMain(Integer.toUnsignedLong(in.getInt()));
                break;
            } else if (tag == ORIGIN) {
                require(in, 2, place);
                origin = Short.toUnsignedInt(in.getShort());
            } else if (tag == TOP_XID) {
                require(in, 4, place);
                topXid = in.getInt();
            } else if (tag <= BlockReference.ID_MAX) {
                if (tag <= last) {
                    throw new MalformedRecordException("out-of-order block_id " + tag + " at " + place);
                }
                last = tag;
                BlockHeader header = BlockHeader.read(tag, in, relation, version, place);
                relation = header.relation();
                announced += header.dataLength() + header.storedLength();
                headers.add(header);
            } else {
                throw new MalformedRecordException("invalid block_id " + tag + " at " + place);
            }
        }
        if (in.remaining() != announced) {
            throw invalidLength(place);
        }
    }

    private void announceMain(long length) throws MalformedRecordException {
        announced += length;
        if (announced > in.remaining()) {
            throw invalidLength(place);
        }
        mainLength = (int) length;
    }

    private List<BlockReference> takeBlocks() {
        List<BlockReference> blocks = new ArrayList<>(headers.size());
        for (BlockHeader header : headers) {
            FullPageImage image = header.hasImage()
                    ? new FullPageImage(take(header.storedLength()), header.holeOffset(), header.holeLength(),
                            header.imageFlags())
                    : null;
            blocks.add(new BlockReference(header.id(), header.flags() & BlockHeader.FORK_MASK,
                    header.relation(), header.block(), (header.flags() & BlockHeader.WILL_INIT) != 0,
                    image, take(header.dataLength())));
        }
        return List.copyOf(blocks);
    }

    private ByteBuffer take(int length) {
        if (length == 0) {
            return NOTHING.duplicate().order(ByteOrder.LITTLE_ENDIAN);
        }
        ByteBuffer part = slice(in, in.position(), length);
        in.position(in.position() + length);
        return part;
    }

    private static ByteBuffer slice(ByteBuffer of, int offset, int length) {
        return of.slice(offset, length).asReadOnlyBuffer().order(ByteOrder.LITTLE_ENDIAN);
    }

    static void require(ByteBuffer in, int bytes, String place) throws MalformedRecordException {
        if (in.remaining() < bytes) {
            throw invalidLength(place);
        }
    }

    private static MalformedRecordException invalidLength(String place) {
        return new MalformedRecordException("record with invalid length at " + place);
    }
}
