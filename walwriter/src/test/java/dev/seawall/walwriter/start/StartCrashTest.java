package dev.seawall.walwriter.start;

import static dev.seawall.walwriter.start.ClusterFixture.LAYOUT;
import static org.assertj.core.api.Assertions.assertThat;

import dev.seawall.wal.Lsn;
import dev.seawall.wal.WalCorruptException;
import dev.seawall.wal.disk.Disk;
import dev.seawall.wal.disk.DiskFile;
import dev.seawall.wal.disk.Fault.Phase;
import dev.seawall.wal.disk.ForgetfulDisk;
import dev.seawall.wal.disk.ForgetfulDisk.Forgotten;
import dev.seawall.wal.disk.PowerCut;
import dev.seawall.wal.disk.SimulatedDisk;
import dev.seawall.wal.read.MemoryLog.Placed;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Set;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// Starts that are cut short, and starts on a cache that lies.
final class StartCrashTest {

    private static final Path CLUSTER = Path.of("/cluster");

    // --- cut short

    /// A log that was torn in its first segment, with valid pages behind, and old ones behind those.
    private static ClusterFixture torn(SimulatedDisk disk) throws IOException {
        ClusterFixture cluster = new ClusterFixture(disk, CLUSTER);
        cluster.log.message("kept");
        Placed torn = cluster.log.message(0, new byte[1_300_000]);
        cluster.log.message(0, new byte[1_300_000]);
        cluster.log.flip(torn.start().plus(500_000));
        cluster.write();
        cluster.overwrite(cluster.segment(4), 0, cluster.log.segment(1));
        return cluster;
    }

    @ParameterizedTest
    @EnumSource(Phase.class)
    void a_start_cut_short_anywhere_is_made_up_for_by_the_next(Phase phase) throws IOException {
        SimulatedDisk whole = new SimulatedDisk(1);
        Lsn expected = torn(whole).log.records().get(1).end();
        SimulatedDisk origin = whole.copy(2);
        long before = whole.changes();
        LogStart.start(whole, CLUSTER).close();
        long calls = whole.changes() - before;
        assertThat(calls).isGreaterThan(10);
        for (long n = 1; n <= calls; n++) {
            SimulatedDisk cut = origin.copy(n);
            cut.strictDirectories(true);
            cut.cutPower(phase, n);
            try {
                LogStart.start(cut, CLUSTER).close();
            } catch (PowerCut e) {
                // As planned.
            }
            cut.crash();
            cut.restart();
            try (StartedLog started = LogStart.start(cut, CLUSTER)) {
                assertThat(started.insertPosition()).as("call %d", n).isEqualTo(expected);
            }
            assertNothingStale(cut, expected);
            // Nor is there anything that comes back at the next power cut.
            cut.crash();
            cut.restart();
            assertNothingStale(cut, expected);
        }
    }

    private static void assertNothingStale(Disk disk, Lsn end) throws IOException {
        Path wal = ClusterLayout.wal(CLUSTER);
        assertThat(disk.list(wal)).containsExactly(ClusterFixture.name(1), "archive_status");
        try (DiskFile file = disk.open(wal.resolve(ClusterFixture.name(1)), Set.of(Disk.Open.READ_ONLY))) {
            ByteBuffer content = ByteBuffer.allocate(LAYOUT.segmentBytes());
            file.read(content, 0);
            assertThat(Arrays.copyOfRange(content.array(), LAYOUT.offsetInSegment(end), content.capacity()))
                    .containsOnly(0);
        }
    }

    // --- a cache that lies

    /// A life in which write-back failed, or power went, at various moments: what a start has shown must be
    /// there for every later one.
    ///
    /// @return whether something was shown and later lost
    private static boolean showsWhatIsLost(long seed, UnaryOperator<Disk> as) throws IOException {
        SimulatedDisk disk = new SimulatedDisk(seed);
        ClusterFixture cluster = new ClusterFixture(disk, CLUSTER);
        cluster.log.message(0, new byte[3000]);
        cluster.write();
        Lsn synced = cluster.log.end();
        for (int i = 0; i < 12; i++) {
            cluster.log.message(0, new byte[1500]);
        }
        try (DiskFile file = disk.open(cluster.segment(1), Set.of())) {
            int from = LAYOUT.offsetInSegment(synced);
            int to = LAYOUT.offsetInSegment(cluster.log.end());
            file.write(ByteBuffer.wrap(cluster.log.segment(1), from, to - from), from);
            if (seed % 2 == 0) {
                disk.failWriteBack(cluster.segment(1));
            }
            disk.kill();
        }
        disk.restart();
        Lsn shown;
        try (StartedLog started = LogStart.start(as.apply(disk), CLUSTER)) {
            shown = started.insertPosition();
        }
        assertThat(shown.isBefore(synced)).as("seed %d", seed).isFalse();
        disk.crash();
        disk.restart();
        try (StartedLog started = LogStart.start(disk, CLUSTER)) {
            return started.insertPosition().isBefore(shown);
        } catch (WalCorruptException e) {
            return true;
        }
    }

    @Test
    void nothing_is_shown_and_later_lost() throws IOException {
        for (long seed = 0; seed < 200; seed++) {
            assertThat(showsWhatIsLost(seed, disk -> disk)).as("seed %d", seed).isFalse();
        }
    }

    @ParameterizedTest
    @EnumSource(value = Forgotten.class, names = {"SYNC", "CACHE_DROP"})
    void either_half_of_making_files_true_is_needed(Forgotten half) throws IOException {
        Path wal = ClusterLayout.wal(CLUSTER);
        for (long seed = 0; seed < 200; seed++) {
            if (showsWhatIsLost(seed, disk -> new ForgetfulDisk(disk, half, path -> path.startsWith(wal)))) {
                return;
            }
        }
        throw new AssertionError("nothing was lost without " + half + " in 200 lives: the test cannot fail");
    }
}
