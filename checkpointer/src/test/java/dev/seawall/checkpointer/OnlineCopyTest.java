package dev.seawall.checkpointer;

import static org.assertj.core.api.Assertions.assertThat;

import dev.seawall.archiver.PageCopy;
import dev.seawall.checkpointer.pages.PageStoreOptions;
import dev.seawall.recovery.ResourceManagers;
import dev.seawall.sim.SimulatedWorld;
import dev.seawall.wal.Lsn;
import dev.seawall.wal.TimelineHistory;
import dev.seawall.wal.TimelineId;
import dev.seawall.wal.disk.Disk;
import dev.seawall.wal.disk.DiskFile;
import dev.seawall.wal.disk.SimulatedDisk;
import dev.seawall.wal.role.World;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.EnumSet;
import java.util.List;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class OnlineCopyTest {

    private static final Path CLUSTER = Path.of("/cluster");
    private static final Path COPY = Path.of("/copy");
    private static final PageStoreOptions SMALL = new PageStoreOptions(16, 2, 3, 8192);

    private final SimulatedDisk disk = new SimulatedDisk(1);
    private final SplittableRandom random = new SplittableRandom(5);
    private final ModelLog log = new ModelLog(random);
    private final RememberingLog reported = new RememberingLog(log::end);

    /// A process that redoes the log and checkpoints.
    private final class Process implements AutoCloseable {

        final SimulatedWorld world;
        final ModelEngine engine = new ModelEngine();
        final DataFiles dataFiles;
        final ModelRedo redo;
        final Checkpointer checkpointer;
        final OnlineCopy copy;
        final World.Running redoing;

        Process(Path cluster, long seed) throws IOException {
            world = new SimulatedWorld(seed);
            dataFiles = DataFiles.open(disk, cluster, world, SMALL, new DataFiles.Log(ModelLog.SYSTEM_ID,
                    TimelineHistory.root(TimelineId.FIRST), ModelLog.LAYOUT, ModelLog.START, Lsn.MAX));
            ResourceManagers managers = ResourceManagers.of(dataFiles.pages(), List.of(engine));
            managers.open(disk, dataFiles.path(), world);
            redo = new ModelRedo(log, managers, dataFiles.redoPoint());
            checkpointer = new Checkpointer(dataFiles, managers, redo, reported,
                    new CheckpointOptions(Duration.ofMillis(50), 50_000, 0.5), world);
            copy = new OnlineCopy(dataFiles, checkpointer, managers, redo, reported);
            redoing = world.start(redo);
            checkpointer.start();
        }

        void append(int entries) throws IOException {
            for (int i = 0; i < entries; i++) {
                log.append();
                world.letPass(Duration.ofMillis(random.nextInt(10)));
            }
            assertThat(redoing.failure()).isNull();
            assertThat(checkpointer.failure()).isNull();
        }

        void redoAll() throws IOException {
            world.park(() -> redo.isDone() || redoing.failure() != null);
            assertThat(redoing.failure()).isNull();
        }

        @Override
        public void close() throws IOException {
            checkpointer.close();
            redoing.close();
            dataFiles.close();
        }
    }

    /// Writes what it receives under [#COPY], while the world goes on.
    private final class Writing implements PageCopy.Receiver {

        private final Process process;
        private @Nullable Path path;
        private long offset;

        Writing(Process process) {
            this.process = process;
        }

        @Override
        public void file(String name, long size) throws IOException {
            path = COPY.resolve(name);
            offset = 0;
            disk.makeDirectories(path.getParent());
            disk.open(path, EnumSet.of(Disk.Open.CREATE_NEW)).close();
        }

        @Override
        public void bytes(ByteBuffer content) throws IOException {
            int length = content.remaining();
            try (DiskFile file = disk.open(path, EnumSet.noneOf(Disk.Open.class))) {
                file.write(content, offset);
            }
            offset += length;
            process.append(2);
        }
    }

    private Process begin(long seed) throws IOException {
        disk.makeDirectories(CLUSTER);
        DataFiles.create(disk, CLUSTER, ModelLog.SYSTEM_ID, TimelineId.FIRST, ModelLog.START);
        Process process = new Process(CLUSTER, seed);
        process.append(60);
        return process;
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
    void a_copy_made_while_redo_goes_on_is_brought_to_any_later_point_by_redo(long seed) throws IOException {
        Lsn redoPoint;
        Lsn consistentAt;
        try (Process process = begin(seed)) {
            try (PageCopy.Session session = process.copy.begin()) {
                redoPoint = session.redoPoint();
                session.copy(new Writing(process));
                consistentAt = session.consistentAt();
            }
            process.append(20);
        }

        try (Process restored = new Process(COPY, seed)) {
            assertThat(restored.dataFiles.redoPoint()).isEqualTo(redoPoint);
            assertThat(restored.dataFiles.consistentAt()).isEqualTo(consistentAt);
            assertThat(consistentAt).isGreaterThanOrEqualTo(redoPoint).isLessThanOrEqualTo(log.end());
            restored.redoAll();
            log.verify(restored.dataFiles.pages(), restored.engine);
        }
    }

    @Test
    void the_log_from_the_redo_point_on_is_kept_until_the_copy_is_closed() throws IOException {
        try (Process process = begin(1)) {
            PageCopy.Session session = process.copy.begin();
            assertThat(session.systemId()).isEqualTo(ModelLog.SYSTEM_ID);
            assertThat(session.timeline()).isEqualTo(TimelineId.FIRST);
            assertThat(session.redoPoint()).isEqualTo(reported.reports.getLast().redo());
            assertThat(reported.holds).hasSize(1).allSatisfy(
                    held -> assertThat(held).isLessThanOrEqualTo(session.redoPoint()));

            session.close();

            assertThat(reported.holds).isEmpty();
        }
    }

    @Test
    void neither_the_double_write_file_nor_a_half_written_state_is_copied() throws IOException {
        try (Process process = begin(1); PageCopy.Session session = process.copy.begin()) {
            session.copy(new Writing(process));

            assertThat(disk.list(COPY.resolve("base"))).containsExactly("5", "checkpointer.state", "engines");
            assertThat(disk.list(COPY.resolve("base/engines/model"))).containsExactly("sum");
        }
    }
}
