package dev.seawall.embedded;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.seawall.archiver.repository.Codec;
import dev.seawall.archiver.repository.DirectoryRepository;
import dev.seawall.archiver.repository.RepositoryIdentity;
import dev.seawall.archiver.repository.WalArchive;
import dev.seawall.archiver.restore.Fetch;
import dev.seawall.recovery.LedgerEngine;
import dev.seawall.sim.SimulatedWorld;
import dev.seawall.wal.Lsn;
import dev.seawall.wal.PageLayout;
import dev.seawall.wal.SegmentName;
import dev.seawall.wal.SegmentNumber;
import dev.seawall.wal.TimelineId;
import dev.seawall.wal.WalCorruptException;
import dev.seawall.wal.disk.Disk.Open;
import dev.seawall.wal.disk.DiskFile;
import dev.seawall.wal.disk.SimulatedDisk;
import dev.seawall.wal.read.ReadOutcome;
import dev.seawall.wal.read.WalReader;
import dev.seawall.wal.record.WalRecord;
import dev.seawall.wal.record.body.Watermark;
import dev.seawall.walwriter.SegmentSource.Fetched;
import dev.seawall.walwriter.Transaction;
import dev.seawall.walwriter.start.ClusterInit;
import dev.seawall.walwriter.start.DirectoryLock;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// Bad input -> outcome: the table. Each row damages a copy of the same cluster, which died with
/// about 6 MiB of log behind its last checkpoint, and says what opening it must do.
///
/// The rows that need a real file system (a full disk, a read-only directory) are in
/// [BadFileSystemTest].
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class BadInputTest {

    private static final Path CLUSTER = Path.of("/cluster");
    private static final Path WAL = CLUSTER.resolve("pg_wal");
    private static final Path CONTROL = CLUSTER.resolve("global/pg_control");
    private static final Path STATE = CLUSTER.resolve("base/checkpointer.state");
    private static final Path REPOSITORY = Path.of("/repository");
    private static final PageLayout LAYOUT = new PageLayout(1 << 20);
    private static final long SYSTEM_ID = 7_000_000_000_000_000_001L;

    /// What must come of it.
    sealed interface Outcome {

        /// It opens, and every acknowledged transaction is there.
        record OpensWhole() implements Outcome {}

        /// It opens and the log ends at the damage: nothing proves that more was durable.
        record OpensToTheDamage() implements Outcome {}

        /// It does not open, and says so: the exception and words of its message.
        record Refused(Class<? extends Exception> type, String... words) implements Outcome {}
    }

    private interface Damage {
        void to(SimulatedDisk disk) throws Exception;
    }

    private record Row(String input, Damage damage, Outcome outcome) {
        @Override
        public String toString() {
            return input;
        }
    }

    private final SimulatedDisk original = new SimulatedDisk(7);
    private final SimulatedWorld world = new SimulatedWorld(7);
    private final LedgerEngine ledger = new LedgerEngine();
    private SimulatedDisk earlier;
    private int acknowledged;
    /// All before it was durable, says the last watermark.
    private Lsn evidence;
    private Lsn lastCommit;

    @BeforeAll
    void live() throws Exception {
        original.makeDirectories(Path.of("/"));
        Seawall.init(original, world, CLUSTER, options(SYSTEM_ID));
        SimulatedWorld running = new SimulatedWorld(9);
        Seawall seawall = open(original, running, ledger);
        addMany(seawall, 20);
        seawall.checkpoint();
        earlier = original.copy(8);
        addMany(seawall, 120);
        running.letPass(Duration.ofSeconds(1));
        evidence = lastWatermark(seawall);
        assertThat(evidence.isValid()).as("the log has evidence").isTrue();
        // Acknowledged, and so near the end that no watermark speaks of it.
        lastCommit = add(seawall, 10);
        original.kill();
        original.restart();
    }

    private static ClusterInit.Options options(long systemId) {
        return ClusterInit.Options.of(systemId, LAYOUT);
    }

    private Seawall open(SimulatedDisk disk, LedgerEngine engine) throws IOException {
        return open(disk, new SimulatedWorld(9), engine);
    }

    private Seawall open(SimulatedDisk disk, SimulatedWorld running, LedgerEngine engine) throws IOException {
        return Seawall.open(disk, running, CLUSTER,
                SeawallOptions.DEFAULT.withArchive(new ArchiveOptions(REPOSITORY,
                        Codec.ZSTD_1, Duration.ZERO, false)), List.of(engine));
    }

    private void addMany(Seawall seawall, int transactions) {
        for (int i = 0; i < transactions; i++) {
            lastCommit = add(seawall, 50_000);
        }
    }

    private Lsn add(Seawall seawall, int ballast) {
        Transaction transaction = seawall.begin();
        transaction.message("ballast", ByteBuffer.allocate(ballast));
        transaction.message(LedgerEngine.ADD, ByteBuffer.wrap("sum 1".getBytes(StandardCharsets.UTF_8)));
        Lsn end = transaction.commit();
        acknowledged++;
        return end;
    }

    private static Lsn lastWatermark(Seawall seawall) throws Exception {
        Lsn last = Lsn.INVALID;
        try (WalReader reader = seawall.wal().read(LAYOUT.startOf(new SegmentNumber(1)))) {
            while (reader.next() instanceof ReadOutcome.Complete(WalRecord record, _)) {
                last = Watermark.is(record) ? Watermark.decode(record).durable() : last;
            }
        }
        return last;
    }

    // The damages.

    private static Path segmentOf(Lsn lsn) {
        return WAL.resolve(new SegmentName(TimelineId.FIRST, LAYOUT.segmentOf(lsn)).fileName(LAYOUT));
    }

    private static void flip(SimulatedDisk disk, Lsn lsn) throws IOException {
        disk.flip(segmentOf(lsn), LAYOUT.offsetInSegment(lsn), 0x10);
    }

    private static void truncate(SimulatedDisk disk, Path path, long bytes) throws IOException {
        try (DiskFile file = disk.open(path, Set.of())) {
            file.truncate(bytes);
            file.sync();
        }
    }

    private static byte[] read(SimulatedDisk disk, Path path) throws IOException {
        try (DiskFile file = disk.open(path, Set.of(Open.READ_ONLY))) {
            ByteBuffer content = ByteBuffer.allocate(Math.toIntExact(file.size()));
            file.read(content, 0);
            return content.array();
        }
    }

    private static void write(SimulatedDisk disk, Path path, byte[] content) throws IOException {
        try (DiskFile file = disk.open(path, Set.of(Open.CREATE))) {
            file.truncate(0);
            file.write(ByteBuffer.wrap(content), 0);
            file.sync();
        }
        disk.syncDirectory(path.getParent());
    }

    private byte[] segmentOfAnotherSystem(Lsn at) throws IOException {
        SimulatedDisk other = new SimulatedDisk(11);
        other.makeDirectories(Path.of("/"));
        SimulatedWorld otherWorld = new SimulatedWorld(11);
        Seawall.init(other, otherWorld, CLUSTER, options(SYSTEM_ID + 1));
        try (Seawall seawall = Seawall.open(other, otherWorld, CLUSTER, SeawallOptions.DEFAULT, List.of())) {
            while (!LAYOUT.segmentOf(seawall.wal().flushLsn()).isAfter(LAYOUT.segmentOf(at))) {
                add(seawall, 50_000);
                acknowledged--;
            }
            return read(other, segmentOf(at));
        }
    }

    private static Outcome refused(String... words) {
        return new Outcome.Refused(WalCorruptException.class, words);
    }

    private Stream<Row> table() {
        Lsn middle = evidence.plus(-(3L << 20));
        return Stream.of(
                new Row("nothing at all", _ -> { }, new Outcome.OpensWhole()),
                new Row("flipped byte before the last watermark", disk -> flip(disk, middle.plus(5)),
                        refused("at LSN", "segment " + segmentOf(middle).getFileName(), "HINT")),
                new Row("flipped byte just before the last watermark", disk -> flip(disk, evidence.plus(-20)),
                        refused("at LSN", "HINT")),
                new Row("flipped byte after the last watermark", disk -> flip(disk, lastCommit.plus(-20)),
                        new Outcome.OpensToTheDamage()),
                new Row("truncated segment", disk -> truncate(disk, segmentOf(middle), 300_000),
                        refused("300000", segmentOf(middle).getFileName().toString(), "HINT")),
                new Row("segment of the wrong size", disk -> truncate(disk, segmentOf(middle), 2 << 20),
                        refused("2097152", segmentOf(middle).getFileName().toString())),
                new Row("missing segment in the middle", disk -> disk.delete(segmentOf(middle)),
                        refused(segmentOf(middle).getFileName().toString())),
                new Row("missing last segment", disk -> disk.delete(segmentOf(evidence.plus(-1))),
                        refused(segmentOf(evidence.plus(-1)).getFileName().toString())),
                new Row("segment of another system",
                        disk -> write(disk, segmentOf(middle), segmentOfAnotherSystem(middle)),
                        refused("different database system", Long.toString(SYSTEM_ID + 1), "HINT")),
                new Row("segment of zeros", disk -> write(disk, segmentOf(middle), new byte[1 << 20]),
                        refused("at LSN", segmentOf(middle).getFileName().toString())),
                new Row("zero-length pg_control", disk -> truncate(disk, CONTROL, 0), refused("0 bytes", "pg_control")),
                new Row("flipped byte in pg_control", disk -> disk.flip(CONTROL, 40, 1),
                        refused("checksum", "pg_control")),
                new Row("flipped byte in the low-water mark", disk -> disk.flip(CONTROL, 4096 + 24, 1),
                        refused("low-water mark")),
                new Row("stale recycled segments behind the end", BadInputTest::recycle, new Outcome.OpensWhole()),
                new Row("segment of a future timeline", disk -> disk.rename(segmentOf(middle),
                        WAL.resolve(segmentOf(middle).getFileName().toString().replaceFirst("^00000001", "00000002"))),
                        refused("timeline 2")),
                new Row("another day's base/ under today's log", this::bringBaseOfTomorrow,
                        refused("base/ does not belong to this log")),
                new Row("another cluster's base/", this::bringBaseOfAnotherCluster,
                        refused("of another cluster")),
                new Row("flipped byte in the checkpointer's state", disk -> {
                    disk.flip(STATE, 24, 1);
                    disk.flip(STATE, 4096 + 24, 1);
                }, refused("checkpointer.state")));
    }

    /// Old segments under future names, as a crash between recycling and use leaves them.
    private static void recycle(SimulatedDisk disk) throws IOException {
        byte[] old = read(disk, WAL.resolve("000000010000000000000003"));
        List<String> segments = disk.list(WAL).stream().filter(SegmentName::isSegmentName).toList();
        SegmentNumber last = SegmentName.parse(segments.getLast(), LAYOUT).orElseThrow().number();
        for (int i = 1; i <= 2; i++) {
            write(disk, WAL.resolve(new SegmentName(TimelineId.FIRST, last.plus(i)).fileName(LAYOUT)), old);
        }
    }

    /// The log of the time of the checkpoint with the `base/` of now.
    private void bringBaseOfTomorrow(SimulatedDisk disk) throws IOException {
        SimulatedDisk later = original.copy(12);
        try (Seawall seawall = Seawall.open(later, new SimulatedWorld(12), CLUSTER, SeawallOptions.DEFAULT,
                List.of(new LedgerEngine()))) {
            add(seawall, 100);
            acknowledged--;
            seawall.checkpoint();
        }
        write(disk, STATE, read(later, STATE));
    }

    private void bringBaseOfAnotherCluster(SimulatedDisk disk) throws IOException {
        SimulatedDisk other = new SimulatedDisk(13);
        other.makeDirectories(Path.of("/"));
        Seawall.init(other, new SimulatedWorld(13), CLUSTER, options(SYSTEM_ID + 2));
        write(disk, STATE, read(other, STATE));
    }

    @ParameterizedTest
    @MethodSource("table")
    void bad_input_has_its_outcome(Row row) throws Exception {
        SimulatedDisk disk = original.copy(10);
        row.damage().to(disk);
        LedgerEngine engine = new LedgerEngine();
        switch (row.outcome()) {
            case Outcome.OpensWhole() -> assertThat(sumAfterOpening(disk, engine)).isEqualTo(acknowledged);
            case Outcome.OpensToTheDamage() ->
                    assertThat(sumAfterOpening(disk, engine)).isEqualTo(acknowledged - 1);
            case Outcome.Refused(Class<? extends Exception> type, String[] words) -> {
                Throwable thrown = catchThrowable(() -> open(disk, engine).close());
                assertThat(thrown).as(row.input()).isInstanceOf(type).hasMessageContainingAll(words);
                // Refused twice: nothing was changed that the second look would believe.
                thrown = catchThrowable(() -> open(disk, new LedgerEngine()).close());
                assertThat(thrown).as("%s, again", row.input()).isInstanceOf(type).hasMessageContainingAll(words);
            }
        }
    }

    private long sumAfterOpening(SimulatedDisk disk, LedgerEngine engine) throws IOException {
        try (Seawall seawall = open(disk, engine)) {
            seawall.redo().awaitApplied(seawall.wal().flushLsn());
            return engine.balances().getOrDefault("sum", 0L);
        }
    }

    @Test
    void a_second_writer_is_refused_and_the_first_goes_on() throws Exception {
        SimulatedDisk disk = original.copy(14);
        try (Seawall first = open(disk, new LedgerEngine())) {
            Throwable thrown = catchThrowable(() -> open(disk, new LedgerEngine()));
            assertThat(thrown).isInstanceOf(DirectoryLock.InUseException.class).hasMessageContaining("HINT");
            add(first, 10);
            acknowledged--;
        }
    }

    @Test
    void garbage_in_the_archive_is_not_known_rather_than_absent() throws Exception {
        SimulatedDisk disk = original.copy(15);
        SimulatedWorld archiving = new SimulatedWorld(15);
        try (Seawall seawall = Seawall.open(disk, archiving, CLUSTER, SeawallOptions.DEFAULT.withArchive(
                new ArchiveOptions(REPOSITORY, Codec.ZSTD_1, Duration.ZERO, false)),
                List.of(new LedgerEngine()))) {
            archiving.letPass(Duration.ofSeconds(5));
            RepositoryIdentity identity = new RepositoryIdentity(SYSTEM_ID, LAYOUT.segmentBytes());
            DirectoryRepository repository = DirectoryRepository.open(disk, archiving, REPOSITORY);
            String segment = seawall.archive().names().first();
            String key = repository.list("").stream().filter(name -> name.contains(segment) && name.endsWith(".zst"))
                    .findFirst().orElseThrow();
            write(disk, REPOSITORY.resolve(key), "garbage".getBytes(StandardCharsets.UTF_8));

            Fetched fetched = new Fetch(disk, new WalArchive(repository), identity)
                    .fetch(segment, CLUSTER.resolve("fetched"));
            assertThat(fetched).isInstanceOf(Fetched.Unknown.class);
        }
    }
}
