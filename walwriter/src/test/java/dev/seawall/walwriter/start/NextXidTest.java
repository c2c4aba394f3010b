package dev.seawall.walwriter.start;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class NextXidTest {

    @ParameterizedTest
    @CsvSource({
        "3, 3, 4",
        "100, 99, 100",
        "100, 100, 101",
        "100, 5000, 5001",
        "0x1_00000064, 0x32, 0x1_00000064",
        "0x1_00000064, 0xFFFFFFF0, 0x1_00000064",
        "0x0_FFFFFFF0, 0xFFFFFFFE, 0x0_FFFFFFFF",
        "0x0_FFFFFFF0, 0xFFFFFFFF, 0x1_00000003",
        "0x0_FFFFFFF0, 0x10, 0x1_00000011",
        "0x7_FFFFFFFF, 0x3, 0x8_00000004",
        "100, 0, 100",
        "0x0_FFFFFFF0, 1, 0x0_FFFFFFF0",
        "0x0_FFFFFFF0, 2, 0x0_FFFFFFF0"
    })
    void a_seen_xid_is_given_away_in_its_epoch(String next, String seen, String expected) {
        NextXid xid = new NextXid(number(next));

        xid.seen((int) number(seen));

        assertThat(xid.value()).isEqualTo(number(expected));
    }

    @Test
    void special_xids_are_skipped_in_every_epoch() {
        assertThat(new NextXid(0).value()).isEqualTo(3);
        assertThat(new NextXid(5L << 32).value()).isEqualTo((5L << 32) + 3);
    }

    @Test
    void a_record_that_names_the_next_one_moves_it_forward_only() {
        NextXid xid = new NextXid(0xFFFFFFF0L);

        xid.seenNext(0xFFFFFFE0);
        assertThat(xid.value()).isEqualTo(0xFFFFFFF0L);
        xid.seenNext(7);
        assertThat(xid.value()).isEqualTo((1L << 32) + 7);
        xid.seenNext(500L);
        assertThat(xid.value()).isEqualTo((1L << 32) + 7);
        xid.seenNext((3L << 32) + 1);
        assertThat(xid.value()).isEqualTo((3L << 32) + 3);
    }

    private static long number(String text) {
        return Long.decode(text.replace("_", ""));
    }
}
