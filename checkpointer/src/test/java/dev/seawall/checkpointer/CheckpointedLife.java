package dev.seawall.checkpointer;

import dev.seawall.checkpointer.DisobedientDisk.Bug;
import dev.seawall.checkpointer.pages.PageStoreOptions;
import dev.seawall.recovery.ResourceManagers;
import dev.seawall.sim.SimulatedWorld;
import dev.seawall.wal.Lsn;
import dev.seawall.wal.TimelineId;
import dev.seawall.wal.disk.PowerCut;
import dev.seawall.wal.disk.SimulatedDisk;
import dev.seawall.wal.role.World;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.SplittableRandom;
import java.util.random.RandomGenerator;

/// A cluster's life on a simulated disk: one model log, and one process after another that redoes
/// it and checkpoints, each until it is killed.
final class CheckpointedLife {

    static final Path CLUSTER = Path.of("/cluster");
    private static final CheckpointOptions OFTEN = new CheckpointOptions(Duration.ofMillis(300), 100_000, 0.5);

    final SimulatedDisk disk;
    private final Bug bug;
    private final RandomGenerator random;
    private final PageStoreOptions options;
    private final ModelLog log;
    private final RememberingLog reported;
    /// Whether the kernel fails to write back now and then.
    boolean isWriteBackFailing;

    CheckpointedLife(long seed, Bug bug) throws IOException {
        this.disk = new SimulatedDisk(seed);
        this.bug = bug;
        this.random = new SplittableRandom(seed);
        // Small, so that redo runs out of clean frames and the double-write space is soon used up.
        this.options = new PageStoreOptions(
                16, 1 + random.nextInt(4), 1 + random.nextInt(4), 16384 * random.nextInt(3));
        this.log = new ModelLog(random);
        this.reported = new RememberingLog(log::end);
        disk.makeDirectories(CLUSTER);
        DataFiles.create(disk, CLUSTER, ModelLog.SYSTEM_ID, TimelineId.FIRST, ModelLog.START);
    }

    /// Runs a process that appends `entries` entries, unless the power or something else fails it.
    /// What it has redone at its start, and at its end, must be what the model says.
    void run(int entries) throws IOException {
        SimulatedWorld world = new SimulatedWorld(random.nextLong());
        try (Process process = new Process(world)) {
            process.redoAll();
            process.verify();
            for (int i = 0; i < entries; i++) {
                log.append();
                world.letPass(Duration.ofMillis(random.nextInt(20)));
                if (random.nextInt(20) == 0) {
                    process.checkpointer.requestCheckpoint(random.nextBoolean());
                }
                if (isWriteBackFailing && random.nextInt(3) == 0) {
                    failWriteBack();
                }
                process.throwIfFailed();
            }
            process.redoAll();
            process.verify();
        }
    }

    /// Some dirty pages of a relation are lost behind the process's back.
    private void failWriteBack() throws IOException {
        Path relation = CLUSTER.resolve("base/5/" + (16384 + random.nextInt(3)));
        if (disk.exists(relation)) {
            disk.failWriteBack(relation);
        }
    }

    /// As [#run]; then the power is gone.
    ///
    /// @return whether it went by a cut that was armed
    boolean runUntilPowerCut(int entries) throws IOException {
        boolean isCut = false;
        try {
            run(entries);
        } catch (PowerCut e) {
            isCut = true;
        }
        disk.crash();
        disk.restart();
        return isCut;
    }

    /// As [#run], but a refusal of the disk's ends it like any failure of the process; then the
    /// process is dead, and the page cache is not.
    ///
    /// @return whether it failed
    boolean runUntilFailure(int entries) {
        boolean isFailed = false;
        try {
            run(entries);
        } catch (IOException e) {
            isFailed = true;
        }
        disk.kill();
        disk.restart();
        return isFailed;
    }

    /// One process.
    private final class Process implements AutoCloseable {

        final SimulatedWorld world;
        final ModelEngine engine = new ModelEngine();
        final DataFiles dataFiles;
        final ModelRedo redo;
        final Checkpointer checkpointer;
        final World.Running redoing;

        Process(SimulatedWorld world) throws IOException {
            this.world = world;
            DisobedientDisk bent = new DisobedientDisk(disk, bug);
            dataFiles = DataFiles.open(bent, CLUSTER, world, options, new DataFiles.Log(
                    ModelLog.SYSTEM_ID, reported.history(), ModelLog.LAYOUT, reported.oldest(), log.end()));
            try {
                ResourceManagers managers = ResourceManagers.of(dataFiles.pages(), List.of(engine));
                managers.open(bent, dataFiles.path(), world);
                redo = new ModelRedo(log, managers, dataFiles.redoPoint());
                checkpointer = new Checkpointer(
                        dataFiles, managers, new BentRedoState(redo, bug), reported, OFTEN, world);
            } catch (Throwable t) {
                dataFiles.close();
                throw t;
            }
            redoing = world.start(redo);
            checkpointer.start();
        }

        void redoAll() throws IOException {
            world.park(() -> redo.isDone() || redoing.failure() != null);
            throwIfFailed();
        }

        void throwIfFailed() throws IOException {
            for (Throwable failure : new Throwable[] {redoing.failure(), checkpointer.failure()}) {
                switch (failure) {
                    case null -> {}
                    case IOException e -> throw e;
                    case RuntimeException e -> throw e;
                    default -> throw new AssertionError(failure);
                }
            }
        }

        void verify() throws IOException {
            log.verify(dataFiles.pages(), engine);
        }

        @Override
        public void close() throws IOException {
            checkpointer.close();
            redoing.close();
            dataFiles.close();
        }
    }

    /// Redo's answers with the bugs that are no disk's.
    private record BentRedoState(ModelRedo redo, Bug bug) implements RedoState {

        @Override
        public Lsn position() {
            return redo.position();
        }

        @Override
        public long changes() {
            return redo.changes();
        }

        @Override
        public Lsn redoPoint(Lsn durable) {
            if (bug == Bug.UNFINISHED_TRANSACTIONS_FORGOTTEN) {
                return durable;
            }
            return redo.redoPoint(bug == Bug.REDO_POINT_AT_THE_END || bug == Bug.ENGINES_FORGOTTEN
                    ? redo.position() : durable);
        }

        @Override
        public void checkpointed(Lsn durable) {
            redo.checkpointed(durable);
        }
    }
}
