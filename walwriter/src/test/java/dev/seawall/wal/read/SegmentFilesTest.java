package dev.seawall.wal.read;

import static org.assertj.core.api.Assertions.assertThat;

import dev.seawall.wal.Lsn;
import dev.seawall.wal.PageLayout;
import dev.seawall.wal.SegmentNumber;
import dev.seawall.wal.TimelineHistory;
import dev.seawall.wal.TimelineId;
import dev.seawall.wal.disk.Disk;
import dev.seawall.wal.disk.DiskFile;
import dev.seawall.wal.disk.LinuxDisk;
import dev.seawall.wal.disk.SimulatedDisk;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class SegmentFilesTest {

    private static final TimelineHistory ROOT = TimelineHistory.root(TimelineId.FIRST);
    private static final TimelineId TWO = new TimelineId(2);
    private static final TimelineId THREE = new TimelineId(3);
    private static final Path WAL = Path.of("/wal");

    private final SimulatedDisk disk = new SimulatedDisk(1);
    private final MemoryLog log = MemoryLog.small();
    private final PageLayout layout = log.layout();

    SegmentFilesTest() {
        disk.makeDirectories(WAL);
    }

    private static int countRecords(LogBytes bytes, PageLayout layout) throws IOException {
        WalReader reader = new WalReader(bytes, layout);
        reader.seek(new Lsn(layout.segmentBytes()));
        int count = 0;
        while (reader.next() instanceof ReadOutcome.Complete) {
            count++;
        }
        return count;
    }

    @Test
    void a_real_directory_is_read_past_the_cache_and_through_it(@TempDir Path directory) throws IOException {
        for (int i = 0; i < 300; i++) {
            log.message(0, new byte[i * 50]);
        }
        Disk real = new LinuxDisk();
        log.writeTo(real, directory, 1);

        try (SegmentFiles cached = new SegmentFiles(real, directory, layout, ROOT);
                SegmentFiles direct = SegmentFiles.direct(real, directory, layout, ROOT)) {
            assertThat(countRecords(cached, layout)).isEqualTo(300);
            assertThat(countRecords(direct, layout)).isEqualTo(300);
        }
    }

    @Test
    void following_a_growing_file_never_shows_what_was_read_too_early() throws IOException {
        try (DiskFile file = disk.open(WAL.resolve("000000010000000000000001"), Set.of(Disk.Open.CREATE));
                SegmentFiles files = new SegmentFiles(disk, WAL, layout, ROOT)) {
            file.write(ByteBuffer.wrap(new byte[layout.segmentBytes()]), 0);
            WalReader reader = new WalReader(files, layout);
            reader.seek(new Lsn(layout.segmentBytes()));
            for (int i = 0; i < 200; i++) {
                Lsn from = log.end();
                log.message(0, new byte[1 + i * 7 % 3000]);
                reader.limit(from);
                assertThat(((ReadOutcome.NoRecord) reader.next()).isAtLimit()).isTrue();
                file.write(ByteBuffer.wrap(log.segment(1)), 0);
                reader.limit(log.end());
                assertThat(reader.next()).as("record %d", i).isInstanceOf(ReadOutcome.Complete.class);
            }
        }
    }

    @Test
    void without_a_limit_a_growing_file_is_read_anew_after_each_end() throws IOException {
        log.message("one");
        log.writeTo(disk, WAL, 1);
        try (SegmentFiles files = new SegmentFiles(disk, WAL, layout, ROOT)) {
            WalReader reader = new WalReader(files, layout);
            reader.seek(new Lsn(layout.segmentBytes()));
            reader.next();
            assertThat(reader.next()).isInstanceOf(ReadOutcome.NoRecord.class);
            log.message("two");
            log.writeTo(disk, WAL, 1);
            assertThat(reader.next()).isInstanceOf(ReadOutcome.Complete.class);
        }
    }

    @Test
    void the_timelines_of_a_segment_come_newest_first() {
        TimelineHistory history = ROOT.branch(TWO, new Lsn(0x180000), "").branch(THREE, new Lsn(0x1A0000), "");

        assertThat(SegmentFiles.timelinesOf(new SegmentNumber(0), layout, history))
                .isEqualTo(List.of(TimelineId.FIRST));
        assertThat(SegmentFiles.timelinesOf(new SegmentNumber(1), layout, history))
                .isEqualTo(List.of(THREE, TWO, TimelineId.FIRST));
        assertThat(SegmentFiles.timelinesOf(new SegmentNumber(2), layout, history)).isEqualTo(List.of(THREE));
    }

    @Test
    void an_ancestors_file_counts_only_up_to_where_it_was_left() throws IOException {
        log.message("ours");
        Lsn left = log.end();
        log.message("another branch's");
        log.message(0, new byte[20_000]);
        log.writeTo(disk, WAL, 1);
        TimelineHistory history = ROOT.branch(TWO, left, "");

        try (SegmentFiles files = new SegmentFiles(disk, WAL, layout, history)) {
            assertThat(countRecords(files, layout)).isEqualTo(1);
            assertThat(files.readPage(new Lsn(0x102000), ByteBuffer.allocate(8192))).isFalse();
        }
    }

    @Test
    void the_childs_file_is_preferred_where_both_are() throws IOException {
        log.message("ours");
        Lsn left = log.end();
        log.writeTo(disk, WAL, 1);
        log.message("the child's");
        log.writeTo(disk, WAL, 2);

        try (SegmentFiles files = new SegmentFiles(disk, WAL, layout, ROOT.branch(TWO, left, ""))) {
            assertThat(countRecords(files, layout)).isEqualTo(2);
            assertThat(files.fileNameOf(left)).isEqualTo("000000020000000000000001");
        }
    }

    @Test
    void a_short_file_has_no_page_where_it_ends() throws IOException {
        log.message(0, new byte[20_000]);
        log.writeTo(disk, WAL, 1);
        try (DiskFile file = disk.open(WAL.resolve("000000010000000000000001"), Set.of());
                SegmentFiles files = new SegmentFiles(disk, WAL, layout, ROOT)) {
            file.truncate(10_000);
            Lsn second = new Lsn(0x102000);

            assertThat(files.readPage(new Lsn(0x100000), ByteBuffer.allocate(8192))).isTrue();
            assertThat(files.readPage(second, ByteBuffer.allocate(8192))).isFalse();
            assertThat(files.absenceOf(second)).isEqualTo(
                    "could not read from file \"000000010000000000000001\", offset 8192: read 0 of 8192");
        }
    }
}
