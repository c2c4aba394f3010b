package dev.seawall.tools.standby;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.seawall.tools.Directories;
import dev.seawall.tools.daemon.DaemonRole;
import dev.seawall.wal.Lsn;
import dev.seawall.walwriter.client.ServerException;
import dev.seawall.witness.PostgresPrograms;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// A Seawall that follows a Seawall, as processes: made by pg_basebackup -R, by its stream, by its archive where
/// that has more, with a delay, and as a primary when it is promoted.
final class StandbyDaemonsTest {

    private Path home;
    private ServedCluster primary;
    private ServedCluster standby;

    @BeforeEach
    void a_primary_and_a_copy_of_it_that_is_to_follow() throws IOException {
        // Short, for the sockets' paths.
        home = Files.createTempDirectory(Path.of("/tmp"), "swd");
        String archive = home.resolve("r").toString();
        primary = ServedCluster.init(home, "archive_mode = on\narchive_repository = '" + archive
                + "'\nmin_wal_size = 2MB\nmax_wal_size = 2MB\n");
        primary.start();
        primary.ask("SELECT page_extend(7, 3)");
        primary.ask("SELECT page_write(7, 1, 100, '\\x0102'::bytea)");
        standby = primary.standby("s1", "archive_mode = off\nwal_retrieve_retry_interval = 200ms\n"
                + "restore_repository = '" + archive + "'\n");
        standby.start();
        standby.awaitReplayed(primary.flushLsn());
    }

    @AfterEach
    void nothing_is_left_running() throws IOException {
        try (ServedCluster one = primary; ServedCluster other = standby) {
            assertThat(one).isNotSameAs(other);
        } finally {
            Directories.remove(home);
        }
    }

    @Test
    void a_standby_follows_reads_catches_up_from_the_archive_and_becomes_a_primary() throws Exception {
        readsButDoesNotWrite();
        followsUnderAnotherNameByAReload();
        comesBackWhenOnlyTheArchiveHasTheLog();
        redoesCommitsOnlyWhenTheyAreOldEnough();

        // Redo is to begin some segments before the timeline does, and has something left to do.
        primary.ask("SELECT pg_logical_emit_message(true, 'a', repeat('y', 900000))");
        primary.ask("SELECT pg_switch_wal()");
        delayByAnHour();
        primary.ask("SELECT page_write(7, 1, 101, '\\x08'::bytea)");
        awaitReceived();

        // The primary dies; the standby goes on.
        primary.kill();
        standby.walctl("promote");
        assertThat(standby.ask("SELECT pg_is_in_recovery()")).isEqualTo("f");
        // At once, whether or not the checkpointer is back: what was received is redone without delay.
        assertThat(standby.ask("SELECT page_read(7, 1, 100, 2)")).isEqualTo("\\x0108");
        standby.ask("SELECT page_write(7, 1, 101, '\\x09'::bytea)");
        assertThat(standby.ask("SELECT page_read(7, 1, 100, 2)")).isEqualTo("\\x0109");
        assertThat(standby.cluster().resolve("standby.signal")).doesNotExist();
        assertThat(standby.tryWalctl("promote").code()).isNotZero();
        assertThat(PostgresPrograms.run("pg_waldump", "-t", "2", "-p", standby.cluster().resolve("pg_wal").toString(),
                "-s", switchPoint()).out()).contains("END_OF_RECOVERY tli 2; prev tli 1");
        standby.stop();
    }

    private void readsButDoesNotWrite() throws IOException {
        assertThat(standby.ask("SELECT pg_is_in_recovery()")).isEqualTo("t");
        assertThat(standby.ask("SHOW transaction_read_only")).isEqualTo("on");
        assertThat(standby.ask("SELECT page_read(7, 1, 100, 2)")).isEqualTo("\\x0102");
        assertThat(standby.ask("SELECT status FROM pg_stat_wal_receiver")).isEqualTo("streaming");
        assertThat(primary.ask("SELECT state FROM pg_stat_replication WHERE application_name = 's1'"))
                .isEqualTo("streaming");
        assertRefused("SELECT pg_logical_emit_message(true, 'a', 'b')", "25006");
        assertRefused("SELECT pg_switch_wal()", "55000");
        assertRefused("BEGIN READ WRITE", "0A000");
    }

    private void followsUnderAnotherNameByAReload() throws IOException {
        Files.writeString(standby.cluster().resolve("postgresql.auto.conf"),
                "primary_conninfo = '" + primary.connInfo("s2") + "'\n");
        standby.walctl("reload");
        primary.await("SELECT state FROM pg_stat_replication WHERE application_name = 's2'", "streaming");
        primary.ask("SELECT pg_logical_emit_message(true, 'a', 'behind the reload')");
        standby.awaitReplayed(primary.flushLsn());
    }

    private void comesBackWhenOnlyTheArchiveHasTheLog() throws IOException {
        standby.stop();
        for (int i = 0; i < 6; i++) {
            primary.ask("SELECT pg_logical_emit_message(true, 'a', repeat('x', 900000))");
            primary.ask("SELECT pg_switch_wal()");
        }
        primary.ask("SELECT page_write(7, 2, 200, '\\x03'::bytea)");
        primary.await(this::isArchived, "have all its segments archived");
        primary.run("CHECKPOINT");
        primary.run("CHECKPOINT");
        standby.start();
        standby.awaitReplayed(primary.flushLsn());
        assertThat(standby.ask("SELECT page_read(7, 2, 200, 1)")).isEqualTo("\\x03");
        standby.run("CHECKPOINT");
        assertThat(standby.walctl("status")).doesNotContain("Problem")
                .containsPattern("Standby: +(streaming|connecting|waiting), received up to 0/");
    }

    private void redoesCommitsOnlyWhenTheyAreOldEnough() throws IOException {
        delayByAnHour();
        Lsn before = Lsn.parse(standby.ask("SELECT pg_last_wal_replay_lsn()"));
        primary.ask("SELECT page_write(7, 2, 200, '\\x04'::bytea)");
        awaitReceived();
        assertThat(standby.ask("SELECT page_read(7, 2, 200, 1)")).isEqualTo("\\x03");
        assertThat(Lsn.parse(standby.ask("SELECT pg_last_wal_replay_lsn()")))
                .isGreaterThanOrEqualTo(before).isLessThan(primary.flushLsn());
        standby.configure("recovery_min_apply_delay = 0\n");
        standby.walctl("reload");
        standby.awaitReplayed(primary.flushLsn());
        assertThat(standby.ask("SELECT page_read(7, 2, 200, 1)")).isEqualTo("\\x04");
    }

    /// From the start of another checkpointer on: of a reload nobody knows when it has it.
    private void delayByAnHour() throws IOException {
        standby.configure("recovery_min_apply_delay = 1h\n");
        standby.kill(DaemonRole.CHECKPOINTER);
        standby.start();
    }

    private void awaitReceived() throws IOException {
        Lsn end = primary.flushLsn();
        standby.await(() -> Lsn.parse(standby.ask("SELECT pg_last_wal_receive_lsn()")).isAtLeast(end),
                "receive " + end);
    }

    private String switchPoint() throws IOException {
        return Files.readString(standby.cluster().resolve("pg_wal/00000002.history")).split("\t")[1];
    }

    private void assertRefused(String sql, String state) {
        assertThat(catchThrowableOfType(ServerException.class,
                () -> standby.run(sql)).sqlState()).as(sql).isEqualTo(state);
    }

    private boolean isArchived() throws IOException {
        try (var files = Files.list(primary.cluster().resolve("pg_wal/archive_status"))) {
            return files.noneMatch(file -> file.toString().endsWith(".ready"));
        }
    }
}
