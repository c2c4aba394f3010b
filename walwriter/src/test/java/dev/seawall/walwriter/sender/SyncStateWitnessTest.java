package dev.seawall.walwriter.sender;

import static org.assertj.core.api.Assertions.assertThat;

import dev.seawall.walwriter.client.Address;
import dev.seawall.walwriter.client.Login;
import dev.seawall.walwriter.client.WireClient;
import dev.seawall.walwriter.cluster.SyncCommits.Level;
import dev.seawall.walwriter.syncrep.StandbyNames;
import dev.seawall.witness.PostgresServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Comparator;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/// pg_stat_replication's `sync_priority` and `sync_state` beside a real PostgreSQL's, whose standbys are the same.
final class SyncStateWitnessTest {

    private static final List<String> SETTINGS = List.of("", "a", "a, b", "b, a", "FIRST 2 (a, b, c)",
            "2 (c, \"A\", b)", "ANY 1 (a, b)", "ANY 2 (*)", "*", "FIRST 2 (*)", "x", "d", "FIRST 1 (c, *)", "3 (a, b)",
            "B, C", "ANY 3 (a, d)");

    private static final String ROWS = "SELECT application_name, sync_priority, sync_state FROM pg_stat_replication";
    private static final String FLUSHED = "SELECT count(*) FROM pg_stat_replication WHERE state = 'streaming'"
            + " AND flush_lsn IS NOT NULL AND write_lsn IS NOT NULL";

    private static List<List<@Nullable String>> rows(WireClient server) {
        try {
            return server.query(ROWS).rows().stream().sorted(Comparator.comparing(row -> String.valueOf(row.get(0))))
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /// In this order, one after the other: of two with one priority the first counts.
    private static void follow(Receivers receivers, WireClient server) throws Exception {
        for (String name : List.of("a", "b", "c")) {
            receivers.start(name, "--synchronous");
            Receivers.await(name, () -> rows(server).stream().anyMatch(row -> name.equals(row.get(0))));
        }
        receivers.start("d");
        Receivers.await("d", () -> rows(server).size() == 4);
        server.query("SELECT pg_logical_emit_message(true, 'app', 'x')");
        Receivers.await("all to have flushed", () -> {
            try {
                return "3".equals(server.query(FLUSHED).value());
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        });
    }

    @Test
    void standbys_are_what_they_are_to_PostgreSQL() throws Exception {
        try (PostgresServer server = PostgresServer.create("--wal-segsize=1").start();
                StreamedLog log = StreamedLog.create();
                Receivers theirs = new Receivers(server.socketDirectory(), "postgres", log.beside("theirs"));
                Receivers ours = Receivers.of(log);
                WireClient postgres = WireClient.connect(new Address.UnixSocket(
                        server.socketDirectory().resolve(".s.PGSQL.5432")), Login.of("postgres", "test"));
                WireClient seawall = WireClient.connect(new Address.UnixSocket(log.served().socket()),
                        Login.of("tester", "test"))) {
            follow(theirs, postgres);
            follow(ours, seawall);
            for (String setting : SETTINGS) {
                postgres.query("ALTER SYSTEM SET synchronous_standby_names = '" + setting + "'");
                postgres.query("SELECT pg_reload_conf()");
                log.replication().syncRep().configure(StandbyNames.parse(setting), Level.FLUSH);
                List<List<@Nullable String>> mine = rows(seawall);
                Receivers.await("PostgreSQL to say of \"" + setting + "\" what we say: " + mine,
                        () -> rows(postgres).equals(mine));
                assertThat(mine).hasSize(4);
            }
        }
    }
}
