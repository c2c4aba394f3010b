package dev.seawall.walwriter.standby;

import static org.assertj.core.api.Assertions.assertThat;

import dev.seawall.sim.Patient;
import dev.seawall.sim.SimulatedWorld;
import dev.seawall.wal.Lsn;
import dev.seawall.wal.PageLayout;
import dev.seawall.wal.TimelineHistory;
import dev.seawall.wal.TimelineId;
import dev.seawall.wal.disk.Disk;
import dev.seawall.wal.disk.DiskFile;
import dev.seawall.wal.disk.SimulatedDisk;
import dev.seawall.wal.read.SegmentFiles;
import dev.seawall.walwriter.CheckpointReport;
import dev.seawall.walwriter.Wal;
import dev.seawall.walwriter.received.PrimaryOnDisk;
import dev.seawall.walwriter.received.StandbyLog;
import dev.seawall.walwriter.start.ClusterLayout;
import dev.seawall.walwriter.start.LogStart;
import dev.seawall.walwriter.start.StartedLog;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;

/// A standby that follows a primary over two timelines, takes restartpoints and is promoted, under the
/// power-cut table: what it told its primary to have it has, what it showed it does not lose, and what it has
/// is its primary's, byte by byte.
final class StandbyPatient implements Patient {

    private final PrimaryOnDisk first;
    private final PrimaryOnDisk second;

    StandbyPatient() throws IOException {
        first = PrimaryOnDisk.first(PrimaryOnDisk.SWITCHES);
        second = first.promoted(7);
    }

    @Override
    public String name() {
        return "standby";
    }

    @Override
    public SimulatedDisk image(long seed) throws IOException {
        SimulatedDisk disk = PrimaryOnDisk.fresh(seed);
        try (DiskFile signal = disk.open(PrimaryOnDisk.CLUSTER.resolve(StandbySignal.NAME),
                Set.of(Disk.Open.CREATE))) {
            signal.sync();
        }
        disk.syncDirectory(PrimaryOnDisk.CLUSTER);
        return disk;
    }

    @Override
    public Life life(long seed) {
        return new StandbyLife(seed);
    }

    private final class StandbyLife implements Life {

        private final SplittableRandom random;
        /// What the primary was told, and what anybody here was shown.
        private Lsn promised = Lsn.INVALID;
        /// Where the data files said that redo would begin: durably, so the log must come as far.
        private Lsn reported = Lsn.INVALID;
        /// A promotion has begun, and may have come to an end.
        private boolean isPromoting;
        private Lsn committed = Lsn.INVALID;

        StandbyLife(long seed) {
            random = new SplittableRandom(seed);
        }

        private void promise(Lsn position) {
            promised = Lsn.max(promised, position);
        }

        @Override
        public void operate(Disk disk, SimulatedWorld world) throws Exception {
            StandbyLog log = StandbyLog.open(LogStart.follow(disk, PrimaryOnDisk.CLUSTER), PrimaryOnDisk.OPTIONS,
                    disk, world);
            follow(disk, world, log, first);
            follow(disk, world, log, second);
            if (random.nextInt(3) > 0) {
                log.close();
                return;
            }
            isPromoting = true;
            StartedLog started = new Promotion(disk, world, PrimaryOnDisk.NO_ARCHIVE, _ -> true, false).run(log);
            commit(disk, world, started);
        }

        private void follow(Disk disk, SimulatedWorld world, StandbyLog log, PrimaryOnDisk primary)
                throws IOException {
            log.onFlush(() -> shown(log));
            Standby standby = Standby.start(log, disk, PrimaryOnDisk.CLUSTER,
                    List.of(new FeedSource("the primary", () -> primary.connect(this::promise), true)),
                    new Standby.Pace(() -> Duration.ofMillis(50), () -> Duration.ofSeconds(1)),
                    log::flushLsn, () -> { }, world);
            while (log.failure() == null && log.flushLsn().isBefore(primary.end())) {
                world.letPass(Duration.ofMillis(random.nextInt(1, 20)));
                if (random.nextInt(6) == 0 && log.failure() == null) {
                    report(log);
                }
            }
            standby.stop();
            if (log.failure() != null) {
                log.close();
                throw new IOException(log.failure());
            }
        }

        private void shown(StandbyLog log) {
            promise(log.flushLsn());
            // Redo is beyond a segment switch as soon as that is durable, and may end there for long.
            if (log.nextLsn().isAfter(log.flushLsn()) && random.nextInt(4) == 0) {
                try {
                    report(log);
                } catch (IOException e) {
                    throw new UncheckedIOException(e);
                }
            }
        }

        private void report(StandbyLog log) throws IOException {
            reported = Lsn.max(reported, log.nextLsn());
            log.checkpointed(new CheckpointReport(PrimaryOnDisk.SYSTEM, log.history().timeline(), reported));
        }

        private void commit(Disk disk, SimulatedWorld world, StartedLog started) throws IOException {
            try (Wal wal = Wal.open(started, PrimaryOnDisk.OPTIONS, disk, world)) {
                assertThat(wal.history().branches()).hasSizeGreaterThan(1);
                Lsn end = wal.message("app", ByteBuffer.allocate(random.nextInt(100)));
                wal.flush(end);
                committed = end;
            }
        }

        @Override
        public void recover(Disk disk, SimulatedWorld world) throws Exception {
            if (!StandbySignal.isThere(disk, PrimaryOnDisk.CLUSTER)) {
                assertThat(isPromoting).isTrue();
                recoverPrimary(disk, world);
                return;
            }
            assertThat(committed).isEqualTo(Lsn.INVALID);
            StandbyLog log = StandbyLog.open(LogStart.follow(disk, PrimaryOnDisk.CLUSTER), PrimaryOnDisk.OPTIONS,
                    disk, world);
            assertThat(log.flushLsn()).isGreaterThanOrEqualTo(promised);
            assertThat(log.nextLsn()).isGreaterThanOrEqualTo(reported);
            promise(log.flushLsn());
            if (isPromoting && log.history().timeline().isAfter(second.history().timeline())) {
                // It became a primary's but for the signal, which says that it is none: asked again, it is one.
                compare(disk, log.history(), Lsn.min(log.flushLsn(), second.end()));
                log.close();
                return;
            }
            compare(disk, log.history(), log.flushLsn());
            follow(disk, world, log, second);
            compare(disk, log.history(), second.end());
            log.close();
        }

        private void recoverPrimary(Disk disk, SimulatedWorld world) throws Exception {
            StartedLog started = LogStart.start(disk, PrimaryOnDisk.CLUSTER);
            assertThat(started.insertPosition()).isGreaterThanOrEqualTo(Lsn.max(promised, committed));
            assertThat(started.history().timeline()).isGreaterThan(new TimelineId(2));
            compare(disk, started.history(), second.end());
            try (Wal wal = Wal.open(started, PrimaryOnDisk.OPTIONS, disk, world)) {
                Lsn end = wal.message("app", ByteBuffer.allocate(5));
                wal.flush(end);
                committed = end;
            }
        }

        /// What is here of the primary's log is the primary's.
        private void compare(Disk disk, TimelineHistory history, Lsn end) throws IOException {
            ByteBuffer own = ByteBuffer.allocate(PageLayout.PAGE_BYTES);
            ByteBuffer theirs = ByteBuffer.allocate(PageLayout.PAGE_BYTES);
            int pages = 0;
            try (SegmentFiles here = new SegmentFiles(disk, ClusterLayout.wal(PrimaryOnDisk.CLUSTER),
                            PrimaryOnDisk.LAYOUT, history);
                    SegmentFiles there = second.files()) {
                Lsn last = PrimaryOnDisk.LAYOUT.pageOf(end.plus(-1));
                for (Lsn page = last; page.isAfter(Lsn.INVALID); page = page.plus(-PageLayout.PAGE_BYTES)) {
                    own.clear();
                    theirs.clear();
                    if (!here.readPage(page, own)) {
                        break;
                    }
                    assertThat(there.readPage(page, theirs)).as("page %s", page).isTrue();
                    int length = (int) Math.min(PageLayout.PAGE_BYTES, end.minus(page));
                    assertThat(own.slice(0, length).mismatch(theirs.slice(0, length))).as("page %s", page)
                            .isEqualTo(-1);
                    pages++;
                }
            }
            assertThat(pages).isPositive();
        }
    }
}
