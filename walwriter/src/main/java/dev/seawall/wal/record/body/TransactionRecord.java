package dev.seawall.wal.record.body;

import dev.seawall.wal.Lsn;
import dev.seawall.wal.record.EncodedRecord;
import dev.seawall.wal.record.RecordDecoder.MalformedRecordException;
import dev.seawall.wal.record.RecordInPlace;
import dev.seawall.wal.record.RelationId;
import dev.seawall.wal.record.ResourceManagerId;
import dev.seawall.wal.record.WalRecord;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/// The end of a transaction: commit or abort, at a time.
///
/// ```
/// i64 time, microseconds since 2000; and if 0x80 is set in the record's info:
/// u32 xinfo, then what its bits announce, unaligned, in this order:
///   0x001 u32 database, u32 tablespace          0x002 i32 n, u32 subxact[n]
///   0x004 i32 n, n dropped {u32 tablespace, u32 database, u32 relation}
///   0x100 i32 n, n dropped statistics {i32 kind, u32 database, u32 object}
///   0x008 i32 n, n invalidations of 16 bytes (commit only)
///   0x010 u32 xid that was prepared, and with 0x080 its name, NUL-terminated
///   0x020 u64 LSN and i64 time at the origin
/// ```
/// Seawall writes the short form, 34 bytes in all: [#encode]. Everything else is read.
public record TransactionRecord(
        int kind, long time, int xinfo, int database, int tablespace, List<Integer> subxacts,
        List<RelationId> droppedRelations, List<DroppedStatistics> droppedStatistics,
        List<ByteBuffer> invalidations, int preparedXid, String preparedName, Lsn originLsn, long originTime) {

    /// Statistics that went with the transaction.
    public record DroppedStatistics(int kind, int database, int object) {}

    public static final int KIND_MASK = 0x70;
    public static final int COMMIT = 0x00;
    public static final int ABORT = 0x20;
    public static final int COMMIT_PREPARED = 0x30;
    public static final int ABORT_PREPARED = 0x40;
    public static final int HAS_XINFO = 0x80;

    public static final int XINFO_DATABASE = 0x001;
    public static final int XINFO_SUBXACTS = 0x002;
    public static final int XINFO_RELATIONS = 0x004;
    public static final int XINFO_INVALIDATIONS = 0x008;
    public static final int XINFO_TWOPHASE = 0x010;
    public static final int XINFO_ORIGIN = 0x020;
    public static final int XINFO_PREPARED_NAME = 0x080;
    public static final int XINFO_STATISTICS = 0x100;

    /// Where the time stands in a record that [#encode] made, from the record's start: the writer
    /// stamps it when the record has its place. Encode, reserve, stamp, checksum, seal.
    public static final int TIME_OFFSET = EncodedRecord.HEADER_BYTES + 2;

    /// Length of a record that [#encode] made.
    public static final int BYTES = TIME_OFFSET + 8;

    private static final int INVALIDATION_BYTES = 16;

    public TransactionRecord {
        subxacts = List.copyOf(subxacts);
        droppedRelations = List.copyOf(droppedRelations);
        droppedStatistics = List.copyOf(droppedStatistics);
        invalidations = List.copyOf(invalidations);
    }

    /// A bare commit or abort. No allocation.
    ///
    /// @param kind [#COMMIT] or [#ABORT]
    /// @param time microseconds since 2000, `PgTime`; may be stamped later
    public static void encode(EncodedRecord into, int kind, int xid, long time) {
        into.begin(ResourceManagerId.TRANSACTION, kind, xid, BYTES - EncodedRecord.HEADER_BYTES);
        into.mainHeader(8);
        into.body().putLong(time);
        into.finish();
    }

    /// Sets the time of a record that [#encode] made; before its checksum.
    public static void stamp(EncodedRecord record, long time) {
        record.body().putLong(TIME_OFFSET, time);
    }

    public static boolean isCommit(WalRecord record) {
        return isTransaction(record)
                && ((record.info() & KIND_MASK) == COMMIT || (record.info() & KIND_MASK) == COMMIT_PREPARED);
    }

    public static boolean isAbort(WalRecord record) {
        return isTransaction(record)
                && ((record.info() & KIND_MASK) == ABORT || (record.info() & KIND_MASK) == ABORT_PREPARED);
    }

    private static boolean isTransaction(WalRecord record) {
        return record.resourceManager().equals(ResourceManagerId.TRANSACTION);
    }

    /// Whether a transaction's record is a commit or abort with nothing but its time, as [#encode] makes them.
    public static boolean isBare(RecordInPlace record) {
        return (record.info() == COMMIT || record.info() == ABORT) && record.mainLength() == Long.BYTES;
    }

    /// The time of a record that [#isBare] is true of.
    public static long timeOfBare(RecordInPlace record) {
        return record.mainLong(0);
    }

    public boolean isCommit() {
        return kind == COMMIT || kind == COMMIT_PREPARED;
    }

    /// @param record one that [#isCommit(WalRecord)] or [#isAbort(WalRecord)] is true of
    public static TransactionRecord decode(WalRecord record) throws MalformedRecordException {
        try {
            return decode(record.info(), record.body());
        } catch (BufferUnderflowException e) {
            throw new MalformedRecordException("transaction record is too short: " + record.mainData().remaining()
                    + " bytes of main data");
        }
    }

    private static TransactionRecord decode(int info, ByteBuffer in) throws MalformedRecordException {
        int kind = info & KIND_MASK;
        boolean isCommit = kind == COMMIT || kind == COMMIT_PREPARED;
        long time = in.getLong();
        if ((info & HAS_XINFO) == 0) {
            return bare(kind, time);
        }
        int xinfo = in.getInt();
        boolean hasDatabase = (xinfo & XINFO_DATABASE) != 0;
        int database = hasDatabase ? in.getInt() : 0;
        int tablespace = hasDatabase ? in.getInt() : 0;
        List<Integer> subxacts = new ArrayList<>();
        for (int n = count(in, (xinfo & XINFO_SUBXACTS) != 0, 4); n > 0; n--) {
            subxacts.add(in.getInt());
        }
        List<RelationId> relations = new ArrayList<>();
        for (int n = count(in, (xinfo & XINFO_RELATIONS) != 0, 12); n > 0; n--) {
            relations.add(new RelationId(in.getInt(), in.getInt(), in.getInt()));
        }
        List<DroppedStatistics> statistics = new ArrayList<>();
        for (int n = count(in, (xinfo & XINFO_STATISTICS) != 0, 12); n > 0; n--) {
            statistics.add(new DroppedStatistics(in.getInt(), in.getInt(), in.getInt()));
        }
        List<ByteBuffer> invalidations = new ArrayList<>();
        for (int n = count(in, isCommit && (xinfo & XINFO_INVALIDATIONS) != 0, INVALIDATION_BYTES); n > 0; n--) {
            invalidations.add(in.slice(in.position(), INVALIDATION_BYTES).order(in.order()));
            in.position(in.position() + INVALIDATION_BYTES);
        }
        int prepared = (xinfo & XINFO_TWOPHASE) != 0 ? in.getInt() : 0;
        String name = (xinfo & XINFO_TWOPHASE) != 0 && (xinfo & XINFO_PREPARED_NAME) != 0 ? readText(in) : "";
        boolean hasOrigin = (xinfo & XINFO_ORIGIN) != 0;
        Lsn originLsn = hasOrigin ? new Lsn(in.getLong()) : Lsn.INVALID;
        long originTime = hasOrigin ? in.getLong() : 0;
        return new TransactionRecord(kind, time, xinfo, database, tablespace, subxacts, relations, statistics,
                invalidations, prepared, name, originLsn, originTime);
    }

    private static TransactionRecord bare(int kind, long time) {
        return new TransactionRecord(kind, time, 0, 0, 0, List.of(), List.of(), List.of(), List.of(), 0, "",
                Lsn.INVALID, 0);
    }

    private static int count(ByteBuffer in, boolean isThere, int itemBytes) throws MalformedRecordException {
        int count = isThere ? in.getInt() : 0;
        if (count < 0 || (long) count * itemBytes > in.remaining()) {
            throw new MalformedRecordException("transaction record announces " + count + " items of " + itemBytes
                    + " bytes in " + in.remaining());
        }
        return count;
    }

    private static String readText(ByteBuffer in) {
        int start = in.position();
        while (in.get() != 0) {
            // a missing NUL ends in BufferUnderflowException
        }
        byte[] text = new byte[in.position() - 1 - start];
        in.get(start, text);
        return new String(text, StandardCharsets.UTF_8);
    }
}
