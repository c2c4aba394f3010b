package dev.seawall.walwriter;

import static org.assertj.core.api.Assertions.assertThat;

import dev.seawall.sim.SimulatedWorld;
import dev.seawall.witness.PostgresPrograms;
import dev.seawall.wal.disk.Fault.Phase;
import dev.seawall.wal.disk.LinuxDisk;
import dev.seawall.wal.disk.PowerCut;
import dev.seawall.wal.disk.SimulatedDisk;
import dev.seawall.wal.record.WalRecord;
import dev.seawall.wal.record.xlog.ParameterChange;
import dev.seawall.wal.role.SystemWorld;
import dev.seawall.walwriter.start.ClusterInit;
import dev.seawall.walwriter.start.ControlStore;
import dev.seawall.walwriter.start.LogStart;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// `max_connections` changed between two starts: standbys must read of it in the log.
final class MaxConnectionsTest {

    private static final Path CLUSTER = Path.of("/cluster");
    private static final WalOptions SMALL = WalOptions.DEFAULT.withBufferBytes(256 << 10);

    @TempDir
    Path directory;

    private static void create(dev.seawall.wal.disk.Disk disk, Path cluster) throws IOException {
        ClusterInit.create(disk, cluster,
                new ClusterInit.Options(EmptyLog.SYSTEM_ID, EmptyLog.START, 3, EmptyLog.LAYOUT, 100), Instant.EPOCH,
                _ -> { });
    }

    private static Wal open(SimulatedDisk disk, SimulatedWorld world, int maxConnections) throws IOException {
        return Wal.open(LogStart.start(disk, CLUSTER), SMALL.withMaxConnections(maxConnections), disk, world);
    }

    private static List<Integer> logged(Wal wal) throws IOException {
        return EmptyLog.readAll(wal).stream().filter(ParameterChange::is).map(MaxConnectionsTest::count).toList();
    }

    private static int count(WalRecord record) {
        try {
            return ParameterChange.decode(record).maxConnections();
        } catch (dev.seawall.wal.record.RecordDecoder.MalformedRecordException e) {
            throw new AssertionError(e);
        }
    }

    private static int inControlFile(SimulatedDisk disk, SimulatedWorld world) throws IOException {
        return ControlStore.peek(disk, world, CLUSTER).maxConnections();
    }

    @Test
    void a_change_is_logged_once_and_stands_in_the_control_file() throws IOException {
        SimulatedDisk disk = new SimulatedDisk(1);
        disk.makeDirectories(CLUSTER);
        create(disk, CLUSTER);

        for (int start = 0; start < 3; start++) {
            try (SimulatedWorld world = new SimulatedWorld(start); Wal wal = open(disk, world, 200)) {
                assertThat(logged(wal)).containsExactly(200);
                assertThat(inControlFile(disk, world)).isEqualTo(200);
            }
        }
        try (SimulatedWorld world = new SimulatedWorld(9); Wal wal = open(disk, world, 0)) {
            assertThat(logged(wal)).as("whoever does not care leaves it").containsExactly(200);
            assertThat(inControlFile(disk, world)).isEqualTo(200);
        }
    }

    /// The file names a number that a standby has not read of only if the order is wrong.
    @ParameterizedTest
    @EnumSource(Phase.class)
    void the_control_file_never_runs_ahead_of_the_log_wherever_power_is_cut(Phase phase) throws IOException {
        SimulatedDisk origin = new SimulatedDisk(1);
        origin.makeDirectories(CLUSTER);
        create(origin, CLUSTER);
        SimulatedDisk whole = origin.copy(2);
        long before = whole.changes();
        try (SimulatedWorld world = new SimulatedWorld(1)) {
            open(whole, world, 200).close();
        }
        long calls = whole.changes() - before;
        assertThat(calls).isGreaterThan(10);
        int changed = 0;
        for (long n = 1; n <= calls; n++) {
            SimulatedDisk cut = origin.copy(n);
            cut.cutPower(phase, n);
            openUntilCut(cut, n);
            cut.crash();
            cut.restart();
            try (SimulatedWorld world = new SimulatedWorld(n)) {
                boolean isChanged = inControlFile(cut, world) == 200;
                changed += isChanged ? 1 : 0;
                try (Wal wal = open(cut, world, 0)) {
                    assertThat(!isChanged || logged(wal).equals(List.of(200))).as("call %d: logged before", n).isTrue();
                }
            }
        }
        assertThat(changed).as("cuts behind the change").isPositive();
    }

    private static void openUntilCut(SimulatedDisk disk, long seed) throws IOException {
        try (SimulatedWorld world = new SimulatedWorld(seed)) {
            open(disk, world, 200).close();
        } catch (PowerCut | WalFailedException e) {
            // As planned: in this thread, or in a role of the log's.
        }
    }

    @Test
    void pg_controldata_and_pg_waldump_show_the_change() throws Exception {
        LinuxDisk disk = new LinuxDisk();
        Path cluster = directory.resolve("cluster");
        create(disk, cluster);
        try (Wal wal = Wal.open(LogStart.start(disk, cluster), SMALL.withMaxConnections(73), disk,
                new SystemWorld())) {
            wal.flush(wal.insertLsn());
        }

        assertThat(PostgresPrograms.run("pg_controldata", "-D", cluster.toString()).orFail())
                .containsPattern("max_connections setting: +73\n").contains("in production");
        assertThat(PostgresPrograms.run("pg_waldump", "--rmgr=XLOG",
                cluster.resolve("pg_wal/000000010000000000000001").toString()).out())
                .contains("PARAMETER_CHANGE max_connections=73 max_worker_processes=8 max_wal_senders=10"
                        + " max_prepared_xacts=0 max_locks_per_xact=64 wal_level=logical");
    }
}
