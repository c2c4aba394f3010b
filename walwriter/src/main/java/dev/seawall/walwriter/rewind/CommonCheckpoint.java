package dev.seawall.walwriter.rewind;

import dev.seawall.wal.Checkpoint;
import dev.seawall.wal.ControlFile;
import dev.seawall.wal.Lsn;
import dev.seawall.wal.read.ReadOutcome;
import dev.seawall.wal.read.WalReader;
import dev.seawall.wal.record.RecordDecoder.MalformedRecordException;
import dev.seawall.wal.record.WalRecord;
import dev.seawall.wal.record.xlog.CheckpointRecord;
import java.io.IOException;
import java.util.Optional;

/// The last checkpoint before the place where the servers diverged: where recovery begins then, as the
/// control file has to say.
///
/// @param at         its record
/// @param checkpoint what the record says
record CommonCheckpoint(Lsn at, Checkpoint checkpoint) {

    /// @param reader of the whole log
    /// @param there  what of it is in `pg_wal`
    /// @return empty if the log that is here has none from which recovery could begin
    static Optional<CommonCheckpoint> find(
            ControlFile control, Lsn divergence, WalReader reader, SegmentsThere there) throws IOException {
        if (control.checkpointLsn().isBefore(divergence)) {
            return Optional.of(new CommonCheckpoint(control.checkpointLsn(), control.checkpoint()));
        }
        if (reader.findFirst(there.beginBefore(divergence)) instanceof ReadOutcome.NoRecord) {
            return Optional.empty();
        }
        Lsn begin = reader.position();
        CommonCheckpoint last = null;
        while (reader.position().isBefore(divergence)
                && reader.next() instanceof ReadOutcome.Complete(WalRecord record, Lsn end)
                && !end.isAfter(divergence)) {
            if (CheckpointRecord.is(record)) {
                Checkpoint checkpoint = decode(record);
                // A shutdown checkpoint is read together with the record in front of it.
                Lsn needed = checkpoint.redo().equals(record.start()) ? record.previous() : checkpoint.redo();
                if (needed.isAtLeast(begin)) {
                    last = new CommonCheckpoint(record.start(), checkpoint);
                }
            }
        }
        return Optional.ofNullable(last);
    }

    private static Checkpoint decode(WalRecord record) throws IOException {
        try {
            return CheckpointRecord.decode(record).checkpoint();
        } catch (MalformedRecordException e) {
            throw new IOException("checkpoint record at " + record.start() + " makes no sense: " + e.getMessage(), e);
        }
    }
}
