package dev.seawall.wal.read;

import static org.assertj.core.api.Assertions.assertThat;

import dev.seawall.wal.Lsn;
import dev.seawall.wal.PageHeader;
import dev.seawall.wal.PageLayout;
import dev.seawall.wal.TimelineHistory;
import dev.seawall.wal.TimelineId;
import dev.seawall.wal.read.MemoryLog.Placed;
import dev.seawall.wal.read.ReadOutcome.Complete;
import dev.seawall.wal.read.ReadOutcome.NoRecord;
import dev.seawall.wal.record.body.LogicalMessage;
import dev.seawall.wal.record.xlog.OverwriteContinuation;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class WalReaderTest {

    private final MemoryLog log = MemoryLog.small();

    // --- whole records

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5})
    void any_sequence_of_records_reads_back_as_it_was_written(long seed) throws Exception {
        Random random = new Random(seed);
        List<byte[]> contents = new ArrayList<>();
        for (int i = 0; i < 300; i++) {
            byte[] content = new byte[lengthFrom(random)];
            random.nextBytes(content);
            contents.add(content);
            log.message(i % 3 == 0 ? 0 : i, content);
            if (random.nextInt(60) == 0) {
                log.switchSegment();
                contents.add(null);
            }
        }

        WalReader reader = log.reader();
        Lsn previous = Lsn.INVALID;
        for (int i = 0; i < contents.size(); i++) {
            Complete read = complete(reader.next());
            Placed placed = log.records().get(i);
            assertThat(read.record().start()).as("seed %d, record %d", seed, i).isEqualTo(placed.start());
            assertThat(read.record().end()).isEqualTo(placed.end()).isEqualTo(read.next());
            assertThat(read.record().previous()).isEqualTo(previous);
            if (contents.get(i) != null) {
                assertThat(contentOf(read)).isEqualTo(contents.get(i));
            }
            previous = placed.start();
        }
        assertThat(none(reader.next()).at()).isEqualTo(log.end());
    }

    private static int lengthFrom(Random random) {
        return switch (random.nextInt(10)) {
            case 0 -> 8100 + random.nextInt(200);
            case 1 -> random.nextInt(60_000);
            case 2 -> random.nextInt(30) == 0 ? 2_500_000 : 1;
            default -> 1 + random.nextInt(300);
        };
    }

    @Test
    void a_record_of_40_mebibytes_is_read_across_its_segments() throws Exception {
        byte[] content = new byte[40 << 20];
        new Random(7).nextBytes(content);
        log.message("before");
        Placed large = log.message(9, content);
        log.message("after");

        WalReader reader = log.reader();
        reader.next();
        Complete read = complete(reader.next());

        assertThat(read.record().start()).isEqualTo(large.start());
        assertThat(contentOf(read)).isEqualTo(content);
        assertThat(contentOf(complete(reader.next()))).asString().isEqualTo("after");
    }

    @Test
    void a_record_header_split_between_two_pages_is_put_together() throws Exception {
        Placed first = log.message(0, new byte[8192 - 40 - 24 - 2 - 3 - 26 - 16]);
        assertThat(PageLayout.PAGE_BYTES - log.layout().offsetInPage(first.end())).isBetween(8, 16);
        log.message("split");

        WalReader reader = log.reader();
        reader.next();

        assertThat(contentOf(complete(reader.next()))).asString().isEqualTo("split");
    }

    @Test
    void a_record_that_ends_with_its_page_ends_at_the_next_pages_start() throws Exception {
        int rest = 8192 - 40 - 24 - 5 - 26;
        Placed first = log.message(0, new byte[rest]);
        assertThat(log.layout().offsetInPage(first.end())).isZero();
        Placed second = log.message("next");

        WalReader reader = log.reader();

        assertThat(complete(reader.next()).next()).isEqualTo(first.end());
        assertThat(complete(reader.next()).record().start()).isEqualTo(second.start()).isEqualTo(first.end().plus(24));
    }

    @Test
    void lent_records_are_what_was_written_until_the_next_is_read() throws Exception {
        Random random = new Random(5);
        List<byte[]> contents = new ArrayList<>();
        for (int i = 0; i < 50; i++) {
            byte[] content = new byte[i == 20 ? 2_500_000 : lengthFrom(random)];
            random.nextBytes(content);
            contents.add(content);
            log.message(0, content);
        }
        WalReader reader = log.reader();
        reader.lend();

        for (byte[] content : contents) {
            assertThat(contentOf(complete(reader.next()))).isEqualTo(content);
        }
    }

    @Test
    void records_stay_as_they_are_when_reading_goes_on() throws Exception {
        log.message("one");
        log.message("two");
        WalReader reader = log.reader();

        Complete one = complete(reader.next());
        reader.next();

        assertThat(contentOf(one)).asString().isEqualTo("one");
    }

    @Test
    void the_rest_of_a_switched_segment_is_stepped_over() throws Exception {
        log.message("a");
        Placed closed = log.switchSegment();
        log.message("b");
        WalReader reader = log.reader();

        reader.next();
        Complete read = complete(reader.next());

        assertThat(read.record().end()).isEqualTo(closed.end()).isEqualTo(new Lsn(2 << 20));
        assertThat(contentOf(complete(reader.next()))).asString().isEqualTo("b");
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3})
    void an_abandoned_record_is_replaced_by_what_overwrites_it(int pagesKept) throws Exception {
        log.message("before");
        Placed overwriting = log.abandonAndOverwrite(new byte[40_000], pagesKept);
        log.message("after");
        WalReader reader = log.reader();

        reader.next();
        Complete read = complete(reader.next());

        assertThat(read.record().start()).isEqualTo(overwriting.start());
        assertThat(OverwriteContinuation.is(read.record())).isTrue();
        assertThat(contentOf(complete(reader.next()))).asString().isEqualTo("after");
    }

    // --- finding a start

    @Test
    void from_anywhere_the_next_record_start_is_found() throws Exception {
        Random random = new Random(3);
        for (int i = 0; i < 200; i++) {
            log.message(0, new byte[random.nextInt(20) == 0 ? 30_000 : 1 + random.nextInt(2000)]);
        }
        for (int i = 0; i < 500; i++) {
            long from = (1 << 20) + random.nextLong(log.records().getLast().start().value() - (1 << 20));
            Lsn expected = log.records().stream().map(Placed::start)
                    .filter(start -> start.value() >= from).findFirst().orElseThrow();
            WalReader reader = log.reader();

            Complete found = complete(reader.findFirst(new Lsn(from)));

            assertThat(found.record().start()).as("from %s", new Lsn(from)).isEqualTo(expected);
            assertThat(complete(reader.next()).record().start()).isEqualTo(expected);
        }
    }

    @Test
    void behind_the_last_record_none_is_found() throws Exception {
        log.message("only");

        assertThat(none(log.reader().findFirst(log.end())).reason())
                .isEqualTo("invalid record length at " + log.end() + ": wanted 24, got 0");
    }

    // --- following

    @Test
    void a_record_that_is_longer_than_the_limit_tells_before_which_limit_it_cannot_be_whole() throws Exception {
        Placed before = log.message("before");
        Placed large = log.message(9, new byte[100_000]);
        WalReader reader = log.reader();
        reader.next();
        reader.limit(large.start().plus(30_000));

        assertThat(none(reader.next()).isAtLimit()).isTrue();
        assertThat(reader.awaited()).isBetween(large.start().plus(100_000), large.end());

        reader.limit(large.end());
        complete(reader.next());
        assertThat(none(reader.next()).isAtLimit()).isTrue();
        assertThat(reader.awaited()).isEqualTo(large.end()).isGreaterThan(before.end());
    }

    @Test
    void nothing_at_or_beyond_the_limit_is_read_and_moving_it_goes_on() throws Exception {
        Random random = new Random(11);
        for (int i = 0; i < 40; i++) {
            log.message(0, new byte[1 + random.nextInt(5000)]);
        }
        MemoryLog growing = MemoryLog.small();
        WalReader reader = new WalReader(growing, log.layout());
        Lsn at = new Lsn(1 << 20);
        reader.seek(at);
        int read = 0;
        while (at.isBefore(log.end())) {
            reader.limit(at);
            assertThat(none(reader.next()).isAtLimit()).as("at %s", at).isTrue();
            at = Lsn.min(log.end(), at.plus(8L * (1 + random.nextInt(300))));
            // What lies beyond is there, but torn.
            byte[] torn = log.segment(1).clone();
            for (int i = log.layout().offsetInSegment(at); i < torn.length; i++) {
                torn[i] = (byte) random.nextInt();
            }
            System.arraycopy(torn, 0, growing.segment(1), 0, torn.length);
            reader.limit(at);
            while (reader.next() instanceof Complete complete) {
                assertThat(complete.record().start()).isEqualTo(log.records().get(read).start());
                assertThat(complete.next().isAfter(at)).isFalse();
                read++;
            }
        }
        assertThat(read).isEqualTo(log.records().size());
    }

    @Test
    void after_a_failure_the_same_place_is_read_anew() throws Exception {
        log.message("one");
        WalReader reader = log.reader();
        reader.next();
        assertThat(reader.next()).isInstanceOf(NoRecord.class);

        log.message("two");

        assertThat(contentOf(complete(reader.next()))).asString().isEqualTo("two");
    }

    // --- what is expected of pages

    @Test
    void a_page_of_another_system_is_refused_where_one_is_expected() throws Exception {
        log.message("one");
        WalReader reader = log.reader();
        reader.expect(4711, TimelineHistory.root(TimelineId.FIRST));

        assertThat(none(reader.next()).reason()).isEqualTo("WAL file is from different database system: WAL file"
                + " database system identifier is 7000000000000000001, pg_control database system identifier is 4711");
    }

    @Test
    void a_page_of_a_timeline_that_the_history_has_not_there_is_refused() throws Exception {
        log.message("one");
        Lsn left = log.end();
        log.timeline(3);
        log.message(0, new byte[9000]);
        WalReader reader = log.reader();
        reader.expect(MemoryLog.SYSTEM_ID, TimelineHistory.root(TimelineId.FIRST));
        reader.next();
        assertThat(none(reader.next()).reason())
                .isEqualTo("unexpected timeline ID 3 in log segment 000000010000000000000001, offset 8192");

        WalReader following = log.reader();
        following.expect(MemoryLog.SYSTEM_ID,
                TimelineHistory.root(TimelineId.FIRST).branch(new TimelineId(3), left, "test"));
        following.next();
        assertThat(following.next()).isInstanceOf(Complete.class);
        assertThat(following.timeline()).isEqualTo(new TimelineId(3));
    }

    @Test
    void an_impossible_length_allocates_nothing() throws Exception {
        log.message("one");
        Placed second = log.message("two");
        for (int i = 0; i < 4; i++) {
            log.segment(1)[log.layout().offsetInSegment(second.start()) + i] = (byte) 0xFF;
        }
        WalReader reader = log.reader();
        reader.next();

        assertThat(none(reader.next()).reason())
                .isEqualTo("invalid magic number 0000 in log segment 000000010000000000000001, offset 8192");
    }

    @Test
    void a_length_that_pages_do_not_bear_out_is_not_believed() throws Exception {
        Placed large = log.message(0, new byte[900_000]);
        byte[] bytes = log.segment(1);
        // Record and first continuation agree on almost 1 GiB.
        ByteBuffer in = ByteBuffer.wrap(bytes).order(java.nio.ByteOrder.LITTLE_ENDIAN);
        int at = log.layout().offsetInSegment(large.start());
        int more = (1 << 30) - 100_000_000 - in.getInt(at);
        in.putInt(at, in.getInt(at) + more);
        in.putInt(8192 + 16, in.getInt(8192 + 16) + more);
        WalReader reader = log.reader();

        assertThat(none(reader.next()).reason()).startsWith("invalid contrecord length ");
    }

    @Test
    void pages_do_not_go_back_in_time() throws Exception {
        log.timeline(2);
        log.message(0, new byte[8000]);
        log.timeline(1);
        log.message(0, new byte[8100]);
        WalReader reader = log.reader();
        reader.next();

        assertThat(none(reader.next()).reason()).isEqualTo("out-of-sequence timeline ID 1 (after 2)"
                + " in log segment 000000010000000000000001, offset 8192");
    }

    @Test
    void a_long_header_is_wanted_at_a_segments_start() throws Exception {
        log.message("one");
        log.segment(1)[PageHeader.FLAGS_OFFSET] = 0;

        assertThat(none(log.reader().next()).reason())
                .isEqualTo("invalid info bits 0000 in log segment 000000010000000000000001, offset 0");
    }

    @Test
    void a_missing_segment_is_named() throws Exception {
        log.message(0, new byte[1_100_000]);
        log.remove(2);

        assertThat(none(log.reader().next()).reason())
                .isEqualTo("could not find file \"000000010000000000000002\": No such file or directory");
    }

    private static Complete complete(ReadOutcome outcome) {
        assertThat(outcome).isInstanceOf(Complete.class);
        return (Complete) outcome;
    }

    private static NoRecord none(ReadOutcome outcome) {
        assertThat(outcome).isInstanceOf(NoRecord.class);
        return (NoRecord) outcome;
    }

    private static byte[] contentOf(Complete read) throws Exception {
        ByteBuffer content = LogicalMessage.decode(read.record()).content();
        byte[] bytes = new byte[content.remaining()];
        content.get(bytes);
        return bytes;
    }
}
