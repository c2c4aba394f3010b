package dev.seawall.recovery.redo;

import dev.seawall.wal.Lsn;
import dev.seawall.wal.record.RecordInPlace;
import dev.seawall.wal.record.ResourceManagerId;
import dev.seawall.wal.record.WalRecord;
import dev.seawall.wal.record.body.TransactionRecord;
import org.jspecify.annotations.Nullable;

/// What is redone next. Filled anew for each turn: most records of most logs are not worth an object.
final class RedoTurn {

    /// What there is to do.
    enum Kind {
        /// Whatever is in the record, it takes no effect: nothing but to know how far redo is.
        PASSED,
        /// A commit or abort with nothing but its time: most of them.
        PLAIN_END,
        /// A record that has to be looked at.
        RECORD;

        /// The turn that a record gets by itself, wherever nobody has to be asked about each.
        static Kind of(RecordInPlace record) {
            ResourceManagerId manager = record.resourceManager();
            if (manager.equals(ResourceManagerId.TRANSACTION)) {
                return TransactionRecord.isBare(record) ? PLAIN_END : RECORD;
            }
            return manager.equals(ResourceManagerId.LOGICAL_MESSAGE) || manager.equals(ResourceManagerId.GENERIC)
                    || manager.equals(ResourceManagerId.STANDBY) || manager.equals(ResourceManagerId.XLOG)
                    ? RECORD : PASSED;
        }
    }

    private Kind kind = Kind.PASSED;
    private long end;
    private @Nullable WalRecord record;
    private boolean isCommit;
    private int xid;
    private long time;

    /// @param behind the byte behind all that took no effect
    void passed(long behind) {
        kind = Kind.PASSED;
        end = behind;
        record = null;
    }

    /// @param info   of the record: commit or abort
    /// @param itsXid 32 bits
    /// @param itsTime microseconds since 2000
    void plainEnd(int info, int itsXid, long itsTime, long behind) {
        kind = Kind.PLAIN_END;
        isCommit = info == TransactionRecord.COMMIT;
        xid = itsXid;
        time = itsTime;
        end = behind;
        record = null;
    }

    void record(WalRecord itself, long behind) {
        kind = Kind.RECORD;
        record = itself;
        end = behind;
    }

    Kind kind() {
        return kind;
    }

    /// The byte behind it.
    Lsn end() {
        return new Lsn(end);
    }

    WalRecord record() {
        if (record == null) {
            throw new IllegalStateException("a turn without a record: " + kind);
        }
        return record;
    }

    /// Of a plain end: whether it is a commit.
    boolean isCommit() {
        return isCommit;
    }

    /// Of a plain end, 32 bits.
    int xid() {
        return xid;
    }

    /// Of a plain end, microseconds since 2000.
    long time() {
        return time;
    }
}
