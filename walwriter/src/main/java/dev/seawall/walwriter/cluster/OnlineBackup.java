package dev.seawall.walwriter.cluster;

import dev.seawall.wal.Lsn;
import dev.seawall.wal.SegmentName;
import dev.seawall.wal.TimelineId;
import dev.seawall.wal.disk.Disk;
import dev.seawall.wal.record.EncodedRecord;
import dev.seawall.wal.record.xlog.BackupEnd;
import dev.seawall.wal.role.World;
import dev.seawall.walwriter.Retention;
import dev.seawall.walwriter.Wal;
import dev.seawall.walwriter.segments.ArchiveStatus;
import dev.seawall.walwriter.start.BackupLabel;
import dev.seawall.walwriter.start.ClusterLayout;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;

/// A base backup by copying files while the cluster runs, from its beginning to the record that ends it.
///
/// In between nothing changes in `base/`: the data files are held at a redo point, which is where redo of
/// the copy begins, and shared with whoever else copies them. Log from there on is kept until [#close].
/// One thread.
public final class OnlineBackup implements AutoCloseable {

    private static final long STEP_NANOS = 100_000_000;

    private final Wal wal;
    private final Place place;
    private final Checkpointing.Held held;
    private final Retention retention;
    private final TimelineId timeline;
    private final Lsn checkpoint;
    private final Instant startTime;
    private final String label;
    private boolean isReleased;
    private Lsn end = Lsn.INVALID;

    /// Where the cluster is.
    ///
    /// @param directory the cluster's
    public record Place(Disk disk, World world, Path directory) {}

    private OnlineBackup(Wal wal, Place place, Checkpointing.Held held, String label) {
        this.wal = wal;
        this.place = place;
        this.held = held;
        // While the files are held there is no other checkpoint, and nothing is given up.
        this.retention = wal.retain("base backup", held.report().redo());
        this.timeline = held.report().timeline();
        this.checkpoint = wal.lastCheckpoint();
        this.startTime = place.world().now();
        this.label = label;
    }

    /// Takes a checkpoint, or joins a backup under way, and holds the data files.
    ///
    /// @param label  a person's words for it, in one line
    /// @param isFast the checkpoint is not spread over time
    /// @throws IllegalStateException if the files have been held for too long to join
    /// @throws dev.seawall.walwriter.wire.SqlException if recovery is in progress
    public static OnlineBackup begin(Cluster cluster, String label, boolean isFast) throws IOException {
        return begin(cluster.wal(), cluster.checkpointing(),
                new Place(cluster.disk(), cluster.world(), cluster.directory()), label, isFast);
    }

    /// The same for a cluster that nobody serves.
    public static OnlineBackup begin(Wal wal, Checkpointing checkpointing, Place place, String label, boolean isFast)
            throws IOException {
        Checkpointing.Held held = checkpointing.holdFiles(isFast);
        try {
            return new OnlineBackup(wal, place, held, label);
        } catch (Throwable t) {
            held.release();
            throw t;
        }
    }

    /// Where redo of the copy begins.
    public Lsn start() {
        return held.report().redo();
    }

    public TimelineId timeline() {
        return timeline;
    }

    public Instant startTime() {
        return startTime;
    }

    /// What PostgreSQL calls backup_label: it belongs into the copy.
    public String labelFile() {
        return new BackupLabel(label, timeline, start(), checkpoint).toText(wal.layout(), startTime);
    }

    private String fileNameOf(Lsn lsn) {
        return new SegmentName(timeline, wal.layout().segmentOf(lsn)).fileName(wal.layout());
    }

    /// All data files are copied: lets them go, logs the end of the backup, and begins a new segment.
    ///
    /// @return the log up to here belongs to the copy
    /// @throws IllegalStateException if the files were not held until now: the copy is worth nothing
    public Lsn end() throws IOException {
        release();
        try (EncodedRecord record = new EncodedRecord(64)) {
            new BackupEnd(start()).encode(record);
            end = wal.append(record);
        }
        wal.switchSegment();
        return end;
    }

    private void release() throws IOException {
        if (!isReleased) {
            isReleased = true;
            held.release();
        }
    }

    /// After the end: waits until all log that belongs to the copy is archived.
    ///
    /// @param interrupts throws if the wait is to end
    public void awaitArchive(Runnable interrupts) throws IOException {
        String last = fileNameOf(end.plus(-1));
        ArchiveStatus status = new ArchiveStatus(place.disk(), ClusterLayout.wal(place.directory()));
        while (!isArchived(status, last)) {
            interrupts.run();
            place.world().park(() -> false, STEP_NANOS);
        }
    }

    /// A segment that is gone was archived before: none goes otherwise.
    private boolean isArchived(ArchiveStatus status, String segment) throws IOException {
        return status.isDone(segment)
                || !place.disk().exists(ClusterLayout.wal(place.directory()).resolve(segment));
    }

    /// Gives up what is still held: files, and log.
    @Override
    public void close() throws IOException {
        try (retention) {
            release();
        }
    }
}
