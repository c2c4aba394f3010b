package dev.seawall.tools.waldump.text;

import dev.seawall.wal.WalVersion;
import dev.seawall.wal.record.WalRecord;
import dev.seawall.wal.record.body.TransactionRecord;
import java.nio.ByteBuffer;

/// What records of the Transaction resource manager say.
final class TransactionText {

    private static final int PREPARE = 0x10;
    private static final int ASSIGNMENT = 0x50;
    private static final int INVALIDATIONS = 0x60;

    private static final int XINFO_RELCACHE_INIT = 1 << 30;
    private static final int XINFO_SYNC = 1 << 31;
    private static final int XINFO_APPLY_FEEDBACK = 1 << 29;

    private final TextOutput out;
    private final TimeText times;
    private final StandbyText standby;
    private final WalVersion version;

    TransactionText(TextOutput out, TimeText times, StandbyText standby, WalVersion version) {
        this.version = version;
        this.out = out;
        this.times = times;
        this.standby = standby;
    }

    void describe(WalRecord record, ByteBuffer main) {
        switch (record.info() & TransactionRecord.KIND_MASK) {
            case TransactionRecord.COMMIT, TransactionRecord.COMMIT_PREPARED -> describeEnd(record, main, true);
            case TransactionRecord.ABORT, TransactionRecord.ABORT_PREPARED -> describeEnd(record, main, false);
            case PREPARE -> describePrepare(record, main);
            case ASSIGNMENT -> {
                out.put("xtop ").putUnsigned(main.getInt()).put(": subxacts:");
                putXids("", main, main.getInt());
            }
            case INVALIDATIONS -> standby.putInvalidations(main, main.getInt(), 0, 0, false);
            default -> { }
        }
    }

    /// Everything is found first, since what is told first stands last: the prepared xid.
    private void describeEnd(WalRecord record, ByteBuffer main, boolean isCommit) {
        long time = main.getLong();
        if ((record.info() & TransactionRecord.HAS_XINFO) == 0) {
            times.put(out, time);
            return;
        }
        int xinfo = main.getInt();
        boolean hasDatabase = (xinfo & TransactionRecord.XINFO_DATABASE) != 0;
        int database = hasDatabase ? main.getInt() : 0;
        int tablespace = hasDatabase ? main.getInt() : 0;
        ByteBuffer subxacts = part(main, (xinfo & TransactionRecord.XINFO_SUBXACTS) != 0, 4);
        ByteBuffer relations = part(main, (xinfo & TransactionRecord.XINFO_RELATIONS) != 0, 12);
        ByteBuffer statistics = part(main, (xinfo & TransactionRecord.XINFO_STATISTICS) != 0,
                statisticsBytes());
        ByteBuffer invalidations = part(main, isCommit && (xinfo & TransactionRecord.XINFO_INVALIDATIONS) != 0, 16);
        if ((xinfo & TransactionRecord.XINFO_TWOPHASE) != 0) {
            int prepared = main.getInt();
            if (prepared != 0) {
                out.putUnsigned(prepared).put(": ");
            }
            if ((xinfo & TransactionRecord.XINFO_PREPARED_NAME) != 0) {
                skipText(main);
            }
        }
        times.put(out, time);
        putRelations("; rels:", relations);
        putXids("; subxacts:", subxacts, subxacts.remaining() / 4);
        if (isCommit) {
            putStatistics("; dropped stats:", statistics);
            standby.putInvalidations(invalidations, invalidations.remaining() / 16, database, tablespace,
                    (xinfo & XINFO_RELCACHE_INIT) != 0);
            out.put((xinfo & XINFO_APPLY_FEEDBACK) != 0 ? "; apply_feedback" : "");
            out.put((xinfo & XINFO_SYNC) != 0 ? "; sync" : "");
        }
        if ((xinfo & TransactionRecord.XINFO_ORIGIN) != 0) {
            out.put("; origin: node ").putUnsigned(record.origin()).put(", lsn ").putLsn(main.getLong(), false);
            times.put(out.put(", at "), main.getLong());
        }
        if (!isCommit) {
            putStatistics("; dropped stats:", statistics);
        }
    }

    /// An object's number has 64 bits since 18.
    private int statisticsBytes() {
        return version.isAtLeast(18) ? 16 : 12;
    }

    /// The items that a count announces, or nothing.
    private static ByteBuffer part(ByteBuffer main, boolean isThere, int itemBytes) {
        int count = isThere ? main.getInt() : 0;
        int bytes = Math.multiplyExact(count, itemBytes);
        ByteBuffer part = main.slice(main.position(), bytes).order(main.order());
        main.position(main.position() + bytes);
        return part;
    }

    private void putXids(String title, ByteBuffer in, int count) {
        if (count > 0) {
            out.put(title);
        }
        for (int i = 0; i < count; i++) {
            out.put(' ').putUnsigned(in.getInt());
        }
    }

    private static void skipText(ByteBuffer main) {
        while (main.get() != 0) {
            // a missing NUL ends in BufferUnderflowException
        }
    }

    /// PREPARE's header: u32 magic, u32 length, u32 xid, u32 database, i64 time, u32 owner, then i32
    /// counts of subxacts, rels to drop at commit and at abort, their statistics, and invalidations,
    /// u8 whether the relcache init file goes, 1 padding, u16 length of the name, u64 and i64 of the
    /// origin; behind it, each 8-byte aligned, the name and the items that were counted. Before 15 there
    /// are no counts of statistics, so what is behind them stands 8 bytes earlier.
    private void describePrepare(WalRecord record, ByteBuffer main) {
        boolean hasStatistics = version.isAtLeast(15);
        int moved = hasStatistics ? 0 : -8;
        int nameBytes = Short.toUnsignedInt(main.getShort(54 + moved));
        int at = 72 + moved;
        out.put("gid ");
        int end = at;
        while (end < at + nameBytes && main.get(end) != 0) {
            end++;
        }
        times.put(out.put(main, at, end - at).put(": "), main.getLong(16));
        at = align(at + nameBytes);
        ByteBuffer subxacts = items(main, at, main.getInt(28), 4);
        at = align(at + subxacts.remaining());
        ByteBuffer commitRelations = items(main, at, main.getInt(32), 12);
        at = align(at + commitRelations.remaining());
        ByteBuffer abortRelations = items(main, at, main.getInt(36), 12);
        at = align(at + abortRelations.remaining());
        ByteBuffer commitStatistics = items(main, at, hasStatistics ? main.getInt(40) : 0, statisticsBytes());
        at = align(at + commitStatistics.remaining());
        ByteBuffer abortStatistics = items(main, at, hasStatistics ? main.getInt(44) : 0, statisticsBytes());
        at = align(at + abortStatistics.remaining());
        ByteBuffer invalidations = items(main, at, main.getInt(48 + moved), 16);
        putRelations("; rels(commit):", commitRelations);
        putRelations("; rels(abort):", abortRelations);
        putStatistics("; commit dropped stats:", commitStatistics);
        putStatistics("; abort dropped stats:", abortStatistics);
        putXids("; subxacts:", subxacts, subxacts.remaining() / 4);
        standby.putInvalidations(invalidations, invalidations.remaining() / 16, main.getInt(12), 0,
                main.get(52 + moved) != 0);
        if (record.origin() != 0) {
            out.put("; origin: node ").putUnsigned(record.origin()).put(", lsn ")
                    .putLsn(main.getLong(56 + moved), false);
            times.put(out.put(", at "), main.getLong(64 + moved));
        }
    }

    private void putRelations(String title, ByteBuffer relations) {
        if (relations.hasRemaining()) {
            out.put(title);
        }
        while (relations.hasRemaining()) {
            out.put(' ');
            standby.putPath(relations.getInt(), relations.getInt(), relations.getInt());
        }
    }

    private void putStatistics(String title, ByteBuffer statistics) {
        if (statistics.hasRemaining()) {
            out.put(title);
        }
        while (statistics.hasRemaining()) {
            out.put(' ').putSigned(statistics.getInt()).put('/').putUnsigned(statistics.getInt())
                    .put('/');
            if (version.isAtLeast(18)) {
                // Two halves, the low one first: a little-endian long.
                out.put(Long.toUnsignedString(statistics.getLong()));
            } else {
                out.putUnsigned(statistics.getInt());
            }
        }
    }

    private static ByteBuffer items(ByteBuffer main, int at, int count, int itemBytes) {
        return main.slice(at, Math.multiplyExact(count, itemBytes)).order(main.order());
    }

    private static int align(int at) {
        return at + 7 & ~7;
    }
}
