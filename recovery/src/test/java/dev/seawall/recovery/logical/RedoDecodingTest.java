package dev.seawall.recovery.logical;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.seawall.recovery.TestLog;
import dev.seawall.wal.Lsn;
import dev.seawall.wal.disk.SimulatedDisk;
import dev.seawall.wal.read.WalReader;
import dev.seawall.wal.record.RelationId;
import dev.seawall.wal.role.SystemWorld;
import dev.seawall.walwriter.logical.LogicalDecoder;
import dev.seawall.walwriter.logical.LogicalDecoding;
import dev.seawall.walwriter.logical.OutputPlugin;
import dev.seawall.walwriter.logical.PluginOption;
import dev.seawall.walwriter.wire.SqlException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class RedoDecodingTest {

    private static final RelationId RELATION = new RelationId(1663, 5, 20_000);

    private final TestLog log = new TestLog();

    private List<String> testDecoding(PluginOption... options) throws IOException {
        try (DecodedLog decoded = DecodedLog.of(log, OutputPlugin.TEST_DECODING, options)) {
            return decoded.lines();
        }
    }

    private List<String> json(PluginOption... options) throws IOException {
        try (DecodedLog decoded = DecodedLog.of(log, OutputPlugin.SEAWALL_JSON, options)) {
            return decoded.lines();
        }
    }

    @Test
    void committed_messages_are_told_in_commit_order_and_others_where_they_stand() throws IOException {
        log.message(3, "a", "first");
        log.message(4, "b", "other");
        log.message(0, "n", "outside");
        log.message(5, "gone", "aborted");
        log.commit(4);
        log.abort(5);
        log.message(3, "a", "second");
        log.message(6, "late", "unfinished");
        log.commit(3);

        assertThat(testDecoding()).containsExactly(
                "message: transactional: 0 prefix: n, sz: 7 content:outside",
                "BEGIN 4", "message: transactional: 1 prefix: b, sz: 5 content:other", "COMMIT 4",
                "BEGIN 3", "message: transactional: 1 prefix: a, sz: 5 content:first",
                "message: transactional: 1 prefix: a, sz: 6 content:second", "COMMIT 3");
    }

    @Test
    void what_a_running_xacts_record_rules_out_is_never_told() throws IOException {
        log.message(3, "a", "its process died");
        log.running(4);
        log.message(4, "a", "alive");
        log.commit(4);

        assertThat(testDecoding()).containsExactly("BEGIN 4",
                "message: transactional: 1 prefix: a, sz: 5 content:alive", "COMMIT 4");
    }

    @Test
    void the_logs_own_messages_and_page_changes_are_not_shown() throws IOException {
        log.message(0, "seawall.watermark", "12345678");
        log.grow(RELATION, 0, 1);
        log.write(3, RELATION, 0, 100, "bytes");
        log.commit(3);

        assertThat(testDecoding()).isEmpty();
    }

    @Test
    void options_of_test_decoding() throws IOException {
        log.message(3, "a", "x");
        log.commit(3);
        String message = "message: transactional: 1 prefix: a, sz: 1 content:x";

        assertThat(testDecoding(new PluginOption("include-xids", "off"))).containsExactly("BEGIN", message, "COMMIT");
        assertThat(testDecoding(new PluginOption("include-timestamp", null)))
                .containsExactly("BEGIN 3", message, "COMMIT 3 (at 2026-11-22 12:00:01+00)");
        assertThat(testDecoding(new PluginOption("skip-empty-xacts", "1"), new PluginOption("only-local", "t")))
                .containsExactly(message);
        assertThatThrownBy(() -> testDecoding(new PluginOption("foo", "bar"))).isInstanceOf(SqlException.class)
                .hasMessageContaining("option \"foo\" = \"bar\" is unknown");
        assertThatThrownBy(() -> testDecoding(new PluginOption("include-xids", "maybe")))
                .hasMessageContaining("could not parse value \"maybe\" for parameter \"include-xids\"");
    }

    @Test
    void json_has_a_line_for_each_message_and_says_what_to_confirm() throws IOException {
        Lsn message = log.message(3, "orders", "a \"line\"\n\u0001\\é");
        Lsn binary = log.message(3, "bytes", new byte[] {(byte) 0xFF, 0});
        Lsn commit = log.commit(3);
        Lsn outside = log.message(0, "n", "");
        String tail = "\"timestamp\":\"2026-11-22 12:00:01+00\",";

        assertThat(json()).containsExactly(
                "{\"action\":\"B\",\"xid\":3," + tail + "\"nextlsn\":\"" + commit + "\"}",
                "{\"action\":\"M\",\"xid\":3," + tail + "\"lsn\":\"" + message + "\",\"nextlsn\":\"" + commit
                        + "\",\"transactional\":true,\"prefix\":\"orders\","
                        + "\"content\":\"a \\\"line\\\"\\n\\u0001\\\\é\"}",
                "{\"action\":\"M\",\"xid\":3," + tail + "\"lsn\":\"" + binary + "\",\"nextlsn\":\"" + commit
                        + "\",\"transactional\":true,\"prefix\":\"bytes\",\"content_base64\":\"/wA=\"}",
                "{\"action\":\"C\",\"xid\":3," + tail + "\"nextlsn\":\"" + commit + "\"}",
                "{\"action\":\"M\",\"lsn\":\"" + outside + "\",\"nextlsn\":\"" + outside
                        + "\",\"transactional\":false,\"prefix\":\"n\",\"content\":\"\"}");
    }

    @Test
    void json_leaves_out_prefixes_and_what_was_not_asked_for() throws IOException {
        log.message(3, "a", "1");
        log.commit(3);
        log.message(4, "b", "2");
        log.commit(4);
        PluginOption[] bare = {new PluginOption("include-xids", "0"), new PluginOption("include-timestamp", "0"),
            new PluginOption("include-lsn", "0"), new PluginOption("filter-msg-prefixes", "a"),
            new PluginOption("format-version", "2")};

        assertThat(json(bare)).containsExactly("{\"action\":\"B\"}",
                "{\"action\":\"M\",\"transactional\":true,\"prefix\":\"b\",\"content\":\"2\"}", "{\"action\":\"C\"}");
        assertThat(json(new PluginOption("add-msg-prefixes", "c, a"), new PluginOption("include-transaction", "no")))
                .singleElement().asString().contains("\"content\":\"1\"");
        assertThatThrownBy(() -> json(new PluginOption("format-version", "1"))).hasMessageContaining("format-version");
    }

    @Test
    void positions_are_those_that_postgresql_tells() throws IOException {
        Lsn message = log.message(3, "a", "x");
        Lsn first = log.lastStart();
        Lsn commit = log.commit(3);
        try (DecodedLog decoded = DecodedLog.of(log, OutputPlugin.TEST_DECODING)) {
            assertThat(decoded.run().texts).extracting(DecodedLog.Text::lsn).containsExactly(first, message, commit);
            assertThat(decoded.texts).extracting(DecodedLog.Text::xid).containsOnly(3L);
        }
    }

    @Test
    void a_large_transaction_is_the_same_out_of_files_and_leaves_none() throws IOException {
        List<String> expected = new ArrayList<>(List.of("BEGIN 3"));
        for (int i = 0; i < 2_000; i++) {
            String content = i + "x".repeat(i % 700);
            log.message(3, "large", content);
            expected.add("message: transactional: 1 prefix: large, sz: " + content.length() + " content:" + content);
        }
        log.commit(3);
        expected.add("COMMIT 3");
        SimulatedDisk disk = new SimulatedDisk(1);
        try (DecodedLog decoded = new DecodedLog(log, disk, DecodedLog.begin(log), Lsn.INVALID, 10_000,
                OutputPlugin.TEST_DECODING, List.of(), _ -> false)) {
            assertThat(decoded.lines()).isEqualTo(expected);
        }
        assertThat(disk.exists(DecodedLog.ROOM)).isFalse();
    }

    @Test
    void it_stops_behind_the_record_that_is_enough() throws IOException {
        log.message(3, "a", "1");
        Lsn enough = log.commit(3);
        log.message(0, "b", "2");
        try (DecodedLog decoded = new DecodedLog(log, new SimulatedDisk(1), DecodedLog.begin(log), Lsn.INVALID, 1 << 20,
                OutputPlugin.TEST_DECODING, List.of(), enough::equals)) {
            assertThat(decoded.lines()).hasSize(3);
            assertThat(decoded.decoder.isStopped()).isTrue();
            assertThat(decoded.decoder.position()).isEqualTo(enough);
        }
    }

    @Test
    void what_the_receiver_throws_comes_out_as_it_is() throws IOException {
        log.message(0, "a", "1");
        IOException lost = new IOException("the connection is gone");
        try (LogicalDecoder failing = new RedoDecoding().open(
                new LogicalDecoding.Source(new WalReader(log, log.layout()), log.layout(), DecodedLog.begin(log),
                        Lsn.INVALID, 3, log::end),
                new LogicalDecoding.Room(new SimulatedDisk(1), new SystemWorld(), DecodedLog.ROOM, 1 << 20),
                OutputPlugin.TEST_DECODING.open(List.of(), (_, _, _) -> {
                    throw lost;
                }).changes(), _ -> false)) {
            assertThatThrownBy(failing::step).isSameAs(lost);
        }
    }

    /// Whatever a client has confirmed: who begins at the restart position for that is told the rest, whole.
    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
    void who_comes_back_misses_nothing_and_sees_nothing_twice(long seed) throws IOException {
        SplittableRandom random = new SplittableRandom(seed);
        RandomMessages.log(log, random, 400);
        List<DecodedLog.Text> all;
        try (DecodedLog first = DecodedLog.of(log, OutputPlugin.TEST_DECODING)) {
            all = first.run().texts;
            Lsn last = Lsn.INVALID;
            for (int i = 0; i < all.size(); i += 1 + random.nextInt(20)) {
                if (!all.get(i).text().startsWith("COMMIT")) {
                    continue;
                }
                Lsn confirmed = all.get(i).lsn();
                Lsn restart = first.decoder.restartFor(confirmed);
                assertThat(restart).isBetween(last, confirmed);
                last = restart;
                try (DecodedLog second = DecodedLog.from(log, restart, confirmed)) {
                    assertThat(second.run().texts).as("confirmed %s, restart %s", confirmed, restart)
                            .isEqualTo(all.subList(i + 1, all.size()));
                }
            }
        }
    }
}
