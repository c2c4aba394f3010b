package dev.seawall.walwriter.start;

import dev.seawall.wal.Lsn;
import dev.seawall.wal.PageLayout;
import dev.seawall.wal.TimelineHistory;
import dev.seawall.wal.record.RelationId;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Map;

/// A log whose end is known and clean: all that is needed to append to it.
///
/// Everything before `insertPosition` is durable; behind it the segment holds zeros, durably, and
/// there are no later segments. Whoever takes this value owns `lock` and `control` from then on.
///
/// @param directory      the cluster's directory
/// @param lock           held; to be closed last
/// @param control        `global/pg_control`, open
/// @param history        the timeline to append on, with its ancestors
/// @param opening        what went before, and so what must be logged first
/// @param insertPosition end of the last record: eight-byte aligned, a page's or segment's start where
///                       one begins (its header is not written yet, and a segment's file is not there)
/// @param previousRecord start of the last record, for the next one's back-pointer
/// @param lastPage       the page that holds `insertPosition`, with zeros behind it: 8192 bytes, little
///                       endian, read-only; all zeros when `insertPosition` begins a page
/// @param nextXid        64 bits; not given to anyone in the history
/// @param lastCommitTime of the newest commit or abort; [Instant#EPOCH] if none was seen
/// @param relationBlocks every relation's block count
public record StartedLog(
        Path directory,
        DirectoryLock lock,
        ControlStore control,
        PageLayout layout,
        TimelineHistory history,
        Opening opening,
        Lsn insertPosition,
        Lsn previousRecord,
        ByteBuffer lastPage,
        long nextXid,
        Instant lastCommitTime,
        Map<RelationId, Integer> relationBlocks) implements AutoCloseable {

    /// What went before.
    public enum Opening {
        /// A clean stop: the last record is CHECKPOINT_SHUTDOWN.
        AFTER_SHUTDOWN,
        /// Anything else; transactions that have no end in the log are over.
        AFTER_CRASH,
        /// A timeline was left: END_OF_RECOVERY comes first, with the history's last branch.
        NEW_TIMELINE
    }

    public StartedLog {
        relationBlocks = Map.copyOf(relationBlocks);
        if (lastPage.capacity() != PageLayout.PAGE_BYTES) {
            throw new IllegalArgumentException("last page of " + lastPage.capacity() + " bytes");
        }
    }

    public long systemId() {
        return control.controlFile().systemId();
    }

    public Path walDirectory() {
        return directory.resolve(ClusterLayout.WAL);
    }

    /// Gives up the start: closes the control file and frees the directory.
    @Override
    public void close() throws IOException {
        try (lock) {
            control.close();
        }
    }
}
