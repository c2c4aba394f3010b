package dev.seawall.tools.walreplay;

import static dev.seawall.tools.walreplay.Ran.walreplay;
import static org.assertj.core.api.Assertions.assertThat;

import dev.seawall.witness.PostgresPrograms.Output;
import dev.seawall.witness.PostgresServer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The log of a real server: its messages, and where it stops itself when it is given our targets.
///
/// Each of ten transactions inserts its number into a table and logs it as a message. A server that
/// recovers to a target must have the rows of exactly the messages that walreplay prints up to it.
final class RealServerTargetsTest {

    private static final int COMMITS = 10;
    private static final String[] XIDS = new String[COMMITS + 1];
    private static final String[] TIMES = new String[COMMITS + 1];
    private static final String[] ENDS = new String[COMMITS + 1];

    @TempDir
    private static Path shared;
    private static PostgresServer server;
    private static Path backup;
    private static Path wal;

    @BeforeAll
    static void live() throws IOException {
        server = PostgresServer.create().configure("wal_level=logical", "track_commit_timestamp=on",
                "max_prepared_transactions=5", "wal_keep_size=512MB").start();
        server.sql("create table t(n int)");
        backup = shared.resolve("backup");
        server.client("pg_basebackup", "-D", backup.toString(), "-c", "fast", "-X", "none").orFail();
        for (int i = 1; i <= COMMITS; i++) {
            XIDS[i] = server.sql("begin; insert into t values (" + i + "); savepoint s;"
                    + " select pg_logical_emit_message(true, 'n', 'undone'); rollback to s; savepoint s2;"
                    + " select pg_logical_emit_message(true, 'n', '" + i + "') is null; select pg_current_xact_id();"
                    + " commit").lines().filter(line -> line.matches("[0-9]+")).toList().getLast();
            ENDS[i] = server.sql("select pg_current_wal_insert_lsn()").strip();
            TIMES[i] = server.sql("select pg_xact_commit_timestamp('" + XIDS[i] + "'::xid)").strip();
            if (i == 5) {
                server.sql("select pg_create_restore_point('half')");
            } else if (i == 7) {
                server.sql("begin; select pg_logical_emit_message(true, 'n', 'aborted'); abort");
            }
        }
        server.sql("begin; select pg_logical_emit_message(true, 'prepared', 'yes'); prepare transaction 'one'");
        server.sql("commit prepared 'one'");
        server.sql("select pg_logical_emit_message(false, 'loose', 'outside')");
        server.sql("select pg_switch_wal()");
        server.sql("checkpoint");
        wal = shared.resolve("wal");
        copy(server.wal(), wal);
    }

    @AfterAll
    static void stop() {
        server.close();
    }

    private static void copy(Path from, Path to) throws IOException {
        try (Stream<Path> walk = Files.walk(from)) {
            for (Path each : walk.toList()) {
                Files.copy(each, to.resolve(from.relativize(each).toString()));
            }
        }
    }

    private static List<String> messages(List<String> target) {
        List<String> arguments = new ArrayList<>(List.of("--messages", "-w", wal.toString(), "--prefix", "n"));
        arguments.addAll(target);
        Ran ran = walreplay(arguments.toArray());
        assertThat(ran.exitCode()).describedAs(ran.err()).isZero();
        return ran.contents();
    }

    /// The rows that a real server has when it has recovered to the target.
    private static List<String> rows(String name, String... settings) throws IOException {
        try (PostgresServer copy = PostgresServer.create()) {
            Path data = copy.data();
            try (Stream<Path> walk = Files.walk(data)) {
                for (Path each : walk.sorted(java.util.Comparator.reverseOrder()).toList()) {
                    Files.delete(each);
                }
            }
            copy(backup, data);
            // The server runs as somebody else, who may read only what is under its home.
            Path archive = copy.socketDirectory().resolve("archive");
            copy(wal, archive);
            Files.setPosixFilePermissions(data, java.nio.file.attribute.PosixFilePermissions.fromString("rwx------"));
            Files.createFile(data.resolve("recovery.signal"));
            copy.configure("unix_socket_directories='" + copy.socketDirectory() + "'", "listen_addresses=''",
                    "restore_command='cp " + archive + "/%f %p'", "recovery_target_action=promote",
                    "recovery_target_timeline=current");
            copy.configure(settings);
            Output started = copy.tryStart();
            assertThat(started.exitCode()).describedAs(name + copy.logText()).isZero();
            return copy.sql("select n from t order by n").lines().map(String::strip).toList();
        }
    }

    @Test
    void its_committed_messages_are_read_with_savepoints_rollbacks_and_two_phases() {
        assertThat(messages(List.of())).containsExactly("1", "2", "3", "4", "5", "6", "7", "8", "9", "10");
        assertThat(walreplay("--messages", "-w", wal, "--prefix", "prepared").contents()).containsExactly("yes");
        assertThat(walreplay("--messages", "-w", wal, "--prefix", "loose").lines()).singleElement().asString()
                .contains("  0  -  loose: outside");
        // The server's own directory too, while it runs.
        assertThat(walreplay("--messages", "-w", server.data(), "--prefix", "n").contents()).hasSize(COMMITS);
    }

    @Test
    void a_name_stops_where_the_server_stops() throws IOException {
        assertThat(messages(List.of("--target-name", "half"))).hasSize(5)
                .isEqualTo(rows("name", "recovery_target_name=half"));
    }

    @Test
    void an_xid_stops_where_the_server_stops() throws IOException {
        assertThat(messages(List.of("--target-xid", XIDS[6]))).hasSize(6)
                .isEqualTo(rows("xid", "recovery_target_xid=" + XIDS[6]));
        assertThat(messages(List.of("--target-xid", XIDS[6], "--exclusive"))).hasSize(5)
                .isEqualTo(rows("xid exclusive", "recovery_target_xid=" + XIDS[6], "recovery_target_inclusive=off"));
    }

    @Test
    void a_time_stops_where_the_server_stops() throws IOException {
        assertThat(messages(List.of("--target-time", TIMES[4]))).hasSize(4)
                .isEqualTo(rows("time", "recovery_target_time='" + TIMES[4] + "'"));
        assertThat(messages(List.of("--target-time", TIMES[4], "--exclusive"))).hasSize(3)
                .isEqualTo(rows("time exclusive", "recovery_target_time='" + TIMES[4] + "'",
                        "recovery_target_inclusive=off"));
    }

    @Test
    void an_lsn_stops_where_the_server_stops() throws IOException {
        assertThat(messages(List.of("--target-lsn", ENDS[8], "--exclusive"))).hasSize(8)
                .isEqualTo(rows("lsn exclusive", "recovery_target_lsn='" + ENDS[8] + "'",
                        "recovery_target_inclusive=off"));
        assertThat(messages(List.of("--target-lsn", ENDS[8])))
                .isEqualTo(rows("lsn", "recovery_target_lsn='" + ENDS[8] + "'"));
    }
}
