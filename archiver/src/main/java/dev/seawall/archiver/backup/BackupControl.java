package dev.seawall.archiver.backup;

import dev.seawall.wal.Checkpoint;
import dev.seawall.wal.ControlFile;
import dev.seawall.wal.Lsn;
import dev.seawall.wal.TimelineId;
import java.nio.ByteBuffer;
import java.time.Instant;

/// The control file of a copy: redo begins where its data files need it, and must come to the backup's
/// end before anything may be opened. The original's low-water mark is not in it, for that speaks of the
/// original's log.
public final class BackupControl {

    private BackupControl() {}

    /// For a copy that an archive completes: in recovery until that has ended.
    ///
    /// @param redo where redo of the copied files begins
    static byte[] archived(ControlFile now, TimelineId timeline, Lsn redo, Lsn stop, Instant time) {
        Checkpoint from = now.checkpoint();
        Checkpoint checkpoint = new Checkpoint(redo, from.timeline(), from.previousTimeline(),
                from.isFullPageWrites(), from.nextXid(), from.nextOid(), from.nextMulti(), from.nextMultiOffset(),
                from.oldestXid(), from.oldestXidDatabase(), from.oldestMulti(), from.oldestMultiDatabase(),
                from.time(), from.oldestCommitTimestampXid(), from.newestCommitTimestampXid(),
                from.oldestActiveXid());
        return whole(new ControlFile(now.systemId(), ControlFile.State.IN_ARCHIVE_RECOVERY, time,
                now.checkpointLsn(), checkpoint, stop, timeline.value(), redo, stop, false,
                now.segmentBytes(), now.maxConnections()));
    }

    /// For a copy that has its log, or is given it: it starts as after a crash.
    ///
    /// @param now when the data files were held: its checkpoint is the one that they were left at
    public static byte[] streamed(ControlFile now, TimelineId timeline, Lsn stop) {
        return whole(new ControlFile(now.systemId(), ControlFile.State.IN_PRODUCTION, now.time(),
                now.checkpointLsn(), now.checkpoint(), stop, timeline.value(), now.checkpoint().redo(), stop, false,
                now.segmentBytes(), now.maxConnections()));
    }

    private static byte[] whole(ControlFile control) {
        ByteBuffer whole = ByteBuffer.allocate(ControlFile.BYTES);
        return whole.put(control.toSector().clear()).array();
    }
}
