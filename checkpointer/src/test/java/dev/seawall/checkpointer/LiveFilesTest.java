package dev.seawall.checkpointer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.seawall.checkpointer.CheckpointStatistics.HeldBackBy;
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
import dev.seawall.walwriter.CheckpointReport;
import dev.seawall.walwriter.cluster.Checkpointing.FileCopy;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.EnumSet;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// `base/` copied while redo and checkpoints go on, page by page.
final class LiveFilesTest {

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
        final LiveFiles files;
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
            files = new LiveFiles(dataFiles, checkpointer, managers, redo, world);
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

        CheckpointReport checkpoint() throws IOException {
            return checkpointer.await(checkpointer.requestCheckpoint(true));
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

    /// Copies files to [#COPY], a page at a time, while the world goes on.
    private void copy(Process process, FileCopy copy, List<FileCopy.Entry> files) throws IOException {
        for (FileCopy.Entry file : files) {
            Path path = COPY.resolve(file.path());
            disk.makeDirectories(path.getParent());
            try (DiskFile written = disk.open(path, EnumSet.of(Disk.Open.CREATE_NEW))) {
                for (long at = 0; at < file.size(); at += 8192) {
                    ByteBuffer piece = ByteBuffer.allocate((int) Math.min(8192, file.size() - at));
                    copy.read(file.path(), at, piece);
                    written.write(piece.flip(), at);
                    process.append(2);
                }
            }
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
        Lsn end;
        try (Process process = begin(seed)) {
            redoPoint = process.checkpoint().redo();
            int before = reported.reports.size();
            try (FileCopy copy = process.files.begin(redoPoint)) {
                copy(process, copy, copy.relations());
                copy(process, copy, copy.others());
            }
            end = log.end();
            assertThat(reported.reports).as("checkpoints meanwhile").hasSizeGreaterThan(before);
            process.append(20);
        }

        try (Process restored = new Process(COPY, seed)) {
            assertThat(restored.dataFiles.redoPoint()).isEqualTo(redoPoint);
            assertThat(restored.dataFiles.consistentAt()).isBetween(redoPoint, end);
            restored.redoAll();
            log.verify(restored.dataFiles.pages(), restored.engine);
        }
    }

    /// Then the redo point stays where it is, but pages get durable, and nobody waits.
    @Test
    void a_checkpoint_leaves_out_engines_whose_files_are_copied() throws IOException {
        try (Process process = begin(1)) {
            CheckpointReport begun = process.checkpoint();
            try (FileCopy copy = process.files.begin(begun.redo())) {
                List<FileCopy.Entry> others = copy.others();
                byte[] held = content("base/engines/model/sum");
                process.append(50);
                CheckpointReport meanwhile = process.checkpoint();

                assertThat(meanwhile.redo()).isGreaterThanOrEqualTo(begun.redo()).isLessThan(log.end());
                assertThat(process.checkpointer.statistics().lastHeldBackBy()).isEqualTo(HeldBackBy.BASE_BACKUP);
                assertThat(process.dataFiles.pages().dirtyPages()).isZero();
                assertThat(content("base/engines/model/sum")).isEqualTo(held);
                assertThat(others).extracting(FileCopy.Entry::path)
                        .containsExactly("base/engines/model/sum", "base/checkpointer.state");
            }
            process.append(50);
            // A lazy engine's checkpoint does nothing now and then.
            for (int i = 0; i < 20; i++) {
                process.checkpoint();
            }
            assertThat(reported.reports.getLast().redo()).isGreaterThan(begun.redo());
        }
    }

    private byte[] content(String name) throws IOException {
        ByteBuffer content = ByteBuffer.allocate(100);
        try (DiskFile file = disk.open(CLUSTER.resolve(name), EnumSet.of(Disk.Open.READ_ONLY))) {
            file.read(content, 0);
        }
        return content.array();
    }

    @Test
    void a_shutdown_does_not_wait_for_a_copy_of_engines_files_which_is_void_then() throws IOException {
        try (Process process = begin(1)) {
            FileCopy copy = process.files.begin(process.checkpoint().redo());
            List<FileCopy.Entry> others = copy.others();
            process.append(10);
            process.redoAll();

            assertThat(process.checkpointer.await(process.checkpointer.requestShutdown(log.end()))).isNotNull();

            assertThatThrownBy(() -> copy.read(others.getFirst().path(), 0, ByteBuffer.allocate(16)))
                    .isInstanceOf(IllegalStateException.class).hasMessageContaining("were not held until now");
            copy.close();
        }
    }

    @Test
    void neither_the_double_write_file_nor_a_half_written_state_is_copied() throws IOException {
        try (Process process = begin(1); FileCopy copy = process.files.begin(process.checkpoint().redo())) {
            copy(process, copy, copy.relations());
            copy(process, copy, copy.others());

            assertThat(disk.list(COPY.resolve("base"))).containsExactly("5", "checkpointer.state", "engines");
            assertThat(disk.list(COPY.resolve("base/engines/model"))).containsExactly("sum");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"base/5/x", "base/5", "base/../etc/passwd", "base/engines/../5/16384", "pg_wal/5/16384",
            "base/held/16384"})
    void what_is_no_file_of_a_copy_is_not_read(String path) throws IOException {
        try (Process process = begin(1); FileCopy copy = process.files.begin(process.checkpoint().redo())) {
            copy.others();
            assertThatThrownBy(() -> copy.read(path, 0, ByteBuffer.allocate(8192)))
                    .isInstanceOf(IllegalArgumentException.class).hasMessageContaining(path);
        }
    }
}
