package dev.seawall.tools.clients;

import static org.assertj.core.api.Assertions.assertThat;

import dev.seawall.tools.Captured;
import dev.seawall.tools.Directories;
import dev.seawall.tools.walctl.Walctl;
import dev.seawall.witness.PostgresPrograms;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/// psql at the three daemons: what needs a checkpointer or an archiver, and who is let in.
final class PsqlDaemonsTest {

    private static Path home;
    private static Path cluster;
    private static Psql psql;

    @BeforeAll
    static void start() throws IOException {
        // Short, for the socket's path.
        home = Files.createTempDirectory(Path.of("/tmp"), "swd");
        cluster = home.resolve("c");
        walctl("init", "-D", cluster.toString(), "--wal-sync-method", "fsync");
        Files.writeString(cluster.resolve("seawall.conf"), "listen_addresses = ''\narchive_mode = on\n"
                + "archive_repository = '" + home.resolve("repository") + "'\n", StandardOpenOption.APPEND);
        walctl("start", "-D", cluster.toString());
        psql = new Psql(cluster, 5432, System.getProperty("user.name"));
    }

    @AfterAll
    static void stop() throws IOException {
        try {
            walctl("stop", "-D", cluster.toString(), "-m", "fast");
        } finally {
            Directories.remove(home);
        }
    }

    private static String walctl(String... arguments) {
        Captured ran = Captured.run(new Walctl(), arguments);
        assertThat(ran.code()).as("walctl %s: %s%s", List.of(arguments), ran.out(), ran.err()).isZero();
        return ran.out();
    }

    private static String rows(String... arguments) {
        PostgresPrograms.Output output = psql.rows(arguments);
        assertThat(output.err()).isEmpty();
        return output.out().strip();
    }

    /// Waits until a statement that answers yes or no says yes.
    private static void await(String sql) throws InterruptedException {
        long end = System.nanoTime() + 30_000_000_000L;
        while (!rows("-c", sql).equals("1")) {
            assertThat(System.nanoTime()).as(sql).isLessThan(end);
            Thread.sleep(20);
        }
    }

    @Test
    void pages_that_were_written_are_read() {
        rows("-c", "select page_extend(7000, 3)");
        rows("-c", "begin; select page_write(7000, 2, 100, '\\xc0ffee'::bytea); "
                + "select page_write(7000, 1, 8000, '\\x01'::bytea); commit");
        rows("-c", "begin; select page_write(7000, 2, 100, '\\xffffff'::bytea); rollback");

        assertThat(rows("-c", "select page_read(7000, 2, 100, 3), page_read(7000, 1, 8000, 1)"))
                .isEqualTo("\\xc0ffee|\\x01");
        assertThat(rows("-c", "select page_read(7000, 0)")).hasSize(2 + 2 * 8192);
        assertThat(psql.rows("-c", "select page_read(7000, 3)").err()).isEqualTo("ERROR:  22023\n");
    }

    @Test
    void a_checkpoint_is_made_and_counted() throws Exception {
        rows("-c", "select pg_logical_emit_message(true, 'p', 'x')");
        String before = rows("-c", "select num_requested from pg_stat_checkpointer");
        assertThat(psql.run("-c", "checkpoint").orFail()).isEqualTo("CHECKPOINT\n");
        await("select count(*) from pg_stat_checkpointer where num_requested > " + before);
    }

    @Test
    void the_checkpointer_is_seen_to_follow() throws Exception {
        rows("-c", "select pg_logical_emit_message(true, 'p', 'x')");
        assertThat(rows("-c", "select application_name, state from pg_stat_replication"))
                .isEqualTo("checkpointer|streaming");
        assertThat(rows("-c", "select slot_name, active from pg_replication_slots"))
                .isEqualTo("seawall_checkpointer|t");
        await("select count(*) from pg_stat_replication where replay_lsn >= '0/1000100'");
        assertThat(rows("-c", "select pg_last_wal_replay_lsn()")).startsWith("0/");
        assertThat(psql.rows("-c", "select pg_drop_replication_slot('seawall_checkpointer')").err())
                .startsWith("ERROR:");
    }

    @Test
    void a_segment_that_was_ended_is_archived() throws Exception {
        rows("-c", "select pg_logical_emit_message(true, 'p', 'x')");
        String segment = rows("-c", "select pg_walfile_name(pg_switch_wal())");
        await("select count(*) from pg_stat_archiver where last_archived_wal >= '" + segment + "'");
        assertThat(rows("-c", "select failed_count from pg_stat_archiver")).isEqualTo("0");
    }

    @Test
    void a_backup_is_begun_and_ended_in_one_session() throws IOException {
        Path script = Files.writeString(home.resolve("backup.sql"), """
                select pg_backup_start('psql', true) as start \\gset
                select pg_logical_emit_message(true, 'p', 'meanwhile') as at \\gset
                select labelfile from pg_backup_stop();
                """);
        assertThat(psql.rows("-f", script.toString()).orFail()).contains("START WAL LOCATION: 0/")
                .contains("LABEL: psql").contains("START TIMELINE: 1");
    }

    @Test
    void the_configuration_is_read_again() throws Exception {
        String conf = "idle_session_timeout = 7min\n";
        Files.writeString(cluster.resolve("seawall.conf"), conf, StandardOpenOption.APPEND);
        assertThat(rows("-c", "select pg_reload_conf()")).isEqualTo("t");
        await("select count(*) from pg_settings where name = 'idle_session_timeout' and setting = '420000'");
        assertThat(rows("-c", "show idle_session_timeout")).isEqualTo("7min");
    }

    @Test
    void nobody_but_the_owner_gets_in() {
        PostgresPrograms.Output refused = new Psql(cluster, 5432, "stranger").run("-c", "select 1");
        assertThat(refused.exitCode()).isEqualTo(2);
        assertThat(refused.err()).contains("FATAL:  Peer authentication failed for user \"stranger\"");
        assertThat(rows("-c", "select usename from pg_stat_activity"
                + " where pid = pg_backend_pid()")).isEqualTo(System.getProperty("user.name"));
    }
}
