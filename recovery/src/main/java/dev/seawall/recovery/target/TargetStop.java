package dev.seawall.recovery.target;

import dev.seawall.recovery.redo.RedoProgress;
import dev.seawall.recovery.redo.StopRule;
import dev.seawall.wal.Lsn;
import dev.seawall.wal.PgTime;
import dev.seawall.wal.record.RecordDecoder.MalformedRecordException;
import dev.seawall.wal.record.WalRecord;
import dev.seawall.wal.record.body.TransactionRecord;
import dev.seawall.wal.record.xlog.RestorePoint;
import java.io.IOException;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/// Decides before and after each record whether the target is reached, as PostgreSQL does:
///
/// | target | stops before a record if | stops after a record if |
/// |---|---|---|
/// | immediate | consistent | consistent |
/// | name | | it is the restore point of this name |
/// | LSN, inclusive | | it *begins* at or after the LSN |
/// | LSN, exclusive | it begins at or after the LSN | |
/// | xid, inclusive | | it is this transaction's commit or abort |
/// | xid, exclusive | it is this transaction's commit or abort | |
/// | time, inclusive | it is a commit or abort later than the time | |
/// | time, exclusive | it is a commit or abort at or later than the time | |
///
/// Unlike PostgreSQL it also refuses a time before the backup was begun, which a server silently
/// takes for the backup's end. A target before the consistent point is refused, always.
public final class TargetStop implements StopRule {

    private final RecoveryTarget target;
    private final ConsistentPoint consistent;
    private Lsn replayed;
    private @Nullable String reason;

    /// @param redoPoint where redo begins
    /// @throws RecoveryTargetException if the target is certainly before the consistent point
    public TargetStop(RecoveryTarget target, ConsistentPoint consistent, Lsn redoPoint)
            throws RecoveryTargetException {
        this.target = target;
        this.consistent = consistent;
        this.replayed = redoPoint;
        switch (target) {
            case RecoveryTarget.AtLsn(Lsn lsn, _) when lsn.isBefore(consistent.lsn()) ->
                throw tooEarly("it is consistent from " + consistent.lsn() + " on");
            case RecoveryTarget.AtTime(Instant time, _) when time.isBefore(consistent.startedTime()) ->
                throw tooEarly("it was begun at " + consistent.startedTime());
            case RecoveryTarget.AtLsn _, RecoveryTarget.AtTime _, RecoveryTarget.AtXid _,
                    RecoveryTarget.Name _, RecoveryTarget.Immediate _, RecoveryTarget.Latest _ -> { }
        }
    }

    @Override
    public boolean stopsBefore(WalRecord record, long xid) throws IOException, MalformedRecordException {
        String found = switch (target) {
            case RecoveryTarget.Immediate _ when isConsistent() -> "reached consistency";
            case RecoveryTarget.AtLsn(Lsn lsn, boolean isInclusive)
                    when !isInclusive && record.start().isAtLeast(lsn) -> "before LSN " + record.start();
            case RecoveryTarget.AtXid(long wanted, boolean isInclusive)
                    when !isInclusive && isEndOf(record, xid, wanted) -> "before transaction " + name(xid);
            case RecoveryTarget.AtTime(Instant time, boolean isInclusive)
                    when isEnd(record) && isBeyond(timeOf(record), time, isInclusive) ->
                "before " + PgTime.toInstant(timeOf(record));
            case RecoveryTarget.Immediate _, RecoveryTarget.AtLsn _, RecoveryTarget.AtXid _,
                    RecoveryTarget.AtTime _, RecoveryTarget.Name _, RecoveryTarget.Latest _ -> null;
        };
        return stop(found);
    }

    @Override
    public boolean stopsAfter(WalRecord record, long xid) throws IOException, MalformedRecordException {
        replayed = record.end();
        String found = switch (target) {
            case RecoveryTarget.Immediate _ when isConsistent() -> "reached consistency";
            case RecoveryTarget.Name(String name)
                    when RestorePoint.is(record) && RestorePoint.decode(record).name().equals(name) ->
                "at restore point \"" + name + "\"";
            case RecoveryTarget.AtLsn(Lsn lsn, boolean isInclusive)
                    when isInclusive && record.start().isAtLeast(lsn) -> "after LSN " + record.start();
            case RecoveryTarget.AtXid(long wanted, boolean isInclusive)
                    when isInclusive && isEndOf(record, xid, wanted) -> "after transaction " + name(xid);
            case RecoveryTarget.Immediate _, RecoveryTarget.AtLsn _, RecoveryTarget.AtXid _,
                    RecoveryTarget.AtTime _, RecoveryTarget.Name _, RecoveryTarget.Latest _ -> null;
        };
        return stop(found);
    }

    private boolean stop(@Nullable String found) throws RecoveryTargetException {
        if (found == null) {
            return false;
        }
        if (!isConsistent()) {
            throw tooEarly("replayed up to " + replayed + " and consistent from " + consistent.lsn() + " on");
        }
        reason = found;
        return true;
    }

    private static boolean isEnd(WalRecord record) {
        return TransactionRecord.isCommit(record) || TransactionRecord.isAbort(record);
    }

    private static boolean isEndOf(WalRecord record, long xid, long wanted) {
        // A number that an operator read in pg_waldump has no epoch.
        boolean isSame = wanted >>> 32 == 0 ? (int) wanted == (int) xid : wanted == xid;
        return isSame && isEnd(record);
    }

    private static long timeOf(WalRecord record) throws MalformedRecordException {
        return TransactionRecord.decode(record).time();
    }

    /// Several transactions may share a time: inclusive takes all of them, exclusive none.
    private static boolean isBeyond(long recordTime, Instant target, boolean isInclusive) {
        long time = PgTime.of(target);
        return isInclusive ? recordTime > time : recordTime >= time;
    }

    private static String name(long xid) {
        return Long.toUnsignedString(xid);
    }

    public RecoveryTarget target() {
        return target;
    }

    /// Whether what has been replayed is one state.
    public boolean isConsistent() {
        return replayed.isAtLeast(consistent.lsn());
    }

    /// Why the old timeline was left, for the history file; in PostgreSQL's words.
    public String reason() {
        String found = reason;
        return found == null ? "no recovery target specified" : found;
    }

    /// The log has ended: whether this is a place to stop at.
    ///
    /// @param progress how far redo came
    /// @param end      where and why there is no further record, and what is missing
    /// @throws RecoveryTargetException if the target was not met, or the backup is not consistent
    public void endOfLog(RedoProgress progress, String end) throws RecoveryTargetException {
        if (reason != null) {
            return;
        }
        if (!isConsistent()) {
            throw new RecoveryTargetException("log ends before the backup is consistent: replayed up to "
                    + progress.position() + ", needed up to " + consistent.lsn() + "; " + end
                    + "\nHINT: The archive must have all segments written while the backup was taken.");
        }
        if (target instanceof RecoveryTarget.Latest) {
            return;
        }
        if (target instanceof RecoveryTarget.Immediate) {
            // The log ends exactly at the consistent point.
            reason = "reached consistency";
            return;
        }
        throw new RecoveryTargetException("recovery target not reached: " + target + "; replayed up to "
                + progress.position() + ", " + lastCommit(progress) + "; " + end + "\nHINT: " + hint(progress));
    }

    private static String lastCommit(RedoProgress progress) {
        return progress.lastCommitXid() == 0 ? "no commit met" : "last commit transaction "
                + name(progress.lastCommitXid()) + " at " + progress.lastCommitTime();
    }

    private String hint(RedoProgress progress) {
        if (target instanceof RecoveryTarget.AtLsn(Lsn lsn, _) && lsn.equals(progress.position())) {
            return "The log ends exactly at this LSN: recover to the end of the log, without a target.";
        }
        if (target instanceof RecoveryTarget.AtTime) {
            return "Only a later commit would prove that nothing at or before this time is missing."
                    + " To take what there is, recover without a target.";
        }
        return "To take what there is, recover without a target.";
    }

    private RecoveryTargetException tooEarly(String why) {
        return new RecoveryTargetException("recovery target is before the consistent point of the backup: "
                + target + "; " + why + "\nHINT: Use an older backup.");
    }
}
