package dev.seawall.wal.read;

import static org.assertj.core.api.Assertions.assertThat;

import dev.seawall.wal.Lsn;
import dev.seawall.wal.PageLayout;
import dev.seawall.wal.TimelineHistory;
import dev.seawall.wal.TimelineId;
import dev.seawall.wal.disk.LinuxDisk;
import dev.seawall.wal.record.RandomRecords;
import dev.seawall.witness.PostgresPrograms;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Our reader and pg_waldump 15 stop at the same place of the same damaged log, for the same reason.
final class PgWaldumpAgreementTest {

    /// More of them: `-Dseawall.damaged.logs=10000`.
    private static final int DAMAGED_LOGS = Integer.getInteger("seawall.damaged.logs", 60);
    /// pg_waldump asks the file that it is given for the segment size, so that one's first page stays.
    private static final String FIRST_FILE = "000000010000000000000001";
    private static final int LAST = 7;
    private static final Pattern LSN = Pattern.compile("lsn: ([0-9A-F]+)/([0-9A-F]+), prev");
    private static final Pattern ERROR = Pattern.compile("pg_waldump: error: (?:error in WAL record at [^:]+: )?(.*)");

    @TempDir
    private Path directory;

    private record Seen(List<String> starts, String reason) {}

    private static MemoryLog intact(long seed) {
        MemoryLog log = MemoryLog.small();
        RandomRecords records = new RandomRecords(seed);
        Random random = new Random(seed);
        while (log.end().value() < (3 << 20) + 100_000) {
            log.append(records::next);
            if (random.nextInt(400) == 0) {
                log.switchSegment();
            } else if (random.nextInt(150) == 0) {
                log.abandonAndOverwrite(new byte[30_000], 1 + random.nextInt(3));
            }
        }
        // pg_waldump would wait five seconds for a segment that is missing.
        for (long segment = log.layout().segmentOf(log.end()).value() + 1; segment <= LAST; segment++) {
            log.prepare(segment);
        }
        return log;
    }

    private Seen ours() throws IOException {
        PageLayout layout = new PageLayout(PageLayout.SEGMENT_BYTES_MIN);
        List<String> starts = new ArrayList<>();
        try (SegmentFiles files = new SegmentFiles(new LinuxDisk(), directory, layout,
                TimelineHistory.root(TimelineId.FIRST))) {
            WalReader reader = new WalReader(files, layout);
            ReadOutcome outcome = reader.findFirst(new Lsn(1 << 20));
            if (outcome instanceof ReadOutcome.NoRecord) {
                return new Seen(starts, "could not find a valid record after 0/100000");
            }
            outcome = reader.next();
            while (outcome instanceof ReadOutcome.Complete complete) {
                starts.add(complete.record().start().toPaddedString());
                outcome = reader.next();
            }
            return new Seen(starts, ((ReadOutcome.NoRecord) outcome).reason());
        }
    }

    private Seen theirs() {
        PostgresPrograms.Output output = PostgresPrograms.run(
                "pg_waldump", "-p", directory.toString(), FIRST_FILE, "00000001000000000000000" + LAST);
        List<String> starts = new ArrayList<>();
        Matcher lsn = LSN.matcher(output.out());
        while (lsn.find()) {
            starts.add(lsn.group(1) + "/" + lsn.group(2));
        }
        Matcher error = ERROR.matcher(output.err());
        return new Seen(starts, error.find() ? error.group(1) : "rc " + output.exitCode() + " " + output.err());
    }

    @Test
    void an_intact_log_ends_alike() throws IOException {
        intact(42).writeTo(new LinuxDisk(), directory, 1);

        Seen ours = ours();

        assertThat(ours).isEqualTo(theirs());
        assertThat(ours.starts()).hasSizeGreaterThan(500);
        assertThat(ours.reason()).startsWith("invalid ");
    }

    @Test
    void damaged_logs_end_alike() throws IOException {
        for (int i = 0; i < DAMAGED_LOGS; i++) {
            long seed = 1000 + i;
            MemoryLog log = intact(i / 40);
            Random random = new Random(seed);
            String damage = damage(log, random);
            log.writeTo(new LinuxDisk(), directory, 1);

            assertThat(ours()).as("seed %d: %s", seed, damage).isEqualTo(theirs());
        }
    }

    private static String damage(MemoryLog log, Random random) {
        PageLayout layout = log.layout();
        Lsn record = log.records().get(random.nextInt(log.records().size())).start();
        Lsn page = layout.pageOf(record);
        byte[] segment = log.segment(layout.segmentOf(record).value());
        ByteBuffer in = ByteBuffer.wrap(segment).order(ByteOrder.LITTLE_ENDIAN);
        int inSegment = layout.offsetInSegment(record);
        int pageStart = layout.offsetInSegment(page);
        if (page.value() == 1 << 20) {
            return damage(log, random);
        }
        switch (random.nextInt(7)) {
            case 0 -> {
                int at = inSegment + random.nextInt(Math.min(24, segment.length - inSegment));
                segment[at] ^= (byte) (1 << random.nextInt(8));
                return "a bit of the record header at " + record;
            }
            case 1 -> {
                int at = pageStart + random.nextInt(40);
                segment[at] ^= (byte) (1 << random.nextInt(8));
                return "a bit of the page header at " + page;
            }
            case 2 -> {
                in.putInt(inSegment, random.nextInt());
                return "a random length at " + record;
            }
            case 3 -> {
                Arrays.fill(segment, inSegment, segment.length, (byte) 0);
                return "zeros from " + record;
            }
            case 4 -> {
                int other = random.nextInt(segment.length / 8192) * 8192;
                System.arraycopy(segment.clone(), other, segment, pageStart, 8192);
                return "a page over " + page;
            }
            case 5 -> {
                int length = Math.min(512, segment.length - pageStart);
                int at = pageStart + random.nextInt(16) * length;
                for (int i = 0; i < length && at + i < segment.length; i++) {
                    segment[at + i] = (byte) random.nextInt();
                }
                return "a sector of garbage on " + page;
            }
            default -> {
                int at = 8192 + random.nextInt(segment.length - 8192);
                segment[at] ^= (byte) (1 << random.nextInt(8));
                return "a bit of segment " + layout.segmentOf(record) + " at offset " + at;
            }
        }
    }

    @Test
    void a_start_in_the_middle_is_found_alike() throws IOException {
        MemoryLog log = intact(7);
        log.writeTo(new LinuxDisk(), directory, 1);
        Random random = new Random(7);
        for (int i = 0; i < 25; i++) {
            Lsn from = new Lsn((1 << 20) + (random.nextLong(2 << 20) & -8));
            PostgresPrograms.Output output = PostgresPrograms.run(
                    "pg_waldump", "-p", directory.toString(), "-s", from.toString(), "-n", "1");
            Matcher lsn = LSN.matcher(output.out());
            String theirs = lsn.find() ? lsn.group(1) + "/" + lsn.group(2) : "none";
            WalReader reader = new WalReader(log, log.layout());
            String ours = reader.findFirst(from) instanceof ReadOutcome.Complete complete
                    ? complete.record().start().toPaddedString() : "none";

            assertThat(ours).as("from %s", from).isEqualTo(theirs);
        }
    }
}
