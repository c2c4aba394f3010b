package dev.seawall.walwriter.syncrep;

import static org.assertj.core.api.Assertions.assertThat;

import dev.seawall.walwriter.client.Address;
import dev.seawall.walwriter.client.Login;
import dev.seawall.walwriter.client.ServerException;
import dev.seawall.walwriter.client.WireClient;
import dev.seawall.walwriter.syncrep.StandbyNames.Method;
import dev.seawall.witness.PostgresServer;
import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.Test;

/// What PostgreSQL 15 takes as `synchronous_standby_names`, and what it says of the rest.
final class StandbyNamesTest {

    private static final List<String> TEXTS = List.of("", " ", "a", "a,b", " a , b ", "a b", "a,", ",", ",a", "a,,b",
            "*", "a,*", "**", "\"a\"", "\"A b\"", "\"a\"\"b\"", "\"\"", "\"a", "\"a\"b", "'a'",
            "a$b", "$a", "a-b", "a.b",
            "a;b", "_a", "a1", "1", "1,2", "1a", "1(1)", "2 (a, b, c)", "2(a", "2 a", "2)", "0 (a)", "-1 (a)",
            "FIRST 1 (a)", "first 2 (a,b)", "FIRST", "FIRST 1", "FIRST (a)", "FIRST 0 (a)", "FIRST a (b)",
            "FIRST 1 ()", "ANY 1 (a,b)", "any 3 (*)", "ANY 2 a", "any", "\"any\"", "anyone", "first_one",
            "ANY 1 (a) b", "ANY 1 ((a))", "(a)", "1 (a,2,\"b c\")", "99999999999 (a)", "4294967297 (a)",
            "9999999999999999999999 (a)", "2147483648 (a)", "\u00e9t\u00e9", "a\tb", "a\r,b", "ANY 1(first)", "/");

    /// What our parser says in the form that PostgreSQL's answer has.
    private static String ours(String text) {
        try {
            StandbyNames.parse(text);
            return "";
        } catch (IllegalArgumentException e) {
            return e.getMessage();
        }
    }

    private static String theirs(WireClient server, String text) throws IOException {
        try {
            server.query("ALTER SYSTEM SET synchronous_standby_names = '" + text.replace("'", "''") + "'");
            return "";
        } catch (ServerException e) {
            String detail = e.detail();
            return detail == null ? e.problem() : detail;
        }
    }

    @Test
    void every_text_is_taken_or_refused_as_by_PostgreSQL() throws IOException {
        try (PostgresServer server = PostgresServer.create().start();
                WireClient client = WireClient.connect(new Address.UnixSocket(
                        server.socketDirectory().resolve(".s.PGSQL.5432")), Login.of("postgres", "test"))) {
            for (String text : TEXTS) {
                assertThat(ours(text)).as(text).isEqualTo(theirs(client, text));
            }
        }
    }

    private static void assertParsed(String text, Method method, int count, String... names) {
        assertThat(StandbyNames.parse(text)).isEqualTo(new StandbyNames(text, method, count, List.of(names)));
    }

    @Test
    void a_list_says_who_counts_and_how_many_there_must_be() {
        assertParsed("a, b", Method.FIRST, 1, "a", "b");
        assertParsed("2 (a, b, c)", Method.FIRST, 2, "a", "b", "c");
        assertParsed("First 1 (a,\"b c\",2)", Method.FIRST, 1, "a", "b c", "2");
        assertParsed("aNy 2 (*,\"x\"\"y\")", Method.ANY, 2, "*", "x\"y");
        assertParsed("1, 2", Method.FIRST, 1, "1", "2");
        assertThat(StandbyNames.parse("")).isSameAs(StandbyNames.NONE);
    }

    @Test
    void names_are_compared_without_case_and_the_first_place_counts() {
        StandbyNames first = StandbyNames.parse("FIRST 1 (a, b, *)");
        assertThat(first.priorityOf("A")).isOne();
        assertThat(first.priorityOf("b")).isEqualTo(2);
        assertThat(first.priorityOf("anything")).isEqualTo(3);
        assertThat(StandbyNames.parse("ANY 1 (a, b)").priorityOf("B")).isOne();
        assertThat(StandbyNames.parse("a").priorityOf("")).isZero();
    }
}
