package dev.seawall.tools.control;

import static org.assertj.core.api.Assertions.assertThat;

import dev.seawall.embedded.Seawall;
import dev.seawall.embedded.SeawallOptions;
import dev.seawall.settings.Settings;
import dev.seawall.tools.Captured;
import dev.seawall.tools.child.ChildJvm;
import dev.seawall.tools.daemon.DaemonRole;
import dev.seawall.tools.daemon.WalwriterDaemon;
import dev.seawall.tools.walctl.Walctl;
import dev.seawall.tools.walreplay.Walreplay;
import dev.seawall.wal.disk.LinuxDisk;
import dev.seawall.wal.record.RelationId;
import dev.seawall.wal.role.SystemWorld;
import dev.seawall.walwriter.client.WireClient;
import dev.seawall.witness.PostgresPrograms;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The daemons as processes, by walctl: real JVMs, signals, exit codes.
final class DaemonsTest {

    @TempDir
    Path directory;

    private Path cluster;

    @BeforeEach
    void a_cluster_of_one_megabyte_segments_that_listens_on_its_socket_only() throws IOException {
        cluster = directory.resolve("c");
        assertThat(walctl("init", "--wal-segsize", "1MB", "--wal-sync-method", "open_sync").code()).isZero();
        configure("listen_addresses = ''", "archive_mode = on", "archive_repository = '../repository'");
    }

    @AfterEach
    void nothing_is_left_running() throws IOException {
        for (RunningDaemon daemon : RunningDaemon.all(cluster)) {
            daemon.signal("KILL");
        }
    }

    private void configure(String... lines) throws IOException {
        Files.writeString(cluster.resolve("seawall.conf"), String.join("\n", lines) + "\n",
                StandardOpenOption.CREATE, StandardOpenOption.APPEND);
    }

    private Captured walctl(String command, String... arguments) {
        List<String> line = new ArrayList<>(List.of(command, "-D", cluster.toString()));
        line.addAll(List.of(arguments));
        return Captured.run(new Walctl(), line.toArray(String[]::new));
    }

    private WireClient connect() throws IOException {
        LinuxDisk disk = new LinuxDisk();
        return RunningWalwriter.connect(disk, cluster, Settings.load(disk, cluster, Map.of(), Map.of())).orElseThrow();
    }

    private String state() throws Exception {
        return PostgresPrograms.run("pg_controldata", "-D", cluster.toString()).orFail().lines()
                .filter(line -> line.startsWith("Database cluster state:")).findFirst().orElseThrow()
                .replaceAll(".*: +", "");
    }

    private void commit(String content) throws IOException {
        try (WireClient client = connect()) {
            client.query("SELECT pg_logical_emit_message(true, 'test', " + RunningWalwriter.literal(content) + ")");
        }
    }

    @Test
    void a_cluster_is_started_used_and_shut_down() throws Exception {
        Captured started = walctl("start");
        assertThat(started.code()).as(started.err()).isZero();
        assertThat(RunningDaemon.all(cluster)).extracting(RunningDaemon::role)
                .containsExactly(DaemonRole.CHECKPOINTER, DaemonRole.ARCHIVER, DaemonRole.WALWRITER);
        assertThat(started.out()).contains("started the walwriter, its log is " + cluster.resolve("log/walwriter.log"));

        Captured again = walctl("start");
        assertThat(again.code()).isEqualTo(6);
        assertThat(again.out()).contains("the walwriter, process ");
        try (ChildJvm second = ChildJvm.start(WalwriterDaemon.class, List.of("-D", cluster.toString()))) {
            assertThat(second.await()).as("a second walwriter's exit code").isEqualTo(6);
        }
        commit("x");
        assertThat(walctl("checkpoint").out()).startsWith("checkpoint done in ");
        assertThat(walctl("restore-point", "it's here").out()).startsWith("restore point \"it's here\" ends at 0/1");
        assertThat(walctl("switch").out()).startsWith("the segment ended at 0/1");
        assertThat(walctl("status", "--check").out())
                .containsPattern("Runs: +checkpointer, process [0-9]+, since 20")
                .containsPattern("Runs: +walwriter, process")
                .containsPattern("Log made durable by: +open_sync, ")
                .containsPattern("Redo: +(up to 0/.* behind|a checkpointer follows)")
                .containsPattern("Archived: +([0-9]|no archiver)").doesNotContain("Problem");
        assertThat(walctl("status", "--json").out()).contains("\"daemons\":[{\"role\":\"checkpointer\",\"pid\":")
                .contains("\"synchronous\":{\"names\":\"\",")
                .contains("\"problem\":null").contains("\"walwriter\":{\"version\":");
        assertThat(walctl("backup", "--label", "first").out()).startsWith("backup first done in ");
        assertThat(walctl("backups").out()).startsWith("first: timeline 1, ");

        Captured stopped = walctl("stop");
        assertThat(stopped.code()).as(stopped.err()).isZero();
        assertThat(stopped.out()).isEqualTo("stopped the walwriter\nstopped the archiver\nstopped the checkpointer\n");
        assertThat(state()).isEqualTo("shut down");
        assertThat(walctl("stop").code()).as("nothing runs").isEqualTo(1);
        assertThat(walctl("status").code()).isZero();
        assertThat(walctl("status", "--check").code()).isEqualTo(1);
    }

    @Test
    void a_backup_of_running_daemons_restores_with_pages_written_before_and_during_it() throws Exception {
        RelationId relation = new RelationId(1663, 5, 16384);
        LinuxDisk disk = new LinuxDisk();
        try (Seawall seawall = Seawall.open(disk, new SystemWorld(), cluster, SeawallOptions.DEFAULT)) {
            seawall.wal().extend(relation, 2);
        }
        assertThat(walctl("start").code()).isZero();
        try (WireClient client = connect()) {
            client.query("SELECT page_write(16384, 0, 100, '\\x616263')");
            Captured backup = walctl("backup", "--label", "b");
            assertThat(backup.out()).as(backup.err()).startsWith("backup b done in ");
            client.query("SELECT page_write(16384, 1, 100, '\\x646566')");
        }
        assertThat(walctl("switch").code()).isZero();
        // What is ready then is archived before it ends, or by the next one; the restore needs it now.
        Path archived = directory.resolve("repository/wal");
        for (int waited = 0; !walctl("status", "--json").out().contains("\"waiting_for_archive\":[]") && waited < 100;
                waited++) {
            Thread.sleep(100);
        }
        assertThat(archived).exists();
        assertThat(walctl("stop").code()).isZero();

        Path copy = directory.resolve("copy");
        Captured restored = Captured.run(new Walreplay(), "-r", directory.resolve("repository").toString(), "-D",
                copy.toString());

        assertThat(restored.code()).as(restored.err()).isZero();
        try (Seawall seawall = Seawall.open(disk, new SystemWorld(), copy, SeawallOptions.DEFAULT)) {
            assertThat(text(seawall, relation, 0)).isEqualTo("abc");
            assertThat(text(seawall, relation, 1)).isEqualTo("def");
        }
    }

    private static String text(Seawall seawall, RelationId relation, int block) throws IOException {
        ByteBuffer page = ByteBuffer.allocate(8192);
        seawall.readPage(relation, block, page);
        return new String(page.array(), 100, 3, StandardCharsets.US_ASCII);
    }

    @Test
    void an_immediate_stop_leaves_it_in_production_and_the_next_start_has_every_commit() throws Exception {
        assertThat(walctl("start", "--only", "walwriter,checkpointer").code()).isZero();
        commit("kept");
        Captured stopped = walctl("stop", "-m", "immediate");
        assertThat(stopped.code()).as(stopped.err()).isZero();
        assertThat(stopped.out()).contains("the next start redoes it");
        assertThat(state()).isEqualTo("in production");

        assertThat(walctl("restart", "-m", "immediate", "--only", "walwriter,checkpointer").code()).isZero();
        assertThat(PostgresPrograms.run("pg_waldump", "-p", cluster.resolve("pg_wal").toString(), "-r",
                "LogicalMessage", "-s", "0/100028").out()).contains("prefix \"test\"").contains("6B 65 70 74");
        assertThat(walctl("stop").code()).isZero();
        assertThat(state()).isEqualTo("shut down");
    }

    @Test
    void a_smart_stop_waits_for_clients_and_a_fast_one_does_not() throws Exception {
        assertThat(walctl("start", "--only", "walwriter").code()).isZero();
        try (WireClient client = connect()) {
            client.query("BEGIN");
            Captured waiting = walctl("stop", "-m", "smart", "-t", "1");
            assertThat(waiting.code()).isEqualTo(8);
            assertThat(waiting.err()).contains("has not stopped after 1 s").contains("walctl stop -m fast");

            Captured fast = walctl("stop", "-m", "fast");
            assertThat(fast.code()).as(fast.err()).isZero();
            assertThat(fast.out()).as("nobody made the last checkpoint").contains("the next start redoes it");
        }
    }

    @Test
    void a_damaged_log_is_told_with_exit_code_78_and_nothing_stays_behind() throws Exception {
        Path segment = cluster.resolve("pg_wal/000000010000000000000001");
        byte[] content = Files.readAllBytes(segment);
        content[60] ^= 1;
        Files.write(segment, content);

        Captured refused = walctl("start", "--only", "walwriter,checkpointer");

        assertThat(refused.code()).isEqualTo(78);
        assertThat(refused.err()).contains("the walwriter did not start: the log is damaged")
                .contains("no valid checkpoint record").contains("HINT: ");
        for (int waited = 0; !RunningDaemon.all(cluster).isEmpty() && waited < 200; waited++) {
            // They were told to stop, and have a moment for it.
            Thread.sleep(50);
        }
        assertThat(RunningDaemon.all(cluster)).isEmpty();
    }

    @Test
    void what_a_reload_changes_is_seen_by_clients_and_mistakes_change_nothing() throws Exception {
        assertThat(walctl("start", "--only", "walwriter").code()).isZero();
        try (WireClient client = connect()) {
            configure("wal_keep_size = 7MB");
            assertThat(walctl("reload").code()).isZero();
            String shown = "";
            for (int tried = 0; !shown.equals("7MB") && tried < 200; tried++) {
                // A signal arrives when it does.
                Thread.sleep(50);
                shown = client.query("SHOW wal_keep_size").value();
            }
            assertThat(shown).isEqualTo("7MB");

            configure("wal_keep_size = seven");
            Captured refused = walctl("reload");
            assertThat(refused.code()).isEqualTo(2);
            assertThat(refused.err()).contains("seawall.conf, line ");
            assertThat(client.query("SHOW wal_keep_size").value()).isEqualTo("7MB");
        }
    }

    @Test
    void a_pid_file_of_a_dead_process_or_of_another_with_its_number_is_harmless() throws Exception {
        long self = ProcessHandle.current().pid();
        Files.writeString(cluster.resolve("walwriter.pid"), self + "\n1\n");
        Files.writeString(cluster.resolve("base/checkpointer.pid"), "4194999\n77\n");

        assertThat(RunningDaemon.all(cluster)).isEmpty();
        assertThat(walctl("stop", "-m", "immediate").code()).as("this JVM was not killed").isEqualTo(1);
        assertThat(walctl("reload").code()).isEqualTo(1);
        assertThat(walctl("start", "--only", "walwriter").code()).isZero();
        assertThat(RunningDaemon.find(cluster, DaemonRole.WALWRITER)).isPresent();
    }
}
