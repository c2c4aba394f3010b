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

    /// For how long the record must still wait; zero or less: not at all.
    long nanosLeft(WalRecord record) throws MalformedRecordException {
        Duration wanted = minimum.get();
        if (wanted.isZero() || !record.resourceManager().equals(ResourceManagerId.TRANSACTION)
                || !TransactionRecord.isCommit(record)) {
            return 0;
        }
        Duration old = Duration.between(PgTime.toInstant(TransactionRecord.decode(record).time()), world.now());
        return wanted.minus(old).toNanos();
    }
}
