package dev.seawall.tools.waldump;

import static org.assertj.core.api.Assertions.assertThat;

import dev.seawall.wal.Lsn;
import dev.seawall.wal.PageLayout;
import dev.seawall.wal.SegmentName;
import dev.seawall.wal.SegmentNumber;
import dev.seawall.wal.TimelineId;
import dev.seawall.wal.disk.LinuxDisk;
import dev.seawall.wal.read.MemoryLog;
import dev.seawall.wal.record.RandomRecords;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// pg_waldump judges what our encoders write, and what waldump says of it.
final class RandomLogWitnessTest {

    private static final int MIB = 1 << 20;

    @TempDir
    Path directory;

    /// Some records of any kind, of any size, across pages and segments, with switches and a change
    /// of timeline, and at the end one that is small.
    private MemoryLog randomLog(long seed, int segmentBytes, long firstSegment, int count) throws Exception {
        Random random = new Random(seed);
        RandomRecords records = new RandomRecords(seed);
        PageLayout layout = new PageLayout(segmentBytes);
        MemoryLog log = new MemoryLog(layout, layout.startOf(new SegmentNumber(firstSegment)));
        for (int i = 0; i < count; i++) {
            if (random.nextInt(200) == 0) {
                log.switchSegment();
            } else if (random.nextInt(400) == 0) {
                log.append(into -> records.custom(into, random.nextInt(3 * MIB)));
            } else if (random.nextInt(400) == 0) {
                log.abandonAndOverwrite(new byte[30_000], 1 + random.nextInt(3));
            } else {
                log.append(records::next);
            }
            if (i == count / 2) {
                log.timeline(2);
            }
        }
        log.message("the end");
        log.writeTo(new LinuxDisk(), directory, 1);
        return log;
    }

    private String start(MemoryLog log) {
        return log.layout().pageOf(log.records().getFirst().start()).toString();
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6})
    void every_line_of_a_random_log_is_pg_waldumps(long seed) throws Exception {
        int segmentBytes = List.of(1, 2, 16).get((int) (seed % 3)) * MIB;
        MemoryLog log = randomLog(seed, segmentBytes, 1 + (1L << 32) / segmentBytes * (seed % 2) - seed % 2, 1200);

        String lines = BothDumps.agreeOn("-p", directory.toString(), "-s", start(log)).out();
        BothDumps.agreeOn("-p", directory.toString(), "-s", start(log), "-b");

        assertThat(lines.lines().filter(line -> line.startsWith("rmgr: "))).hasSameSizeAs(log.records());
    }

    @ParameterizedTest
    @ValueSource(longs = {11, 12})
    void every_filter_and_format_shows_what_pg_waldump_shows(long seed) throws Exception {
        MemoryLog log = randomLog(seed, MIB, 1, 800);
        String path = directory.toString();
        String start = start(log);
        String middle = log.records().get(400).end().toString();
        for (List<String> options : List.of(
                List.of("-z"), List.of("--stats"), List.of("--stats=record"), List.of("--stats=rmgr", "-n", "7"),
                List.of("-w"), List.of("--fullpage", "-b"), List.of("-q"), List.of("-n", "5"), List.of("-n0"),
                List.of("-r", "XLOG"), List.of("-r", "transaction", "-r", "generic"), List.of("-r", "custom200"),
                List.of("--rmgr=LogicalMessage", "-n", "3"), List.of("-x", "731"), List.of("-x", "4294967295"),
                List.of("-R", "1663/5/16390"), List.of("-R", "1663/5/16390", "-B", "12"), List.of("-F", "fsm"),
                List.of("-F", "main", "-R", "1664/0/16400"), List.of("--fork=init"), List.of("-z", "-r", "XLOG"),
                List.of("-e", middle), List.of("-e", middle, "-z"), List.of("--stats=record", "-w", "-e", middle),
                List.of("-bq"), List.of("-bwn", "4"), List.of("-t", "1", "-n", "2"))) {
            List<String> all = new java.util.ArrayList<>(List.of("-p", path, "-s", start));
            all.addAll(options);
            BothDumps.agreeOn(all.toArray(String[]::new));
        }
    }

    @Test
    void starting_and_ending_anywhere_does_what_pg_waldump_does() throws Exception {
        MemoryLog log = randomLog(21, MIB, 1, 400);
        Random random = new Random(21);
        Lsn last = log.records().getLast().start();
        for (int i = 0; i < 40; i++) {
            Lsn from = new Lsn(random.nextLong(MIB + 1, last.value()));
            BothDumps.agreeOn("-p", directory.toString(), "-s", from.toString(), "-n", "3");
            Lsn around = log.records().get(random.nextInt(log.records().size())).start();
            BothDumps.agreeOn("-p", directory.toString(), "-s", around.plus(random.nextInt(-9, 30)).toString(),
                    "-n", "2", "-q");
            BothDumps.agreeOn("-p", directory.toString(), "-s", around.toString(),
                    "-e", around.plus(random.nextInt(20_000)).toString());
        }
    }

    @Test
    void segments_are_named_as_pg_waldump_wants_them() throws Exception {
        MemoryLog log = randomLog(31, MIB, 1, 600);
        String path = directory.toString();
        String first = name(log, 1);
        String second = name(log, 2);
        String third = name(log, 3);
        BothDumps.agreeOn(directory.resolve(first).toString());
        BothDumps.agreeOn("-p", path, first);
        BothDumps.agreeOn("-p", path, second, "-q");
        BothDumps.agreeOn("-p", path, first, third, "-q");
        BothDumps.agreeOn(directory.resolve(second).toString(), third, "-z");
        BothDumps.agreeOn("-p", path, first, "-e", log.layout().startOf(new SegmentNumber(2)).toString(), "-n", "1");
        BothDumps.agreeOn("-p", path, second, first);
        BothDumps.agreeOn("-p", path, first, "-s", "0/50");
        BothDumps.agreeOn("-p", path, first, "-e", "7/0");
        BothDumps.agreeOn("-p", path, first, name(log, 77));
        BothDumps.agreeOn("-p", path, name(log, 77));
        BothDumps.agreeOn(directory.resolve(first) + ".partial");
    }

    private String name(MemoryLog log, long segment) {
        return new SegmentName(TimelineId.FIRST, new SegmentNumber(segment)).fileName(log.layout());
    }

    @Test
    void a_record_of_40_MiB_leaves_whole_segments_without_a_records_start() throws Exception {
        PageLayout layout = PageLayout.DEFAULT;
        MemoryLog log = new MemoryLog(layout, layout.startOf(new SegmentNumber(1)));
        RandomRecords records = new RandomRecords(41);
        log.append(records::next);
        log.append(into -> records.custom(into, 40 * MIB + 3));
        log.append(records::next);
        log.writeTo(new LinuxDisk(), directory, 1);

        BothDumps.agreeOn("-p", directory.toString(), "-s", "0/1000000");
        BothDumps.agreeOn("-p", directory.toString(), name(log, 2));
        BothDumps.agreeOn("-p", directory.toString(), name(log, 1));
    }

    @Test
    void a_message_of_3_MiB_is_shown_whole() throws Exception {
        MemoryLog log = MemoryLog.small();
        log.append(into -> new RandomRecords(51).message(into, 3 * MIB));
        log.message("the end");
        log.writeTo(new LinuxDisk(), directory, 1);

        BothDumps.agreeOn("-p", directory.toString(), "-s", "0/100000");
    }
}
