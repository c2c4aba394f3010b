package dev.seawall.checkpointer;

import dev.seawall.archiver.PageCopy;
import dev.seawall.checkpointer.files.RelationFile;
import dev.seawall.recovery.ResourceManagers;
import dev.seawall.wal.ControlFile;
import dev.seawall.wal.Lsn;
import dev.seawall.wal.TimelineId;
import dev.seawall.wal.disk.Disk;
import dev.seawall.wal.disk.DiskFile;
import dev.seawall.wal.role.World;
import dev.seawall.walwriter.start.ControlStore;
import java.io.IOException;
import java.nio.file.Path;
import java.util.EnumSet;
import java.util.concurrent.atomic.AtomicLong;

/// Copies `base/` for a base backup from outside of the process that owns it, while that leaves its files
/// as they are: what begins with pg_backup_start and ends with pg_backup_stop.
public final class HeldFiles implements PageCopy {

    private final Disk disk;
    private final World world;
    private final Path cluster;
    private final Path base;
    private final Holder holder;

    /// @param cluster its directory
    public HeldFiles(Disk disk, World world, Path cluster, Holder holder) {
        this.disk = disk;
        this.world = world;
        this.cluster = cluster;
        this.base = cluster.resolve(DataFiles.DIRECTORY);
        this.holder = holder;
    }

    @Override
    public Session begin() throws IOException {
        Lsn redoPoint = holder.hold();
        // Another process has it open, and base/ may be read-only here.
        CheckpointerState state = StateFile.peek(disk, base);
        if (!state.redoPoint().equals(redoPoint)) {
            throw new IOException("the data files have redo point " + state.redoPoint() + ", not " + redoPoint
                    + ": they are not held");
        }
        return new Copying(state);
    }

    /// One backup.
    private final class Copying implements Session {

        private final CheckpointerState state;

        Copying(CheckpointerState state) {
            this.state = state;
        }

        @Override
        public long systemId() {
            return state.systemId();
        }

        @Override
        public TimelineId timeline() {
            return state.timeline();
        }

        @Override
        public Lsn redoPoint() {
            return state.redoPoint();
        }

        /// While the files are held there is no other checkpoint.
        @Override
        public ControlFile control() throws IOException {
            ControlFile control = ControlStore.peek(disk, world, cluster);
            if (!control.checkpoint().redo().equals(state.redoPoint())) {
                throw new IOException("pg_control has redo point " + control.checkpoint().redo() + ", the data files "
                        + state.redoPoint() + ": they are not held");
            }
            return control;
        }

        @Override
        public long bytes() throws IOException {
            AtomicLong sum = new AtomicLong();
            visit((path, _) -> {
                try (DiskFile file = disk.open(path, EnumSet.of(Disk.Open.READ_ONLY))) {
                    sum.addAndGet(file.size());
                }
            });
            return sum.get();
        }

        @Override
        public void copy(Receiver receiver) throws IOException {
            visit(new PlainCopy(disk, receiver)::file);
        }

        private void visit(PlainCopy.Visit visit) throws IOException {
            for (String name : disk.list(base)) {
                if (RelationFile.isDatabase(name)) {
                    for (String relation : disk.list(base.resolve(name))) {
                        if (RelationFile.parse(name, relation) != null) {
                            visit.file(base.resolve(name).resolve(relation),
                                    DataFiles.DIRECTORY + "/" + name + "/" + relation);
                        }
                    }
                }
            }
            Path engines = base.resolve(ResourceManagers.ENGINES);
            if (disk.exists(engines)) {
                PlainCopy.walk(disk, engines, DataFiles.DIRECTORY + "/" + ResourceManagers.ENGINES, visit);
            }
            visit.file(base.resolve(StateFile.FILE_NAME), DataFiles.DIRECTORY + "/" + StateFile.FILE_NAME);
        }

        @Override
        public Lsn consistentAt() throws IOException {
            return holder.release();
        }

        /// What was not released ends with the holder's connection.
        @Override
        public void close() {}
    }
}
