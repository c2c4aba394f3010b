package dev.seawall.walwriter.received;

import dev.seawall.wal.Checkpoint;
import dev.seawall.wal.ControlFile;
import dev.seawall.wal.Lsn;
import dev.seawall.wal.TimelineId;
import dev.seawall.wal.record.RecordDecoder.MalformedRecordException;
import dev.seawall.wal.record.WalRecord;
import dev.seawall.wal.record.xlog.CheckpointRecord;
import dev.seawall.wal.role.World;
import dev.seawall.walwriter.start.ControlStore;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Optional;

/// The primary's checkpoints that have been received: each may become a restartpoint, which is where a
/// start of this standby begins to read, once the data files need nothing before it.
///
/// Thread-safe.
final class Restartpoints {

    private final ControlStore control;
    private final World world;
    // Guarded by this.
    private final Deque<Received> received = new ArrayDeque<>();

    private record Received(Lsn start, Checkpoint checkpoint) {}

    Restartpoints(ControlStore control, World world) {
        this.control = control;
        this.world = world;
    }

    /// Takes the next record into account.
    synchronized void see(WalRecord record) {
        if (!CheckpointRecord.is(record)) {
            return;
        }
        try {
            received.addLast(new Received(record.start(), CheckpointRecord.decode(record).checkpoint()));
        } catch (MalformedRecordException e) {
            // Redo will say what it thinks of it.
        }
    }

    /// Takes the newest checkpoint that needs no log before `redo` as restartpoint, if there is a new one.
    /// The control file says so, and how far this standby's log went, durably.
    ///
    /// @param redo     everything before it is durable in the data files
    /// @param durable  end of the log
    /// @param timeline of the log's end
    void take(Lsn redo, Lsn durable, TimelineId timeline) throws IOException {
        Optional<Received> newest = newestBefore(redo, durable);
        ControlFile now = control.controlFile();
        if (newest.isPresent()) {
            now = now.with(ControlFile.State.IN_ARCHIVE_RECOVERY, world.now(), newest.get().start(),
                    newest.get().checkpoint());
        }
        control.write(now.with(Lsn.max(durable, now.minimumRecoveryEnd()), timeline.value()));
    }

    private synchronized Optional<Received> newestBefore(Lsn redo, Lsn durable) {
        Optional<Received> newest = Optional.empty();
        // Records are seen when they are in the files: this one may not be durable yet.
        while (!received.isEmpty() && !received.getFirst().checkpoint().redo().isAfter(redo)
                && received.getFirst().start().isBefore(durable)) {
            newest = Optional.of(received.removeFirst());
        }
        return newest;
    }
}
