package dev.seawall.wal.read;

import static org.assertj.core.api.Assertions.assertThat;

import dev.seawall.wal.Lsn;
import dev.seawall.wal.SegmentNumber;
import dev.seawall.wal.TimelineHistory;
import dev.seawall.wal.TimelineId;
import dev.seawall.wal.read.EndOfLog.Ahead;
import dev.seawall.wal.read.EndOfLog.Verdict;
import dev.seawall.wal.read.MemoryLog.Placed;
import dev.seawall.wal.read.ReadOutcome.Complete;
import dev.seawall.wal.read.ReadOutcome.NoRecord;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class EndOfLogTest {

    /// The whole table: what lies beyond, whether evidence lies beyond, what it is.
    private static final String[] TABLE = {
        "NOTHING                       no   TORN_TAIL",
        "NOTHING                       yes  LOST",
        "VALID                         no   TORN_TAIL",
        "VALID                         yes  LOST",
        "VALID_BEHIND_MISSING_SEGMENT  no   HOLE",
        "VALID_BEHIND_MISSING_SEGMENT  yes  HOLE",
        "OTHER_SYSTEM                  no   FOREIGN_SYSTEM",
        "OTHER_SYSTEM                  yes  FOREIGN_SYSTEM",
        "OTHER_TIMELINE                no   FOREIGN_TIMELINE",
        "OTHER_TIMELINE                yes  FOREIGN_TIMELINE"
    };

    @Test
    void every_combination_of_conditions_has_the_outcome_of_the_table() {
        List<String> rows = new ArrayList<>();
        for (Ahead ahead : Ahead.values()) {
            for (boolean isEvidenceBeyond : new boolean[] {false, true}) {
                Verdict verdict = EndOfLog.judge(ahead, isEvidenceBeyond);
                rows.add(String.format("%-29s %-4s %s", ahead, isEvidenceBeyond ? "yes" : "no", verdict));
            }
        }
        assertThat(rows).containsExactly(TABLE);
    }

    // --- what lies beyond, as it is found in bytes

    private final MemoryLog log = MemoryLog.small();
    private final Watermarks watermarks = new Watermarks();

    private Ahead look() throws IOException {
        WalReader reader = log.reader();
        reader.expect(MemoryLog.SYSTEM_ID, TimelineHistory.root(TimelineId.FIRST));
        ReadOutcome outcome = reader.next();
        while (outcome instanceof Complete) {
            outcome = reader.next();
        }
        LookAhead ahead = new LookAhead(log, log.layout(), MemoryLog.SYSTEM_ID,
                TimelineHistory.root(TimelineId.FIRST), watermarks);
        ahead.look(((NoRecord) outcome).at(), new SegmentNumber(9));
        return ahead.ahead();
    }

    @Test
    void zeros_are_nothing() throws IOException {
        log.message(0, new byte[1_040_000]);
        assertThat(log.end().value()).as("near the segment's end").isGreaterThan(0x1FD000);
        log.segment(2);

        assertThat(look()).isEqualTo(Ahead.VALID);
        log.switchSegment();
        assertThat(look()).isEqualTo(Ahead.NOTHING);
    }

    @Test
    void old_pages_of_a_recycled_segment_are_nothing() throws IOException {
        log.message("old");
        byte[] old = log.segment(1).clone();
        log.switchSegment();
        System.arraycopy(old, 0, log.segment(2), 0, old.length);

        assertThat(look()).isEqualTo(Ahead.NOTHING);
    }

    @Test
    void pages_behind_a_missing_segment_are_a_hole() throws IOException {
        log.message(0, new byte[1_500_000]);
        log.message(0, new byte[1_500_000]);
        log.remove(2);

        assertThat(look()).isEqualTo(Ahead.VALID_BEHIND_MISSING_SEGMENT);
    }

    @ParameterizedTest
    @CsvSource({"24, OTHER_SYSTEM", "4, OTHER_TIMELINE"})
    void a_page_for_this_place_of_another_log_is_foreign(int offset, Ahead expected) throws IOException {
        log.message(0, new byte[1_500_000]);
        log.segment(2)[offset] ^= 2;

        assertThat(look()).isEqualTo(expected);
    }

    @ParameterizedTest
    @CsvSource({"1", "2", "3", "4", "5", "6", "7", "8"})
    void a_watermark_beyond_any_damage_is_found(long seed) throws IOException {
        Random random = new Random(seed);
        for (int i = 0; i < 60; i++) {
            log.message(0, new byte[1 + random.nextInt(seed % 2 == 0 ? 400 : 60_000)]);
        }
        Lsn durable = log.end();
        log.watermark(durable);
        log.message("last");
        Placed damaged = log.records().get(random.nextInt(60));
        log.flip(damaged.start().plus(random.nextInt(20)));

        look();

        assertThat(watermarks.durable()).as("seed %d", seed).isEqualTo(durable);
        assertThat(watermarks.source()).startsWith("watermark record at ");
    }

    @Test
    void a_copy_of_another_logs_watermark_inside_a_message_is_no_evidence() throws IOException {
        MemoryLog other = MemoryLog.small();
        other.message("x");
        other.watermark(other.end());
        byte[] copied = java.util.Arrays.copyOfRange(other.segment(1), 40, 400);
        log.message(0, new byte[200]);
        Placed torn = log.message(0, copied);
        log.flip(torn.start().plus(20));

        look();

        assertThat(watermarks.durable()).isEqualTo(Lsn.INVALID);
    }

    @Test
    void a_watermark_cannot_speak_of_what_comes_after_it() throws IOException {
        log.watermark(log.end().plus(100_000));
        WalReader reader = log.reader();

        watermarks.see(((Complete) reader.next()).record());

        assertThat(watermarks.durable()).isEqualTo(Lsn.INVALID);
    }

    @Test
    void the_furthest_evidence_counts() {
        watermarks.add(new Lsn(500), "a");
        watermarks.add(new Lsn(900), "b");
        watermarks.add(new Lsn(700), "c");

        assertThat(watermarks.durable()).isEqualTo(new Lsn(900));
        assertThat(watermarks.source()).isEqualTo("b");
    }
}
