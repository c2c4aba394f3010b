package dev.seawall.walwriter.cluster;

import dev.seawall.wal.ControlFile;
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
import org.jspecify.annotations.Nullable;

/// A base backup by copying files while the cluster runs, from its beginning to the record that ends it.
///
/// It begins with a checkpoint, whose redo point is where redo of the copy begins, and log from there on is
/// kept until [#close]. Data files are copied while they change, by [Checkpointing#copyFiles]; or they are
/// held for whoever copies them by himself, shared with all who do at the same time. One thread.
public final class OnlineBackup implements AutoCloseable {

    private static final long STEP_NANOS = 100_000_000;

    private final Wal wal;
    private final Place place;
    private final Checkpointing.@Nullable Held held;
    private final Retention retention;
    private final ControlFile control;
    private final Instant startTime;
    private final String label;
    private boolean isReleased;
    private Lsn end = Lsn.INVALID;

    /// Where the cluster is.
    ///
    /// @param directory the cluster's
    public record Place(Disk disk, World world, Path directory) {

        /// Of a cluster that is served.
        public static Place of(Cluster cluster) {
            return new Place(cluster.disk(), cluster.world(), cluster.directory());
        }
    }

    private OnlineBackup(Wal wal, Place place, Checkpointing.@Nullable Held held, Retention retention, String label) {
        this.wal = wal;
        this.place = place;
        this.held = held;
        this.retention = retention;
        this.control = wal.control();
        this.startTime = place.world().now();
        this.label = label;
        // Not of the report: there may have been another checkpoint since, which will do as well.
        retention.advance(start());
    }

    /// Takes a checkpoint, behind which data files may be copied while they change.
    ///
    /// @param label      a person's words for it, in one line
    /// @param isFast     the checkpoint is not spread over time
    /// @param interrupts throws if the wait for it is to end
    public static OnlineBackup begin(Wal wal, Checkpointing checkpointing, Place place, String label, boolean isFast,
            Runnable interrupts) throws IOException {
        Retention retention = retain(wal);
        try {
            try {
                checkpointing.checkpoint(isFast, interrupts);
            } catch (IllegalStateException e) {
                // The files are held for somebody who copies them himself: the last checkpoint will do, for more log.
            }
            return new OnlineBackup(wal, place, null, retention, label);
        } catch (Throwable t) {
            retention.close();
            throw t;
        }
    }

    /// Takes a checkpoint, or joins whoever holds the data files already, and holds them.
    ///
    /// @throws IllegalStateException if the files have been held for too long to join
    public static OnlineBackup hold(Wal wal, Checkpointing checkpointing, Place place, String label, boolean isFast)
            throws IOException {
        Retention retention = retain(wal);
        try {
            // While the files are held there is no other checkpoint.
            Checkpointing.Held held = checkpointing.holdFiles(isFast);
            return new OnlineBackup(wal, place, held, retention, label);
        } catch (Throwable t) {
            retention.close();
            throw t;
        }
    }

    /// Before the checkpoint: what it lets go the copy needs no more, what the next one lets go it may.
    private static Retention retain(Wal wal) {
        return wal.retain("base backup", wal.redoPoint());
    }

    /// Where redo of the copy begins.
    public Lsn start() {
        return control.checkpoint().redo();
    }

    public TimelineId timeline() {
        return wal.history().timeline();
    }

    /// The control file when it began: its checkpoint is the one that redo of the copy begins with.
    public ControlFile control() {
        return control;
    }

    public Instant startTime() {
        return startTime;
    }

    /// What PostgreSQL calls backup_label: it belongs into the copy.
    public String labelFile() {
        return new BackupLabel(label, timeline(), start(), control.checkpointLsn()).toText(wal.layout(), startTime);
    }

    private String fileNameOf(Lsn lsn) {
        return new SegmentName(timeline(), wal.layout().segmentOf(lsn)).fileName(wal.layout());
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
        if (held != null && !isReleased) {
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
