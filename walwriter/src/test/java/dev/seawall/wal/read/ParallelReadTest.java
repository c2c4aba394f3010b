package dev.seawall.wal.read;

import static org.assertj.core.api.Assertions.assertThat;

import dev.seawall.wal.Lsn;
import dev.seawall.wal.PageLayout;
import dev.seawall.wal.TimelineHistory;
import dev.seawall.wal.TimelineId;
import dev.seawall.wal.disk.LinuxDisk;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Whatever stands in a log, several threads say of it what one says.
final class ParallelReadTest {

    private static final TimelineHistory ROOT = TimelineHistory.root(TimelineId.FIRST);
    private static final int THREADS = 3;

    @TempDir
    private Path directory;

    private final LinuxDisk disk = new LinuxDisk();
    private final MemoryLog log = MemoryLog.small();
    private final PageLayout layout = log.layout();
    private final Lsn start = new Lsn(layout.segmentBytes());

    private static final class Said implements ParallelRead.Digest<List<String>> {

        private final AtomicInteger byOthers = new AtomicInteger();

        @Override
        public List<String> begin() {
            return new ArrayList<>();
        }

        @Override
        public void take(List<String> piece, WalReader at) {
            piece.add(at.start() + " " + at.inPlace().totalLength() + " " + at.inPlace().previous() + " "
                    + at.position());
            if (Thread.currentThread().getName().startsWith("log-reader-")) {
                byOthers.incrementAndGet();
            }
        }
    }

    private void writeLog(Random random) throws IOException {
        int rare = random.nextInt(150) + 20;
        while (log.end().minus(start) < 12 << 20) {
            switch (random.nextInt(rare)) {
                case 0 -> log.message(0, new byte[random.nextInt(5_000_000)]);
                case 1 -> log.switchSegment();
                case 2 -> log.abandonAndOverwrite(new byte[30_000 + random.nextInt(50_000)], random.nextInt(3) + 1);
                default -> log.message(0, new byte[random.nextInt(random.nextInt(30_000) + 1)]);
            }
        }
        log.writeTo(disk, directory, 1);
    }

    private WalReader reader(Lsn from, Lsn limit) {
        WalReader reader = new WalReader(new SegmentFiles(disk, directory, layout, ROOT), layout);
        reader.expect(MemoryLog.SYSTEM_ID, ROOT);
        reader.limit(limit);
        reader.seek(from);
        return reader;
    }

    private List<String> byOne(Lsn from, Lsn limit) throws IOException {
        List<String> said = new ArrayList<>();
        Said digest = new Said();
        try (WalReader reader = reader(from, limit)) {
            ReadOutcome.NoRecord none = reader.step();
            while (none == null) {
                digest.take(said, reader);
                none = reader.step();
            }
            said.add(none.toString());
        }
        return said;
    }

    private List<String> bySeveral(Lsn from, Lsn limit) throws IOException {
        return bySeveral(from, limit, new Said());
    }

    private List<String> bySeveral(Lsn from, Lsn limit, Said digest) throws IOException {
        List<String> said = new ArrayList<>();
        try (WalReader reader = reader(from, limit)) {
            try (ParallelRead<List<String>> pieces =
                    ParallelRead.begin(reader, layout, limit, digest, THREADS).orElseThrow()) {
                ParallelRead.Piece<List<String>> piece = pieces.next();
                while (piece != null) {
                    said.addAll(piece.content());
                    assertThat(piece.content().getLast()).startsWith(piece.lastStart() + " ")
                            .endsWith(" " + piece.end());
                    piece = pieces.next();
                }
            }
            assertThat(reader.position().isValid()).isTrue();
            said.add(String.valueOf(reader.step()));
        }
        return said;
    }

    private void agree(Lsn from, Lsn limit) throws IOException {
        assertThat(bySeveral(from, limit)).isEqualTo(byOne(from, limit));
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 4, 5, 6, 7, 8})
    void a_log_of_any_records_reads_the_same(int seed) throws IOException {
        writeLog(new Random(seed));

        assertThat(byOne(start, Lsn.MAX)).hasSizeGreaterThan(50);
        agree(start, Lsn.MAX);
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 4, 5, 6, 7, 8})
    void it_begins_at_any_record_and_ends_at_any_limit(int seed) throws IOException {
        Random random = new Random(seed);
        writeLog(random);
        for (int i = 0; i < 5; i++) {
            Lsn from = log.records().get(random.nextInt(log.records().size())).start();

            agree(from, Lsn.min(log.end(), from.plus(random.nextInt(9 << 20))));
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 4, 5, 6, 7, 8})
    void damage_is_met_in_its_turn(int seed) throws IOException {
        Random random = new Random(seed);
        writeLog(random);
        for (int i = 0; i < 3; i++) {
            log.flip(start.plus(random.nextInt(11 << 20)));
        }
        log.writeTo(disk, directory, 1);

        agree(start, Lsn.MAX);
    }

    @Test
    void where_nothing_is_wrong_the_others_do_it() throws IOException {
        for (int i = 0; i < 2_000; i++) {
            log.message(0, new byte[i % 17_000]);
        }
        log.writeTo(disk, directory, 1);
        Said digest = new Said();

        assertThat(bySeveral(start, Lsn.MAX, digest)).hasSize(2_001);
        assertThat(digest.byOthers).hasValue(2_000);
    }

    @Test
    void a_missing_segment_and_a_short_one_are_met_in_their_turn() throws IOException {
        writeLog(new Random(9));
        Path seventh = directory.resolve("000000010000000000000007");
        try (var channel = FileChannel.open(seventh, StandardOpenOption.WRITE)) {
            channel.truncate(100_000);
        }
        agree(start, Lsn.MAX);

        Files.delete(seventh);
        agree(start, Lsn.MAX);
    }

    @Test
    void records_of_another_log_behind_the_end_do_not_count() throws IOException {
        for (int i = 0; i < 800; i++) {
            log.message(0, new byte[10_000]);
        }
        MemoryLog.Placed cut = log.records().get(400);
        MemoryLog.Placed behind = log.records().stream()
                .filter(record -> record.start().isAtLeast(cut.end().plus(1 << 20))).findFirst().orElseThrow();
        log.zero(cut.start(), behind.start());
        log.writeTo(disk, directory, 1);

        assertThat(bySeveral(start, Lsn.MAX)).hasSize(401).isEqualTo(byOne(start, Lsn.MAX));
    }

    @Test
    void a_log_in_one_place_only_is_read_by_one() {
        log.message("one");
        WalReader reader = log.reader();

        assertThat(ParallelRead.begin(reader, layout, Lsn.MAX, new Said(), THREADS)).isEmpty();
    }

    @Test
    void it_can_be_closed_before_its_end() throws IOException {
        writeLog(new Random(11));
        try (WalReader reader = reader(start, Lsn.MAX)) {
            ParallelRead<List<String>> pieces =
                    ParallelRead.begin(reader, layout, Lsn.MAX, new Said(), THREADS).orElseThrow();
            assertThat(pieces.next()).isNotNull();

            pieces.close();
        }
        assertThat(Thread.getAllStackTraces().keySet())
                .noneMatch(thread -> thread.getName().startsWith("log-reader-") && thread.isAlive());
    }
}
