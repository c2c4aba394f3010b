package dev.seawall.walwriter.sender;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.seawall.wal.Lsn;
import dev.seawall.walwriter.client.CopyBoth;
import dev.seawall.walwriter.client.Result;
import dev.seawall.walwriter.client.ServerException;
import dev.seawall.walwriter.client.WireClient;
import dev.seawall.witness.PostgresPrograms;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/// Streams of a timeline that was left: up to the switch point, then who goes on.
@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
final class TimelineStreamTest {

    private StreamedLog first;
    private StreamedLog log;
    private Lsn switchPoint;
    private byte[] old;

    /// A log of one and a half segments, left in its second, which had more; and new log behind.
    @BeforeEach
    void promote() throws IOException {
        first = StreamedLog.create();
        first.append(1_300_000);
        switchPoint = first.append(100);
        first.append(5000);
        old = first.bytes(begin(), switchPoint);
        first.stop();
        Promotion.at(first.served().directory(), first.wal().layout(), switchPoint);
        log = first.reopen();
        log.append(1_200_000);
    }

    @AfterEach
    void close() throws IOException {
        log.close();
        first.close();
    }

    private Lsn begin() {
        return new Lsn(first.wal().layout().segmentBytes());
    }

    private static byte[] read(CopyBoth copy, int bytes) throws IOException {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        while (all.size() < bytes && copy.next()) {
            if (copy.in().int8() == 'w') {
                copy.in().bytes(24);
                all.write(copy.in().bytes(copy.in().remaining()));
            }
        }
        return all.toByteArray();
    }

    @Test
    void a_timeline_that_was_left_is_streamed_to_its_switch_point_and_the_next_is_named() throws IOException {
        try (WireClient client = log.connect()) {
            assertThat(client.query("IDENTIFY_SYSTEM").rows().getFirst().get(1)).isEqualTo("2");
            CopyBoth copy = client.copyBoth("START_REPLICATION " + begin() + " TIMELINE 1");
            assertThat(read(copy, Integer.MAX_VALUE)).isEqualTo(old);
            Result end = copy.end();
            assertThat(end.columns()).containsExactly("next_tli", "next_tli_startpos");
            assertThat(end.rows().getFirst()).containsExactly("2", switchPoint.toString());

            // At the switch point itself there is nothing to stream.
            Result none = client.query("START_REPLICATION " + switchPoint + " TIMELINE 1");
            assertThat(none.rows().getFirst()).containsExactly("2", switchPoint.toString());

            assertThat(client.query("TIMELINE_HISTORY 2").rows().getFirst())
                    .containsExactly("00000002.history", "1\t" + switchPoint + "\tfor a test\n");
        }
    }

    @Test
    void the_new_timelines_file_has_the_beginning_of_its_segment_too() throws IOException {
        Lsn from = log.wal().layout().startOf(log.wal().layout().segmentOf(switchPoint));
        Lsn end = log.wal().flushLsn();
        try (WireClient client = log.connect()) {
            CopyBoth copy = client.copyBoth("START_REPLICATION " + from + " TIMELINE 2");
            byte[] streamed = read(copy, (int) end.minus(from));
            assertThat(streamed).startsWith(log.bytes(from, end));
        }
    }

    @Test
    void what_is_of_no_timeline_of_ours_is_refused() throws IOException {
        try (WireClient client = log.connect()) {
            assertThatThrownBy(() -> client.query("START_REPLICATION " + switchPoint.plus(8) + " TIMELINE 1"))
                    .isInstanceOfSatisfying(ServerException.class, e -> {
                        assertThat(e.sqlState()).isEqualTo("22023");
                        assertThat(e.detail()).contains("forked from timeline 1 at " + switchPoint);
                    });
            // Before its first segment there is nothing of timeline 2.
            assertThatThrownBy(() -> client.query("START_REPLICATION " + begin() + " TIMELINE 2"))
                    .isInstanceOfSatisfying(ServerException.class, e -> assertThat(e.sqlState()).isEqualTo("58P01"));
        }
    }

    @Test
    void pg_receivewal_follows_from_one_timeline_to_the_next() throws Exception {
        Path into = log.beside("wal");
        // What it would have stored before the switch: a file that says where it stands.
        String segment = "000000010000000000000001";
        Files.write(into.resolve(segment), log.file(segment));
        Process receiver = new ProcessBuilder(List.of(PostgresPrograms.find("pg_receivewal").toString(), "-h",
                log.served().directory().toString(), "-p", "5432", "-U", "tester", "-D", into.toString()))
                .redirectErrorStream(true).redirectOutput(log.beside("said").resolve("said").toFile()).start();
        try {
            log.wal().switchSegment();
            log.append(100);
            Lsn end = log.wal().flushLsn();
            Path partial = into.resolve(log.segment(end) + ".partial");
            long limit = System.nanoTime() + TimeUnit.SECONDS.toNanos(30);
            while (!Files.exists(partial)
                    || !log.difference(log.segment(end), Files.readAllBytes(partial), end).isEmpty()) {
                assertThat(System.nanoTime()).as(Files.readString(log.beside("said").resolve("said")))
                        .isLessThan(limit);
                Thread.sleep(20);
            }
        } finally {
            receiver.destroy();
            receiver.waitFor();
        }
        assertThat(Files.readString(into.resolve("00000002.history"), StandardCharsets.UTF_8))
                .isEqualTo("1\t" + switchPoint + "\tfor a test\n");
        String next = "000000020000000000000002";
        assertThat(log.difference(next, Files.readAllBytes(into.resolve(next)), Lsn.MAX)).isEmpty();
        byte[] left = Files.readAllBytes(into.resolve("000000010000000000000002.partial"));
        int used = log.wal().layout().offsetInSegment(switchPoint);
        assertThat(left).startsWith(java.util.Arrays.copyOfRange(old, old.length - used, old.length));
    }
}
