package dev.seawall.embedded;

import dev.seawall.checkpointer.CheckpointLog;
import dev.seawall.checkpointer.Checkpointer;
import dev.seawall.checkpointer.DataFiles;
import dev.seawall.checkpointer.RedoState;
import dev.seawall.recovery.ResourceManager;
import dev.seawall.recovery.ResourceManagers;
import dev.seawall.recovery.redo.HeldTransactions;
import dev.seawall.recovery.redo.Redo;
import dev.seawall.recovery.target.RecoveringState;
import dev.seawall.wal.Lsn;
import dev.seawall.wal.PageLayout;
import dev.seawall.wal.TimelineHistory;
import dev.seawall.wal.TimelineId;
import dev.seawall.wal.disk.Disk;
import dev.seawall.wal.role.World;
import dev.seawall.walwriter.CheckpointReport;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// `base/` with its engines while recovery to a point feeds it: the same page store and
/// checkpointer as in normal running, which here report to nobody.
public final class RecoveringFiles implements RecoveringState {

    private final Disk disk;
    private final World world;
    private final SeawallOptions options;
    private final Log log;
    private final DataFiles dataFiles;
    private final ResourceManagers managers;
    private @Nullable Checkpointer checkpointer;
    private boolean isClosed;

    private RecoveringFiles(Disk disk, World world, SeawallOptions options, Log log, DataFiles dataFiles,
            ResourceManagers managers) {
        this.disk = disk;
        this.world = world;
        this.options = options;
        this.log = log;
        this.dataFiles = dataFiles;
        this.managers = managers;
    }

    /// Opens a cluster's `base/` for [dev.seawall.recovery.target.PointInTimeRecovery].
    public static Opener opener(Disk disk, World world, Path directory, SeawallOptions options,
            List<ResourceManager> engines) {
        return log -> {
            DataFiles dataFiles = DataFiles.open(disk, directory, world, options.pages(),
                    new DataFiles.Log(log.systemId(), log.history(), log.layout(), Lsn.INVALID, Lsn.MAX));
            ResourceManagers managers = ResourceManagers.of(dataFiles.pages(), engines);
            RecoveringFiles opened = new RecoveringFiles(disk, world, options, log, dataFiles, managers);
            try {
                managers.open(disk, dataFiles.path(), world);
                return opened;
            } catch (Throwable t) {
                opened.close();
                throw t;
            }
        };
    }

    @Override
    public ResourceManagers managers() {
        return managers;
    }

    @Override
    public Lsn redoPoint() {
        return dataFiles.redoPoint();
    }

    @Override
    public Lsn consistentAt() {
        return Lsn.max(dataFiles.consistentAt(), managers.applied());
    }

    @Override
    public HeldTransactions held() throws IOException {
        return HeldTransactions.open(disk, dataFiles.path().resolve(DataFiles.HELD), options.held());
    }

    @Override
    public void follow(TimelineId timeline) throws IOException {
        dataFiles.follow(timeline);
    }

    @Override
    public void begin(Redo redo) {
        Checkpointer started = new Checkpointer(dataFiles, managers, RedoState.of(redo), new UnwrittenLog(redo),
                options.checkpoints(), world);
        checkpointer = started;
        started.start();
    }

    @Override
    public void checkpoint() throws IOException {
        Checkpointer running = checkpointer;
        if (running == null) {
            throw new IllegalStateException("redo has not begun");
        }
        running.await(running.requestCheckpoint(true));
    }

    @Override
    public void close() throws IOException {
        if (!isClosed) {
            isClosed = true;
            try (DataFiles last = dataFiles; ResourceManagers _ = managers; Checkpointer _ = checkpointer) {
                assert last != null;
            }
        }
    }

    /// The log, which is only read: its end is how far redo is.
    private final class UnwrittenLog implements CheckpointLog {

        private final Redo redo;

        UnwrittenLog(Redo redo) {
            this.redo = redo;
        }

        @Override
        public long systemId() {
            return log.systemId();
        }

        @Override
        public TimelineHistory history() {
            return log.position().get();
        }

        @Override
        public PageLayout layout() {
            return log.layout();
        }

        @Override
        public Lsn flushLsn() {
            return redo.applied();
        }

        /// The state in `base/` says where redo would go on; the log is not told, for it is not ours yet.
        @Override
        public void checkpointed(CheckpointReport report) {}

        @Override
        public int abortTransactionsBefore(Lsn lsn) {
            return 0;
        }
    }
}
