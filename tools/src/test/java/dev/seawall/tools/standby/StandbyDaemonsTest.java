package dev.seawall.tools.standby;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.seawall.settings.Settings;
import dev.seawall.tools.Captured;
import dev.seawall.tools.control.RunningDaemon;
import dev.seawall.tools.control.RunningWalwriter;
import dev.seawall.tools.walctl.Walctl;
import dev.seawall.wal.Lsn;
import dev.seawall.wal.disk.LinuxDisk;
import dev.seawall.wal.role.SystemWorld;
import dev.seawall.walwriter.client.Result;
import dev.seawall.walwriter.client.ServerException;
import dev.seawall.walwriter.client.WireClient;
import dev.seawall.witness.PostgresPrograms;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// A Seawall that follows a Seawall, as processes: by its stream, by its archive where that has more, and as a
/// primary when it is promoted.
final class StandbyDaemonsTest {

    private static final Duration PATIENCE = Duration.ofSeconds(60);

    @TempDir
    Path directory;

    private final SystemWorld world = new SystemWorld();
    private Path primary;
    private Path standby;

    @BeforeEach
    void a_primary_and_a_copy_of_it_that_is_to_follow() throws Exception {
        primary = directory.resolve("p");
        standby = directory.resolve("s");
        assertThat(walctl(primary, "init", "--wal-segsize", "1MB").code()).isZero();
        copy(primary, standby);
        Files.createFile(standby.resolve("standby.signal"));
        configure(primary, "listen_addresses = ''", "archive_mode = on", "archive_repository = '../repository'",
                "min_wal_size = 2MB", "max_wal_size = 2MB");
        configure(standby, "listen_addresses = ''", "primary_conninfo = 'host=" + primary + " application_name=s1'",
                "wal_retrieve_retry_interval = 200ms", "restore_repository = '../repository'");
    }

    @AfterEach
    void nothing_is_left_running() throws IOException {
        for (Path cluster : List.of(primary, standby)) {
            for (RunningDaemon daemon : RunningDaemon.all(cluster)) {
                ProcessHandle.of(daemon.process().pid()).ifPresent(ProcessHandle::destroyForcibly);
            }
        }
    }

    private static void copy(Path from, Path to) throws IOException {
        try (var files = Files.walk(from)) {
            for (Path file : files.toList()) {
                Files.copy(file, to.resolve(from.relativize(file)));
            }
        }
    }

    private static void configure(Path cluster, String... lines) throws IOException {
        Files.writeString(cluster.resolve("seawall.conf"), String.join("\n", lines) + "\n",
                StandardOpenOption.APPEND);
    }

    private static Captured walctl(Path cluster, String command, String... arguments) {
        List<String> line = new ArrayList<>(List.of(command, "-D", cluster.toString()));
        line.addAll(List.of(arguments));
        return Captured.run(new Walctl(), line.toArray(String[]::new));
    }

    private static void start(Path cluster) {
        Captured started = walctl(cluster, "start");
        assertThat(started.code()).as(started.err()).isZero();
    }

    private static String query(Path cluster, String sql) throws IOException {
        LinuxDisk disk = new LinuxDisk();
        try (WireClient client = RunningWalwriter.connect(disk, cluster,
                Settings.load(disk, cluster, Map.of(), Map.of())).orElseThrow()) {
            Result result = client.query(sql);
            return result.rows().isEmpty() ? result.tag() : String.valueOf(result.rows().getFirst().getFirst());
        }
    }

    private static Lsn flushed(Path cluster) throws IOException {
        return Lsn.parse(query(cluster, "SELECT pg_current_wal_flush_lsn()"));
    }

    /// Waits until the standby has redone so much.
    private void awaitReplay(Path cluster, Lsn lsn) {
        assertThat(isReplayed(cluster, lsn)).as("%s has redone %s", cluster.getFileName(), lsn).isTrue();
    }

    private boolean isReplayed(Path cluster, Lsn lsn) {
        long until = world.nanoTime() + PATIENCE.toNanos();
        while (world.nanoTime() < until) {
            try {
                String replayed = query(cluster, "SELECT pg_last_wal_replay_lsn()");
                if (!replayed.equals("null") && Lsn.parse(replayed).isAtLeast(lsn)) {
                    return true;
                }
            } catch (IOException e) {
                // It comes up, or comes back.
            }
            world.park(() -> false, Duration.ofMillis(50).toNanos());
        }
        return false;
    }

    @Test
    void a_standby_follows_reads_catches_up_from_the_archive_and_becomes_a_primary() throws Exception {
        start(primary);
        query(primary, "SELECT page_extend(7, 3)");
        query(primary, "SELECT page_write(7, 1, 100, '\\x0102'::bytea)");
        start(standby);
        awaitReplay(standby, flushed(primary));
        assertThat(query(standby, "SELECT pg_is_in_recovery()")).isEqualTo("t");
        assertThat(query(standby, "SHOW transaction_read_only")).isEqualTo("on");
        assertThat(query(standby, "SELECT page_read(7, 1, 100, 2)")).isEqualTo("\\x0102");
        assertThat(query(standby, "SELECT status FROM pg_stat_wal_receiver")).isEqualTo("streaming");
        assertThat(query(primary, "SELECT state FROM pg_stat_replication WHERE application_name = 's1'"))
                .isEqualTo("streaming");
        assertRefused("SELECT pg_logical_emit_message(true, 'a', 'b')", "25006");
        assertRefused("SELECT pg_switch_wal()", "55000");
        assertRefused("BEGIN READ WRITE", "0A000");

        // Another name for the same server, by a reload.
        configure(standby, "primary_conninfo = 'host=" + primary + " application_name=s2'");
        assertThat(walctl(standby, "reload").code()).isZero();
        awaitReplay(standby, emitted());
        assertThat(query(primary, "SELECT application_name FROM pg_stat_replication WHERE application_name = 's2'"))
                .isEqualTo("s2");

        comeBackWhenOnlyTheArchiveHasTheLog();

        // Redo is to begin some segments before the timeline does.
        query(primary, "SELECT pg_logical_emit_message(true, 'a', repeat('y', 900000))");
        query(primary, "SELECT pg_switch_wal()");
        query(primary, "SELECT pg_logical_emit_message(true, 'a', repeat('y', 900000))");
        awaitReplay(standby, flushed(primary));

        // The primary dies; the standby goes on.
        for (RunningDaemon daemon : RunningDaemon.all(primary)) {
            ProcessHandle.of(daemon.process().pid()).ifPresent(ProcessHandle::destroyForcibly);
        }
        Captured promoted = walctl(standby, "promote");
        assertThat(promoted.code()).as(promoted.err()).isZero();
        assertThat(query(standby, "SELECT pg_is_in_recovery()")).isEqualTo("f");
        query(standby, "SELECT page_write(7, 1, 101, '\\x09'::bytea)");
        // The checkpointer comes back, on the new timeline.
        awaitReplay(standby, flushed(standby));
        assertThat(query(standby, "SELECT page_read(7, 1, 100, 2)")).isEqualTo("\\x0109");
        assertThat(Files.exists(standby.resolve("standby.signal"))).isFalse();
        assertThat(walctl(standby, "promote").code()).isNotZero();
        assertThat(PostgresPrograms.run("pg_waldump", "-t", "2", "-p", standby.resolve("pg_wal").toString(), "-s",
                switchPoint()).out()).contains("END_OF_RECOVERY tli 2; prev tli 1");
        assertThat(walctl(standby, "stop", "-m", "fast").code()).isZero();
    }

    private void comeBackWhenOnlyTheArchiveHasTheLog() throws Exception {
        assertThat(walctl(standby, "stop", "-m", "fast").code()).isZero();
        for (int i = 0; i < 6; i++) {
            query(primary, "SELECT pg_logical_emit_message(true, 'a', repeat('x', 900000))");
            query(primary, "SELECT pg_switch_wal()");
        }
        query(primary, "SELECT page_write(7, 2, 200, '\\x03'::bytea)");
        awaitArchived();
        query(primary, "CHECKPOINT");
        query(primary, "CHECKPOINT");
        start(standby);
        awaitReplay(standby, flushed(primary));
        assertThat(query(standby, "SELECT page_read(7, 2, 200, 1)")).isEqualTo("\\x03");
        query(standby, "CHECKPOINT");
        assertThat(walctl(standby, "status").out()).doesNotContain("Problem")
                .containsPattern("Standby: +(streaming|connecting|waiting), received up to 0/");
    }

    private Lsn emitted() throws IOException {
        long until = world.nanoTime() + PATIENCE.toNanos();
        while (query(primary, "SELECT pid FROM pg_stat_replication WHERE application_name = 's2'").equals("SELECT 0")
                && world.nanoTime() < until) {
            world.park(() -> false, Duration.ofMillis(50).toNanos());
        }
        query(primary, "SELECT pg_logical_emit_message(true, 'a', 'behind the reload')");
        return flushed(primary);
    }

    private String switchPoint() throws IOException {
        return Files.readString(standby.resolve("pg_wal/00000002.history")).split("\t")[1];
    }

    private void assertRefused(String sql, String state) {
        assertThat(catchThrowableOfType(ServerException.class,
                () -> query(standby, sql)).sqlState()).as(sql).isEqualTo(state);
    }

    private void awaitArchived() throws IOException {
        long until = world.nanoTime() + PATIENCE.toNanos();
        while (!isArchived() && world.nanoTime() < until) {
            world.park(() -> false, Duration.ofMillis(50).toNanos());
        }
        assertThat(isArchived()).as("the archiver has come to the end").isTrue();
    }

    private boolean isArchived() throws IOException {
        try (var files = Files.list(primary.resolve("pg_wal/archive_status"))) {
            return files.noneMatch(file -> file.toString().endsWith(".ready"));
        }
    }
}
