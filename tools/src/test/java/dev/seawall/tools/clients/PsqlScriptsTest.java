package dev.seawall.tools.clients;

import static org.assertj.core.api.Assertions.assertThat;

import dev.seawall.wal.Lsn;
import dev.seawall.walwriter.server.ServedLog;
import dev.seawall.witness.PostgresPrograms;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// psql with several statements at once, and with scripts.
final class PsqlScriptsTest {

    private static ServedLog served;
    private static Psql psql;

    @TempDir
    Path directory;

    private Lsn mark;

    @BeforeAll
    static void serve(@TempDir Path home) throws IOException {
        served = ServedLog.onLoopback(home.resolve("c"));
        psql = new Psql(served.directory(), served.port(), "tester");
    }

    @AfterAll
    static void stop() throws IOException {
        served.close();
    }

    @BeforeEach
    void mark() {
        mark = served.wal().flushLsn();
    }

    private LoggedMessages logged() {
        served.wal().flush(served.wal().insertLsn());
        return LoggedMessages.read(served.directory().resolve("pg_wal"), mark, served.wal().flushLsn());
    }

    private static String emit(String text) {
        return "select pg_logical_emit_message(true, 'psql', '" + text + "')";
    }

    @Test
    void statements_in_one_message_are_one_transaction() {
        psql.rows("-c", emit("a") + ";" + emit("b") + ";" + emit("c")).orFail();
        LoggedMessages logged = logged();
        assertThat(logged.committedTexts()).containsExactly("a", "b", "c");
        assertThat(logged.commits()).isEqualTo(1);
    }

    @Test
    void an_error_in_one_message_undoes_all_of_it() {
        PostgresPrograms.Output output = psql.rows("-c", emit("a") + "; select nonsense(); " + emit("c"));
        assertThat(output.err()).isEqualTo("ERROR:  42883\n");
        assertThat(logged().committed()).isEmpty();
    }

    @Test
    void what_was_committed_inside_a_message_stays_when_a_later_statement_fails() {
        psql.rows("-c", "begin; " + emit("a") + "; commit; " + emit("b") + "; select nonsense()");
        assertThat(logged().committedTexts()).containsExactly("a");
    }

    @Test
    void a_script_goes_on_after_an_error() throws IOException {
        Path script = Files.writeString(directory.resolve("script.sql"), String.join(";\n",
                emit("alone"),
                "begin", emit("committed 1"), emit("committed 2"), "commit",
                "begin", emit("rolled back"), "rollback",
                "begin", emit("failed"), "select nonsense()", emit("ignored"), "commit",
                "set synchronous_commit = off", emit("last"), "show synchronous_commit") + ";\n");

        PostgresPrograms.Output output = psql.rows("-f", script.toString());

        assertThat(output.exitCode()).isZero();
        assertThat(output.err()).contains("42883").contains("25P02");
        assertThat(output.out()).endsWith("off\n");
        assertThat(logged().committedTexts()).containsExactly("alone", "committed 1", "committed 2", "last");
    }

    @Test
    void a_script_in_a_single_transaction_is_all_or_nothing() throws IOException {
        Path good = Files.writeString(directory.resolve("good.sql"), emit("x") + ";\n" + emit("y") + ";\n");
        Path bad = Files.writeString(directory.resolve("bad.sql"), emit("z") + ";\nselect nonsense();\n");

        psql.rows("-1", "-f", good.toString()).orFail();
        assertThat(psql.rows("-1", "-v", "ON_ERROR_STOP=1", "-f", bad.toString()).exitCode()).isEqualTo(3);

        LoggedMessages logged = logged();
        assertThat(logged.committedTexts()).containsExactly("x", "y");
        assertThat(logged.commits()).isEqualTo(1);
    }

    @Test
    void psql_knows_where_it_is() {
        assertThat(psql.rows("-c", "\\conninfo").out())
                .isEqualTo("You are connected to database \"postgres\" as user \"tester\" via socket in \""
                        + served.directory() + "\" at port \"" + served.port() + "\".\n");
        assertThat(psql.rows("-c", "\\echo :SERVER_VERSION_NUM :ENCODING :USER").out())
                .isEqualTo("150000 UTF8 tester\n");
        assertThat(psql.rows("-c", "\\encoding").out()).isEqualTo("UTF8\n");
    }

    @Test
    void psql_does_not_warn_of_another_version() {
        PostgresPrograms.Output output = PostgresPrograms.execute(List.of("sh", "-c", "echo 'select 1;' | "
                + PostgresPrograms.find("psql") + " -X -h " + served.directory() + " -p " + served.port()
                + " -U tester postgres"), Map.of("LC_ALL", "C"));
        assertThat(output.err()).isEmpty();
    }

    @Test
    void parameters_are_sent_apart_from_the_statement() throws IOException {
        Path script = Files.writeString(directory.resolve("bind.sql"), "\\set text 'it''s'\n"
                + "select pg_logical_emit_message(true, :'text', :'text');\n"
                + "select repeat(:'text', 2) \\gset once_\n\\echo :once_repeat\n"
                + "select repeat('x', 2) as a, repeat('y', 1) as b \\gx\n"
                + "select 'select 1 as executed' \\gexec\n");
        PostgresPrograms.Output output = psql.run("-qAt", "-f", script.toString());
        assertThat(output.err()).isEmpty();
        assertThat(output.out()).endsWith("it'sit's\na|xx\nb|y\n1\n");
        assertThat(logged().committedTexts()).containsExactly("it's");
    }
}
