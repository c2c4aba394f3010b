package dev.seawall.walwriter.start;

import dev.seawall.wal.Checkpoint;
import dev.seawall.wal.ControlFile;
import dev.seawall.wal.Lsn;
import dev.seawall.wal.PageLayout;
import dev.seawall.wal.TimelineHistory;
import dev.seawall.wal.WalCorruptException;
import dev.seawall.wal.disk.Disk;
import dev.seawall.wal.read.ReadOutcome;
import dev.seawall.wal.read.SegmentFiles;
import dev.seawall.wal.read.WalReader;
import dev.seawall.wal.record.RecordDecoder.MalformedRecordException;
import dev.seawall.wal.record.WalRecord;
import dev.seawall.wal.record.xlog.CheckpointRecord;
import java.io.IOException;
import java.nio.file.Path;

/// The start of a base backup's copy: by the checkpoint that `backup_label` names, which is in the log that
/// came with it or was put there.
record BackupStart(Disk disk, Path pgWal, PageLayout layout, BackupLabel label) {

    private static final String BRING_LOG = "A copy starts with all log of its backup in pg_wal: put the segments"
            + " there, take the backup with -X fetch or -X stream, or recover the copy from an archive that has them:"
            + " walreplay -r REPOSITORY -D DIR --continue.";

    /// What the control file would say if it had been copied when the backup began.
    ///
    /// @throws WalCorruptException if the log has no such checkpoint
    ControlFile heed(ControlFile copied) throws IOException {
        TimelineHistory history = new WalDirectory(disk, pgWal, layout).history(label.timeline())
                .orElseThrow(() -> missing("history file " + TimelineHistory.fileName(label.timeline()) + " is missing",
                        TimelineHistory.root(label.timeline())));
        try (SegmentFiles files = SegmentFiles.direct(disk, pgWal, layout, history)) {
            WalReader reader = new WalReader(files, layout);
            reader.expect(copied.systemId(), history);
            reader.seek(label.checkpoint());
            return switch (reader.next()) {
                case ReadOutcome.NoRecord none -> throw missing(none.reason(), history);
                case ReadOutcome.Complete(WalRecord record, _) ->
                        copied.fromBackup(label.start(), label.checkpoint(), checkpoint(record, history));
            };
        }
    }

    private Checkpoint checkpoint(WalRecord record, TimelineHistory history) throws WalCorruptException {
        try {
            if (CheckpointRecord.is(record)) {
                Checkpoint checkpoint = CheckpointRecord.decode(record).checkpoint();
                if (checkpoint.redo().equals(label.start())) {
                    return checkpoint;
                }
            }
        } catch (MalformedRecordException e) {
            // As if it were another record.
        }
        throw missing("the record there is another one", history);
    }

    private WalCorruptException missing(String problem, TimelineHistory history) {
        return WalCorruptException.at("could not locate required checkpoint record of base backup \"" + label.label()
                + "\": " + problem + "; looked for", label.checkpoint(), history.timeline(), layout, BRING_LOG);
    }

    /// The log is there in part only: what was copied is no state that ever was.
    static WalCorruptException endMissing(BackupLabel label, ReadOutcome.NoRecord none, Lsn end,
            TimelineHistory history, PageLayout layout) {
        Lsn at = end.isValid() ? end : label.start();
        return WalCorruptException.at("WAL ends before end of online backup \"" + label.label() + "\": "
                + none.reason() + "; looked for the next record", at, history.timelineAt(at), layout, BRING_LOG);
    }
}
