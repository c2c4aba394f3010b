package dev.seawall.recovery.redo;

import dev.seawall.wal.PgTime;
import dev.seawall.wal.record.RecordDecoder.MalformedRecordException;
import dev.seawall.wal.record.ResourceManagerId;
import dev.seawall.wal.record.WalRecord;
import dev.seawall.wal.record.body.TransactionRecord;
import dev.seawall.wal.role.World;
import java.time.Duration;
import java.util.function.Supplier;

/// How old a commit must be before it is redone: `recovery_min_apply_delay` of a standby, by which a mistake
/// on the primary can be seen before it is made here too.
///
/// The log is received all the same. The clocks of the two servers are compared.
///
/// @param minimum zero: none; asked for each commit
public record ApplyDelay(Supplier<Duration> minimum, World world) {

    /// Everything is redone as soon as it is there.
    public static ApplyDelay none(World world) {
        return new ApplyDelay(() -> Duration.ZERO, world);
    }

    /// For how long the turn must still wait; zero or less: not at all.
    long nanosLeft(RedoTurn turn) throws MalformedRecordException {
        Duration wanted = minimum.get();
        if (wanted.isZero()) {
            return 0;
        }
        return switch (turn.kind()) {
            case PASSED -> 0;
            case PLAIN_END -> turn.isCommit() ? nanosLeft(wanted, turn.time()) : 0;
            case RECORD -> TransactionRecord.isCommit(turn.record())
                    ? nanosLeft(wanted, TransactionRecord.decode(turn.record()).time()) : 0;
        };
    }

    private long nanosLeft(Duration wanted, long time) {
        return wanted.minus(Duration.between(PgTime.toInstant(time), world.now())).toNanos();
    }
}
