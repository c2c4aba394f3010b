package dev.seawall.tools.quickstart;

import dev.seawall.archiver.backup.BackupManifest;
import dev.seawall.embedded.Seawall;
import dev.seawall.embedded.SeawallOptions;
import dev.seawall.settings.Settings;
import dev.seawall.tools.ExitCode;
import dev.seawall.tools.ExitCodeException;
import dev.seawall.tools.Progress;
import dev.seawall.tools.Quantity;
import dev.seawall.tools.child.ChildJvm;
import dev.seawall.wal.Lsn;
import dev.seawall.wal.PageLayout;
import dev.seawall.wal.disk.Disk;
import dev.seawall.wal.disk.LinuxDisk;
import dev.seawall.wal.role.SystemWorld;
import dev.seawall.wal.role.World;
import dev.seawall.walwriter.segments.ArchiveStatus;
import dev.seawall.walwriter.start.ClusterInit;
import dev.seawall.walwriter.start.ClusterLayout;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/// The chapters of the quickstart, in order. Each does one thing, tells it, and checks it.
final class Chapters {

    static final String RESTORE_POINT = "halfway";

    private static final int SMALL_SEGMENT = 1 << 20;
    private static final int LARGE_SEGMENT = 16 << 20;
    private static final int MANY_LINES = 200_000;
    private static final Duration ARCHIVE_WAIT = Duration.ofMinutes(5);

    private final Story story;
    private final InputLines input;
    private final String inputArgument;
    private final Places places;
    private final Disk disk = new LinuxDisk();
    private final World world = new SystemWorld();
    private final int quarter;
    private final int half;

    Chapters(Story story, InputLines input, String inputArgument, Places places) {
        this.story = story;
        this.input = input;
        this.inputArgument = inputArgument;
        this.places = places;
        this.quarter = input.count() / 4;
        this.half = input.count() / 2;
    }

    void tell() throws Exception {
        create();
        BackupManifest backup;
        try (Seawall seawall = open()) {
            LineTable table = new LineTable();
            backup = firstHalf(seawall, table);
            restorePointAndArchive(seawall);
            check(seawall, half, "the data files hold the first %s lines", Quantity.count(half));
        }
        int acknowledged = crash();
        try (Seawall seawall = startAgain(acknowledged)) {
            secondHalf(seawall);
        }
        new RestoreChapter(story, disk, world, places).tell(backup, input, half);
    }

    private void create() throws IOException {
        story.chapter("A new cluster");
        Path directory = places.cluster();
        int segmentBytes = input.count() > MANY_LINES ? LARGE_SEGMENT : SMALL_SEGMENT;
        Instant now = world.now();
        ClusterInit.Options options = new ClusterInit.Options(
                ClusterInit.systemId(now, world.random().nextLong()), new Lsn(segmentBytes), 3,
                new PageLayout(segmentBytes), ClusterInit.Options.MAX_CONNECTIONS_DEFAULT);
        Seawall.init(disk, world, directory, options);
        Files.writeString(directory.resolve(Settings.FILE_NAME), """
                # Written by walctl quickstart.
                archive_mode = on
                archive_repository = '../archive'
                archive_compression = zstd
                """);
        story.fact("%s, system identifier %s, segments of %s", Places.shown(directory),
                Long.toUnsignedString(options.systemId()), Quantity.bytes(segmentBytes));
    }

    private Seawall open() throws IOException {
        Path directory = places.cluster();
        Settings settings = Settings.load(disk, directory, Map.of(), Map.of());
        return Seawall.open(disk, world, directory, SeawallOptions.of(settings, directory));
    }

    private BackupManifest firstHalf(Seawall seawall, LineTable table) throws Exception {
        story.chapter("The first half of the lines, each a transaction; meanwhile a base backup");
        long begin = System.nanoTime();
        commit(seawall, table, quarter);
        // From another thread: the backup is online, commits go on.
        BackupThread backup = new BackupThread(seawall);
        commit(seawall, table, half);
        Duration took = Duration.ofNanos(System.nanoTime() - begin);
        story.fact("%s transactions committed in %s, %s a second; the log is at %s", Quantity.count(half),
                Quantity.time(took), Quantity.count(half * 1_000_000_000L / Math.max(1, took.toNanos())),
                seawall.wal().flushLsn());
        BackupManifest manifest = backup.await();
        story.fact("base backup %s: %d files, %s; with the log from %s on it can be restored", manifest.label(),
                manifest.files().size(), Quantity.bytes(manifest.bytes()), manifest.redo());
        return manifest;
    }

    private void commit(Seawall seawall, LineTable table, int upTo) {
        int from = table.rows();
        try (Progress progress = story.progress("committing", upTo - from)) {
            new Commits(seawall.wal(), table, input, line -> progress.at(line - from)).upTo(upTo);
        }
    }

    private void restorePointAndArchive(Seawall seawall) throws IOException {
        story.chapter("A restore point half-way, a checkpoint, and the archive");
        Lsn point = seawall.wal().restorePoint(RESTORE_POINT);
        story.fact("restore point \"%s\" ends at %s", RESTORE_POINT, point);
        long begin = System.nanoTime();
        Lsn redo = seawall.checkpoint().redo();
        story.fact("checkpoint done in %s: a restart would redo from %s on",
                Quantity.time(Duration.ofNanos(System.nanoTime() - begin)), redo);
        archiveAll(seawall);
    }

    /// Ends the segment and waits until nothing is left to archive.
    private void archiveAll(Seawall seawall) throws IOException {
        seawall.wal().switchSegment();
        ArchiveStatus status = new ArchiveStatus(disk, ClusterLayout.wal(places.cluster()));
        long deadline = world.nanoTime() + ARCHIVE_WAIT.toNanos();
        while (!status.ready().isEmpty()) {
            if (world.nanoTime() > deadline) {
                throw new ExitCodeException(ExitCode.IO, "segments are still not archived after " + ARCHIVE_WAIT
                        + ": " + status.ready());
            }
            world.park(() -> false, 10_000_000);
        }
        long segments = seawall.archive().names().stream().filter(name -> name.length() == 24).count();
        story.fact("%d segments (%s) are in the archive, compressed: %s", segments,
                Quantity.bytes(segments * seawall.wal().layout().segmentBytes()),
                Quantity.bytes(bytesBelow(places.repository().resolve("wal"))));
    }

    private static long bytesBelow(Path directory) throws IOException {
        try (Stream<Path> files = Files.walk(directory)) {
            long bytes = 0;
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                bytes += Files.size(file);
            }
            return bytes;
        }
    }

    private void check(Seawall seawall, int rows, String statement, Object... arguments) throws IOException {
        LineTable table = new LineTable();
        table.load(seawall, input);
        story.check(table.rows() == rows, statement, arguments);
    }

    /// @return the last line that was acknowledged before the process died
    private int crash() throws IOException {
        story.chapter("SIGKILL in the middle of committing the second half");
        int killAt = half + (input.count() - half) / 2;
        int last = killAt + (input.count() - killAt) / 2;
        int acknowledged = half;
        try (ChildJvm child = ChildJvm.start(Committer.class,
                List.of(places.cluster().toString(), inputArgument, String.valueOf(last)))) {
            int opened = Committer.parse(child.readLine().orElseThrow(() -> new ExitCodeException(ExitCode.CORRUPT,
                    "the committing process did not start: exit code " + child.await())), "opened");
            story.check(opened == half, "a new process, %d, opens the cluster and finds the first half", child.pid());
            try (Progress progress = story.progress("committing", input.count() - half)) {
                for (Optional<String> line = child.readLine(); line.isPresent(); line = child.readLine()) {
                    acknowledged = Committer.parse(line.get(), "acknowledged");
                    progress.at(acknowledged - half);
                    if (acknowledged == killAt) {
                        child.kill();
                    }
                }
            }
            story.check(child.await() == ChildJvm.KILLED,
                    "killed: it acknowledged %s more transactions and died of SIGKILL",
                    Quantity.count(acknowledged - half));
        }
        return acknowledged;
    }

    private Seawall startAgain(int acknowledged) throws IOException {
        story.chapter("Started again");
        long begin = System.nanoTime();
        Seawall seawall = open();
        story.fact("open for commits after %s: the log ends at %s; redo is at %s",
                Quantity.time(Duration.ofNanos(System.nanoTime() - begin)), seawall.wal().insertLsn(),
                seawall.redo().applied());
        LineTable table = new LineTable();
        table.load(seawall, input);
        story.check(table.rows() >= acknowledged, "every acknowledged transaction is there: lines 1 to %s",
                Quantity.count(acknowledged));
        story.check(table.rows() <= acknowledged + Commits.WINDOW,
                "none is half there; %d that the kill left unacknowledged are there, whole",
                table.rows() - acknowledged);
        return seawall;
    }

    private void secondHalf(Seawall seawall) throws IOException {
        story.chapter("The rest");
        LineTable table = new LineTable();
        table.load(seawall, input);
        int rest = input.count() - table.rows();
        commit(seawall, table, input.count());
        story.fact("%s transactions committed; the log is at %s", Quantity.count(rest), seawall.wal().flushLsn());
        archiveAll(seawall);
        check(seawall, input.count(), "the data files hold all %s lines, equal to the input's byte for byte",
                Quantity.count(input.count()));
    }
}
