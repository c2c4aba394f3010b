package dev.seawall.walwriter.rewind;

import dev.seawall.wal.Checkpoint;
import dev.seawall.wal.ControlFile;
import dev.seawall.wal.Lsn;
import dev.seawall.wal.PageLayout;
import dev.seawall.wal.SegmentName;
import dev.seawall.wal.SegmentNumber;
import dev.seawall.wal.read.ReadOutcome;
import dev.seawall.wal.read.WalReader;
import dev.seawall.wal.record.RecordDecoder.MalformedRecordException;
import dev.seawall.wal.record.WalRecord;
import dev.seawall.wal.record.xlog.CheckpointRecord;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/// The last checkpoint before the place where the servers diverged: where recovery begins then, as the
/// control file has to say.
///
/// @param at         its record
/// @param checkpoint what the record says
record CommonCheckpoint(Lsn at, Checkpoint checkpoint) {

    /// @param reader   of the whole log
    /// @param segments all that are in `pg_wal`
    /// @return empty if the log that is here has none from which recovery could begin
    static Optional<CommonCheckpoint> find(
            ControlFile control, Lsn divergence, WalReader reader, List<SegmentName> segments) throws IOException {
        if (control.checkpointLsn().isBefore(divergence)) {
            return Optional.of(new CommonCheckpoint(control.checkpointLsn(), control.checkpoint()));
        }
        PageLayout layout = new PageLayout(control.segmentBytes());
        reader.findFirst(layout.startOf(oldest(layout.segmentOf(divergence.plus(-1)), segments)));
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

    /// The first of the segments that lie before this one without a gap.
    private static SegmentNumber oldest(SegmentNumber last, List<SegmentName> segments) {
        Set<SegmentNumber> there = segments.stream().map(SegmentName::number).collect(Collectors.toSet());
        SegmentNumber oldest = last;
        while (oldest.value() > 0 && there.contains(new SegmentNumber(oldest.value() - 1))) {
            oldest = new SegmentNumber(oldest.value() - 1);
        }
        return oldest;
    }

    private static Checkpoint decode(WalRecord record) throws IOException {
        try {
            return CheckpointRecord.decode(record).checkpoint();
        } catch (MalformedRecordException e) {
            throw new IOException("checkpoint record at " + record.start() + " makes no sense: " + e.getMessage(), e);
        }
    }
}
