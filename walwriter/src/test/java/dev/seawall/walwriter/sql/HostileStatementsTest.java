package dev.seawall.walwriter.sql;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.seawall.walwriter.wire.SqlException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Assertions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Whatever a client sends becomes statements or an SqlException, soon.
final class HostileStatementsTest {

    private static final int MANY = 1_000_000;
    private static final Duration SOON = Duration.ofSeconds(5);

    private static List<Statement> parseSoon(String text) {
        return Assertions.assertTimeoutPreemptively(SOON, () -> SqlParser.parse(text));
    }

    @ParameterizedTest
    @ValueSource(strings = {"(", "f(",
        "cast(", "- ", "a.", "1::int::", "/*", "'' ", "\"a\"\"", "$a$", "e'\\", "1,", "f(1),",
        "a=>", ";", "--\n", "'a'\n", "select ", "set a = b,", "begin ", "*", "::",
        "$1", "x'", "\n", "-", "@", "[", "1e", "\\"})
    void what_repeats_a_million_times_is_answered_soon(String part) {
        for (String start : List.of("", "select ", "select 1 from a where ", "set a = ", "begin ")) {
            Throwable thrown = catchThrowable(() -> parseSoon(start + part.repeat(MANY / part.length())));
            if (thrown != null) {
                assertThat(thrown).as(start + part).isInstanceOf(SqlException.class);
            }
        }
    }

    @Test
    void a_literal_of_megabytes_is_read() {
        String content = "x".repeat(20 << 20);

        assertThat(parseSoon("select '" + content + "'")).containsExactly(new Statement.Select(
                List.of(new SelectItem.Value(new Expression.Text(content), null)), null, List.of(), null));
    }

    @Test
    void an_error_message_stays_short() {
        Throwable thrown = catchThrowable(() -> SqlParser.parse("'" + "x".repeat(MANY)));

        assertThat(thrown).isInstanceOf(SqlException.class);
        assertThat(thrown.getMessage()).hasSizeLessThan(200);
    }

    @Test
    void a_hundred_levels_are_read_and_more_are_refused() {
        assertThat(parseSoon("select " + "(".repeat(99) + "1" + ")".repeat(99))).hasSize(1);
        assertThat(catchThrowable(() -> parseSoon("select " + "(".repeat(100) + "1" + ")".repeat(100))))
                .isInstanceOfSatisfying(SqlException.class,
                        error -> assertThat(error.state().code()).isEqualTo("54001"));
        assertThat(catchThrowable(() -> parseSoon("select 1" + "::int".repeat(101))))
                .isInstanceOfSatisfying(SqlException.class,
                        error -> assertThat(error.state().code()).isEqualTo("54001"));
    }

    @Test
    void random_bytes_and_random_words_make_only_sql_exceptions() {
        long seed = System.nanoTime();
        Random random = new Random(seed);
        String[] words = {"select", "from", "where", "and", "limit", "*", "(", ")", ",", ";", "'a'", "$1", "1", "1.5",
            "f", "\"q\"", "::", "int", "=", "=>", "-", ".", "set", "to", "begin", "read", "only", "as", "cast", "null",
            "is", "not", "time", "zone", "e'\\x41'", "$$a$$", "--", "/*", "*/", "\n", "session", "local", "all"};
        for (int round = 0; round < 100_000; round++) {
            String text = random.nextBoolean() ? randomText(random) : randomWords(random, words);
            Throwable thrown = catchThrowable(() -> SqlParser.parse(text));
            if (thrown != null) {
                assertThat(thrown).as("seed " + seed + ": " + text).isInstanceOf(SqlException.class);
            }
        }
    }

    private static String randomText(Random random) {
        byte[] bytes = new byte[random.nextInt(60)];
        for (int i = 0; i < bytes.length; i++) {
            bytes[i] = (byte) (random.nextInt(8) == 0 ? random.nextInt(256) : ' ' + random.nextInt(95));
        }
        return (random.nextBoolean() ? "select " : "") + new String(bytes, StandardCharsets.UTF_8);
    }

    private static String randomWords(Random random, String[] words) {
        StringBuilder text = new StringBuilder();
        for (int i = random.nextInt(15); i >= 0; i--) {
            text.append(words[random.nextInt(words.length)]).append(random.nextInt(4) == 0 ? "" : " ");
        }
        return text.toString();
    }
}
