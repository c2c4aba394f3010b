package dev.seawall.tools.logical;

import static org.assertj.core.api.Assertions.assertThat;

import dev.seawall.witness.PostgresServer;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/// The same statements to a real PostgreSQL 15 with test_decoding and to Seawall: the texts are equal but
/// for xids, positions and times.
final class LogicalTextWitnessTest {

    private static final int SESSIONS = 3;
    private static final String SLOT = "witness";

    private static PostgresServer real;
    private static LogicalCluster ours;

    @BeforeAll
    static void start() throws IOException {
        real = PostgresServer.create().listenOnLoopback().configure("wal_level = logical");
        real.start();
        ours = new LogicalCluster("");
    }

    @AfterAll
    static void stop() throws IOException {
        try (PostgresServer _ = real; LogicalCluster last = ours) {
            assertThat(last.url()).isNotEmpty();
        }
    }

    private record Statements(int session, String sql) {}

    /// Sessions that interleave, with commits, aborts and messages outside transactions.
    private static List<Statements> random(long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        List<Statements> all = new ArrayList<>();
        boolean[] isOpen = new boolean[SESSIONS];
        for (int i = 0; i < 120; i++) {
            int session = random.nextInt(SESSIONS);
            String content = switch (random.nextInt(5)) {
                case 0 -> "''";
                case 1 -> "repeat('x', " + random.nextInt(50_000) + ")";
                case 2 -> "E'\\\\x0aff00'::bytea";
                default -> "'message " + i + " with a ''quote'', ä and a tab\t'";
            };
            boolean isTransactional = random.nextInt(4) > 0;
            int dice = random.nextInt(10);
            if (dice < 2) {
                all.add(new Statements(session, isOpen[session] ? dice == 0 ? "rollback" : "commit" : "begin"));
                isOpen[session] = !isOpen[session];
            } else {
                all.add(new Statements(session, "select pg_logical_emit_message(" + isTransactional + ", 'p"
                        + random.nextInt(3) + "', " + content + ")"));
            }
        }
        for (int session = 0; session < SESSIONS; session++) {
            if (isOpen[session]) {
                all.add(new Statements(session, "commit"));
            }
        }
        return all;
    }

    private static void run(String url, List<Statements> all) throws SQLException {
        List<Connection> sessions = new ArrayList<>();
        try {
            for (int i = 0; i < SESSIONS; i++) {
                sessions.add(DriverManager.getConnection(url + "&preferQueryMode=simple"));
            }
            for (Statements each : all) {
                try (Statement statement = sessions.get(each.session()).createStatement()) {
                    statement.execute(each.sql());
                }
            }
        } finally {
            for (Connection session : sessions) {
                session.close();
            }
        }
    }

    /// The texts, with xids numbered as they come.
    private static List<String> changes(String url, String arguments) throws SQLException {
        List<String> texts = new ArrayList<>();
        List<String> xids = new ArrayList<>();
        try (Connection connection = DriverManager.getConnection(url);
                Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery("select xid, data from pg_logical_slot_" + arguments)) {
            while (rows.next()) {
                String text = new String(rows.getBytes(2), StandardCharsets.ISO_8859_1);
                if (text.startsWith("message: transactional: 0")) {
                    // PostgreSQL logs it with the xid that its session happens to have.
                    texts.add(text);
                    continue;
                }
                String xid = rows.getString(1);
                if (!xids.contains(xid)) {
                    xids.add(xid);
                }
                int number = xids.indexOf(xid);
                texts.add(number + " " + text.replaceFirst("^(BEGIN|COMMIT) " + xid, "$1 " + number)
                        .replaceFirst("\\(at \\d{4}-\\d\\d-\\d\\d \\d\\d:\\d\\d:\\d\\d(\\.\\d{1,6})?\\+00\\)", "(at)"));
            }
        }
        return texts;
    }

    @Test
    void texts_are_those_of_postgresql() throws SQLException {
        String theirUrl = "jdbc:postgresql://127.0.0.1:" + real.port() + "/postgres?user=postgres";
        long seed = System.nanoTime() % 1_000_000;
        System.out.println("logical text witness, seed " + seed);
        List<Statements> all = random(seed);
        for (String url : List.of(theirUrl, ours.url())) {
            try (Connection connection = DriverManager.getConnection(url)) {
                assertThat(LogicalCluster.column(connection,
                        "select slot_name from pg_create_logical_replication_slot('" + SLOT + "', 'test_decoding')"))
                        .containsExactly(SLOT);
            }
            run(url, all);
        }
        for (String arguments : List.of("peek_binary_changes('witness', null, null)",
                "peek_binary_changes('witness', null, 7)",
                "peek_binary_changes('witness', null, null, 'include-xids', 'off')",
                "peek_binary_changes('witness', null, null, 'skip-empty-xacts', '1')",
                "peek_binary_changes('witness', null, 30, 'include-timestamp', 'on', 'only-local', 'yes')",
                "get_binary_changes('witness', null, 20)", "get_binary_changes('witness', null, null)",
                "get_binary_changes('witness', null, null)")) {
            List<String> theirs = changes(theirUrl, arguments);
            assertThat(changes(ours.url(), arguments)).as(arguments).isEqualTo(theirs);
        }
    }
}
