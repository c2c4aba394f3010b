package dev.seawall.tools.standby;

import static org.assertj.core.api.Assertions.assertThat;

import dev.seawall.tools.Directories;
import dev.seawall.tools.daemon.DaemonRole;
import dev.seawall.wal.Lsn;
import dev.seawall.walwriter.client.WireClient;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;

/// A real PostgreSQL 15 streams from our daemons as a hot standby, replays, answers queries, says how far it
/// is, and is promoted. In this order: it is one standby.
///
/// `-Dseawall.standby.transactions=100000` makes a longer run of it.
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
final class PostgresStandbyTest {

    private static final int TRANSACTIONS = Integer.getInteger("seawall.standby.transactions", 4_000);

    private static Path home;
    private static RealStandby standby;
    private static ServedCluster primary;

    @BeforeAll
    static void begin() throws IOException {
        home = Files.createTempDirectory(Path.of("/tmp"), "sws");
        standby = RealStandby.create();
        primary = ServedCluster.init(home, standby.systemId(), standby.nextXid(), """
                min_wal_size = 32MB
                max_wal_size = 64MB
                checkpoint_timeout = 5s
                """);
        standby.follow(primary.cluster().resolve("global/pg_control"), primary.connInfo(RealStandby.NAME),
                "primary_slot_name='" + RealStandby.SLOT + "'");
        primary.start();
        primary.ask("select slot_name from pg_create_physical_replication_slot('" + RealStandby.SLOT + "', true)");
        standby.server().start();
    }

    @AfterAll
    static void end() throws IOException {
        try (RealStandby _ = standby; ServedCluster _ = primary) {
            standby.server();
        } finally {
            Directories.remove(home);
        }
    }

    private static List<String> streams() {
        try (WireClient client = primary.connect()) {
            return client.query("select application_name, state, sync_state from pg_stat_replication where "
                    + "application_name = '" + RealStandby.NAME + "'").rows().stream().map(String::valueOf).toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String asks(String sql) {
        try {
            return primary.ask(sql);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Test
    @Order(1)
    void a_real_standby_follows_under_load_through_crashes_and_ends_with_the_same_pages() throws Exception {
        long seed = System.nanoTime() % 1_000_000;
        System.out.println("load of a real standby with seed " + seed);
        try (StandbyLoad load = new StandbyLoad(primary, seed)) {
            load.await(TRANSACTIONS / 4);
            // As its queries see it.
            assertThat(standby.server().sql("select pg_is_in_recovery()")).isEqualTo("t");
            assertThat(streams()).hasSize(1);
            primary.kill(DaemonRole.WALWRITER);
            primary.start();
            load.await(TRANSACTIONS / 2);
            standby.server().stop("immediate");
            load.await(TRANSACTIONS * 3 / 4);
            standby.server().start();
            load.await(TRANSACTIONS);
            load.stop();
        }
        Lsn end = primary.flushLsn();
        standby.awaitReplayed(end);
        assertThat(standby.server().sql("select status, slot_name from pg_stat_wal_receiver"))
                .isEqualTo("streaming|" + RealStandby.SLOT);
        standby.assertPagesOf(primary);
        positionsAreTold(end);
    }

    private static void positionsAreTold(Lsn end) {
        standby.await(() -> {
            try {
                return primary.ask("select count(*) from pg_stat_replication where application_name = '"
                        + RealStandby.NAME + "' and write_lsn >= '" + end + "' and flush_lsn >= '" + end
                        + "' and replay_lsn >= '" + end + "' and reply_time is not null").equals("1");
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }, "the positions of the standby");
    }

    @Test
    @Order(2)
    void a_commit_returns_when_the_standby_has_it_waits_while_there_is_none_and_returns_when_it_is_back()
            throws Exception {
        primary.configure("synchronous_standby_names = 'ANY 1 (" + RealStandby.NAME + ", nobody)'\n");
        primary.ask("select pg_reload_conf()");
        standby.await(() -> streams().equals(List.of("[" + RealStandby.NAME + ", streaming, quorum]")),
                "the standby to be a synchronous one");
        try (WireClient client = primary.connect()) {
            for (String level : List.of("remote_write", "on", "remote_apply")) {
                client.query("set synchronous_commit = " + level);
                for (int i = 0; i < 20; i++) {
                    Lsn message = Lsn.parse(client.query("select pg_logical_emit_message(true, 'sync', 'x')").value());
                    if (level.equals("on")) {
                        assertThat(standby.receiveLsn()).isGreaterThan(message);
                    } else if (level.equals("remote_apply")) {
                        assertThat(standby.replayLsn()).isGreaterThan(message);
                    }
                }
            }
        }
        standby.server().stop("immediate");
        try (WireClient waiting = primary.connect()) {
            CompletableFuture<String> commit = CompletableFuture.supplyAsync(() -> {
                try {
                    return waiting.query("select pg_logical_emit_message(true, 'sync', 'y')").tag();
                } catch (IOException e) {
                    throw new UncheckedIOException(e);
                }
            });
            standby.await(() -> asks("select count(*) from pg_stat_activity where wait_event = 'SyncRep' and pid = "
                    + waiting.pid()).equals("1"), "the commit to wait");
            assertThat(commit).isNotDone();
            // Who asks for less does not wait.
            try (WireClient local = primary.connect()) {
                local.query("set synchronous_commit = local");
                local.query("select pg_logical_emit_message(true, 'sync', 'z')");
            }
            assertThat(commit).isNotDone();
            standby.server().start();
            assertThat(commit.get(60, TimeUnit.SECONDS)).isEqualTo("SELECT 1");
        }
        primary.configure("synchronous_standby_names = ''\n");
        primary.ask("select pg_reload_conf()");
    }

    @Test
    @Order(3)
    void promoted_it_takes_commits_of_its_own_and_ours_goes_on_without_it() throws IOException {
        Lsn before = standby.replayLsn();
        standby.promote();
        standby.server().sql("create table of_its_own(i int); insert into of_its_own values (1)");
        assertThat(standby.server().sql("select count(*) from of_its_own")).isEqualTo("1");
        assertThat(standby.server().sql("select timeline_id from pg_control_checkpoint()")).isIn("1", "2");

        // Ours goes on alone, and still holds what the slot was told.
        standby.await(() -> streams().isEmpty(), "the stream to end");
        assertThat(primary.ask("select active from pg_replication_slots where slot_name = '" + RealStandby.SLOT + "'"))
                .isEqualTo("f");
        primary.ask("select pg_logical_emit_message(true, 'after', 'the promotion')");
        assertThat(primary.flushLsn()).isGreaterThan(before);
        assertThat(primary.ask("select pg_walfile_name(pg_current_wal_lsn())")).startsWith("00000001");
    }
}
