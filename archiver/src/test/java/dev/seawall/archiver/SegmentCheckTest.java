package dev.seawall.archiver;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.seawall.archiver.SegmentCheck.Behind;
import dev.seawall.archiver.repository.RepositoryIdentity;
import dev.seawall.archiver.repository.WrongSystemException;
import dev.seawall.wal.Lsn;
import dev.seawall.wal.PageHeader;
import dev.seawall.wal.SegmentName;
import dev.seawall.wal.SegmentNumber;
import dev.seawall.wal.TimelineHistory;
import dev.seawall.wal.TimelineId;
import dev.seawall.wal.WalCorruptException;
import dev.seawall.wal.read.MemoryLog;
import dev.seawall.wal.read.SegmentFiles;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import org.junit.jupiter.api.Test;

class SegmentCheckTest {

    private final ArchiveFixture fixture;
    private final MemoryLog log = ArchiveFixture.log();

    SegmentCheckTest() throws IOException {
        fixture = ArchiveFixture.create(1);
    }

    private static SegmentName segment(int timeline, long number) {
        return new SegmentName(new TimelineId(timeline), new SegmentNumber(number));
    }

    private long check(SegmentName name, Behind behind) throws IOException {
        Path file = ArchiveFixture.WAL.resolve(name.fileName(ArchiveFixture.LAYOUT));
        return new SegmentCheck(fixture.disk, ArchiveFixture.IDENTITY).records(file, name,
                new SegmentFiles(fixture.disk, ArchiveFixture.WAL, ArchiveFixture.LAYOUT,
                        TimelineHistory.root(name.timeline())), behind);
    }

    private long check(long segment) throws IOException {
        return check(segment(1, segment), Behind.COMPLETE);
    }

    private long beginningIn(long segment) {
        Lsn from = ArchiveFixture.LAYOUT.startOf(new SegmentNumber(segment));
        Lsn to = ArchiveFixture.LAYOUT.startOf(new SegmentNumber(segment + 1));
        return log.records().stream()
                .filter(record -> record.start().isAtLeast(from) && record.start().isBefore(to)).count();
    }

    @Test
    void every_record_that_begins_in_a_segment_is_counted_also_the_one_that_leaves_it() throws Exception {
        fixture.write(log, 1, 4);

        for (long segment = 1; segment <= 3; segment++) {
            assertThat(check(segment)).as("segment " + segment).isEqualTo(beginningIn(segment));
        }
        assertThat(check(segment(1, 1), Behind.UNKNOWN)).isEqualTo(beginningIn(1) - 1);
    }

    @Test
    void a_flipped_byte_anywhere_in_a_record_is_found() throws Exception {
        fixture.write(log, 1, 4);
        for (MemoryLog.Placed record : log.records().subList(0, 20)) {
            log.flip(record.start().plus(20));
            fixture.write(log, 1, 1);
            assertThatThrownBy(() -> check(1)).isInstanceOf(WalCorruptException.class)
                    .hasMessageContaining("at LSN " + record.start());
            log.flip(record.start().plus(20));
        }
    }

    @Test
    void damage_behind_the_border_in_a_record_that_begins_before_it_is_found() throws Exception {
        log.flip(ArchiveFixture.LAYOUT.startOf(new SegmentNumber(2)).plus(100));
        fixture.write(log, 1, 4);

        assertThatThrownBy(() -> check(1)).isInstanceOf(WalCorruptException.class)
                .hasMessageContaining("incorrect resource manager data checksum");
        assertThat(check(segment(1, 1), Behind.UNKNOWN)).isEqualTo(beginningIn(1) - 1);
    }

    @Test
    void a_segment_whose_last_record_is_not_all_there_is_refused_unless_that_is_allowed() throws Exception {
        fixture.write(log, 1, 1);

        assertThatThrownBy(() -> check(1)).isInstanceOf(WalCorruptException.class)
                .hasMessageContaining("could not find file \"000000010000000000000002\"");
        assertThat(check(segment(1, 1), Behind.UNKNOWN)).isPositive();
    }

    @Test
    void a_segment_in_the_middle_of_one_record_has_none_and_is_fine() throws Exception {
        MemoryLog large = MemoryLog.small();
        large.message(1, new byte[5 << 19]);
        fixture.write(large, 1, 3);

        assertThat(check(1)).isEqualTo(1);
        assertThat(check(2)).isZero();
    }

    @Test
    void zeros_behind_a_switch_are_the_segments_end() throws Exception {
        MemoryLog switched = MemoryLog.small();
        switched.message("one");
        switched.switchSegment();
        switched.message("two");
        fixture.write(switched, 1, 2);

        assertThat(check(1)).isEqualTo(2);
    }

    @Test
    void zeros_without_a_switch_are_damage() throws Exception {
        MemoryLog torn = MemoryLog.small();
        MemoryLog.Placed last = torn.message("one");
        fixture.write(torn, 1, 1);

        assertThatThrownBy(() -> check(1)).isInstanceOf(WalCorruptException.class)
                .hasMessageContaining("invalid record length at " + last.end());
    }

    @Test
    void a_record_given_up_at_the_border_is_no_damage() throws Exception {
        MemoryLog overwritten = MemoryLog.small();
        Lsn border = ArchiveFixture.LAYOUT.startOf(new SegmentNumber(2));
        while (overwritten.end().plus(30_000).isBefore(border)) {
            overwritten.message(1, new byte[10_000]);
        }
        Lsn start = ArchiveFixture.LAYOUT.startOf(overwritten.end());
        int pages = (int) (border.minus(ArchiveFixture.LAYOUT.pageOf(start)) / 8192);
        overwritten.abandonAndOverwrite(new byte[60_000], pages);
        fixture.write(overwritten, 1, 2);

        assertThat(check(1)).isPositive();
    }

    @Test
    void a_segment_of_another_system_is_refused() throws Exception {
        fixture.write(log, 1, 2);
        SegmentCheck other = new SegmentCheck(fixture.disk, new RepositoryIdentity(42, 1 << 20));

        assertThatThrownBy(() -> other.records(ArchiveFixture.WAL.resolve(ArchiveFixture.name(1)), segment(1, 1)))
                .isInstanceOf(WrongSystemException.class)
                .hasMessageContaining("of the cluster with system identifier 7000000000000000001, not of 42");
    }

    @Test
    void a_segment_under_another_name_is_refused() throws Exception {
        fixture.write(log, 1, 2);
        Path stale = ArchiveFixture.WAL.resolve(ArchiveFixture.name(9));
        ArchiveFixture.write(fixture.disk, stale, log.segment(1));

        assertThatThrownBy(() -> check(9)).isInstanceOf(WalCorruptException.class)
                .hasMessageContaining("segment begins with the page of LSN 0/100000");
    }

    @Test
    void a_segment_of_the_wrong_size_is_refused() throws Exception {
        byte[] whole = log.segment(1);
        for (int length : new int[] {0, 100, whole.length - 1, whole.length + 8192}) {
            ArchiveFixture.write(fixture.disk, ArchiveFixture.WAL.resolve(ArchiveFixture.name(1)),
                    Arrays.copyOf(whole, length));
            assertThatThrownBy(() -> check(1)).isInstanceOf(WalCorruptException.class)
                    .hasMessageContaining("segment file has " + length + " bytes, not 1048576");
        }
    }

    @Test
    void a_timelines_first_segment_may_begin_with_its_parents_pages_but_not_with_a_later_ones() throws Exception {
        ArchiveFixture.write(fixture.disk, ArchiveFixture.WAL.resolve(ArchiveFixture.name(2, 1)), log.segment(1));
        fixture.write(log, 2, 2);
        assertThat(check(segment(2, 1), Behind.UNKNOWN)).isPositive();

        byte[] future = log.segment(1).clone();
        future[4] = 3;
        ArchiveFixture.write(fixture.disk, ArchiveFixture.WAL.resolve(ArchiveFixture.name(2, 1)), future);
        assertThatThrownBy(() -> check(segment(2, 1), Behind.UNKNOWN)).isInstanceOf(WalCorruptException.class)
                .hasMessageContaining("page of timeline 3");
    }

    @Test
    void garbage_is_refused() throws Exception {
        byte[] garbage = new byte[ArchiveFixture.LAYOUT.segmentBytes()];
        new java.util.Random(5).nextBytes(garbage);
        ArchiveFixture.write(fixture.disk, ArchiveFixture.WAL.resolve(ArchiveFixture.name(1)), garbage);

        assertThatThrownBy(() -> check(1)).isInstanceOf(WalCorruptException.class)
                .hasMessageContaining(String.format("not %04X", PageHeader.MAGIC));
    }
}
