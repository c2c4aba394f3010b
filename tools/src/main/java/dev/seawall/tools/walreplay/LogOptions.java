package dev.seawall.tools.walreplay;

import dev.seawall.tools.ExitCode;
import dev.seawall.tools.ExitCodeException;
import dev.seawall.wal.ControlFile;
import dev.seawall.wal.Lsn;
import dev.seawall.wal.PageHeader;
import dev.seawall.wal.PageLayout;
import dev.seawall.wal.SegmentName;
import dev.seawall.wal.SegmentNumber;
import dev.seawall.wal.TimelineHistory;
import dev.seawall.wal.TimelineId;
import dev.seawall.wal.disk.Disk;
import dev.seawall.wal.disk.DiskFile;
import dev.seawall.wal.read.SegmentFiles;
import dev.seawall.wal.role.World;
import dev.seawall.walwriter.start.ClusterLayout;
import dev.seawall.walwriter.start.WalDirectory;
import dev.seawall.walwriter.timeline.TimelineChoice;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/// Which log to read, and along which timeline.
final class LogOptions {

    private static final int CONTROL_BYTES = 8192;

    @Option(names = {"-w", "--wal"}, paramLabel = "DIR",
            description = "Read the log in this directory: a cluster's, Seawall's or PostgreSQL 15's, or its pg_wal."
                    + " Only looked at; the cluster may be open.")
    private @Nullable Path wal;

    @Option(names = {"-r", "--repository"}, paramLabel = "DIR",
            description = "Read base backups and log from this repository (see archiver --help).")
    private @Nullable Path repository;

    @Option(names = "--timeline", paramLabel = "latest|current|N", defaultValue = "latest",
            description = "Timeline to follow: the newest, the base backup's own, or a number. Default: latest.")
    private String timeline = "latest";

    Path repository() {
        if (repository == null) {
            throw new ExitCodeException(ExitCode.USAGE, "no repository is named"
                    + "\nHINT: Recovery needs a base backup and an archive: name them with --repository DIR.");
        }
        return repository.toAbsolutePath().normalize();
    }

    /// @param scratch an empty directory for fetched segments
    ReplayLog open(Disk disk, World world, Path scratch) throws IOException {
        if (wal != null && repository != null) {
            throw new ExitCodeException(ExitCode.USAGE, "both --wal and --repository were given"
                    + "\nHINT: The log is read from one of them.");
        }
        return wal != null ? openDirectory(disk, wal.toAbsolutePath().normalize()) : openArchive(disk, world, scratch);
    }

    private ReplayLog openDirectory(Disk disk, Path named) throws IOException {
        Path directory = disk.exists(ClusterLayout.wal(named)) ? ClusterLayout.wal(named) : named;
        List<String> names = disk.list(directory).stream().filter(SegmentName::isSegmentName).toList();
        if (names.isEmpty()) {
            throw new ExitCodeException(ExitCode.NOT_FOUND, "no log segments in \"" + directory + "\"");
        }
        PageHeader header = headerOf(disk, directory.resolve(names.getFirst()));
        PageLayout layout = new PageLayout(header.segmentBytes());
        TimelineHistory history = history(disk, directory, layout, timelinesOf(names));
        List<SegmentNumber> numbers = numbersOf(names, layout, history);
        return new ReplayLog(new SegmentFiles(disk, directory, layout, history), layout, header.systemId(), history,
                layout.startOf(numbers.getFirst()), numbers.getLast(), nextXidOf(disk, directory.getParent()));
    }

    private ReplayLog openArchive(Disk disk, World world, Path scratch) throws IOException {
        RecoverySource source = RecoverySource.open(disk, world, repository(), scratch);
        Collection<String> names = source.archive().names();
        TimelineHistory history = source.history(choose(timelinesOf(names)));
        return source.log(history, numbersOf(names, source.layout(), history), 1);
    }

    private static TreeSet<TimelineId> timelinesOf(Collection<String> names) {
        TreeSet<TimelineId> timelines = names.stream()
                .filter(name -> SegmentName.isSegmentName(name) || TimelineHistory.isHistoryName(name))
                .map(name -> TimelineId.parseHex(name.substring(0, 8)))
                .collect(Collectors.toCollection(TreeSet::new));
        if (timelines.isEmpty()) {
            throw new ExitCodeException(ExitCode.NOT_FOUND, "there are no log segments");
        }
        return timelines;
    }

    private TimelineId choose(TreeSet<TimelineId> timelines) {
        if (timeline.equals("latest") || timeline.equals("current")) {
            return timelines.getLast();
        }
        return number(timeline);
    }

    /// A timeline's number as an option gives it.
    private static TimelineId number(String text) {
        return switch (choiceOf(text)) {
            case TimelineChoice.Numbered(TimelineId timeline) -> timeline;
            case TimelineChoice.Latest _, TimelineChoice.Current _ -> throw new AssertionError(text);
        };
    }

    /// The timeline to follow, as recovery takes it.
    TimelineChoice choice() {
        return choiceOf(timeline);
    }

    private static TimelineChoice choiceOf(String text) {
        try {
            return TimelineChoice.parse(text);
        } catch (IllegalArgumentException e) {
            throw new ExitCodeException(ExitCode.USAGE, e.getMessage(), e);
        }
    }

    private TimelineHistory history(Disk disk, Path directory, PageLayout layout, TreeSet<TimelineId> timelines)
            throws IOException {
        TimelineId chosen = choose(timelines);
        Optional<TimelineHistory> history = new WalDirectory(disk, directory, layout).history(chosen);
        return history.orElseThrow(() -> new ExitCodeException(ExitCode.NOT_FOUND, "there is no history file "
                + TimelineHistory.fileName(chosen) + "\nHINT: Timelines that are there: " + timelines));
    }

    private static List<SegmentNumber> numbersOf(
            Collection<String> names, PageLayout layout, TimelineHistory history) {
        List<SegmentNumber> numbers = names.stream().filter(SegmentName::isSegmentName)
                .flatMap(name -> SegmentName.parse(name, layout).stream())
                .filter(segment -> history.switchPointOf(segment.timeline()).isValid())
                .map(SegmentName::number).sorted().distinct().toList();
        if (numbers.isEmpty()) {
            throw new ExitCodeException(ExitCode.NOT_FOUND,
                    "no log segments of timeline " + history.timeline() + " or its ancestors");
        }
        return numbers;
    }

    private static PageHeader headerOf(Disk disk, Path segment) throws IOException {
        ByteBuffer page = ByteBuffer.allocate(PageLayout.PAGE_BYTES).order(ByteOrder.LITTLE_ENDIAN);
        try (DiskFile file = disk.open(segment, Set.of(Disk.Open.READ_ONLY))) {
            file.read(page, 0);
        }
        PageHeader header = PageHeader.read(page.position(0).limit(page.capacity()));
        if (header.magic() != PageHeader.MAGIC || !header.isLong()
                || !PageLayout.isSegmentSize(header.segmentBytes())) {
            throw new ExitCodeException(ExitCode.CORRUPT, "\"" + segment + "\" does not begin like a log segment"
                    + "\nHINT: Logs of PostgreSQL 15 and of Seawall can be read.");
        }
        return header;
    }

    /// What pg_control says of xids; 1 if it cannot be asked, which only costs the epoch.
    private static long nextXidOf(Disk disk, @Nullable Path cluster) throws IOException {
        if (cluster == null || !disk.exists(ClusterLayout.control(cluster))) {
            return 1;
        }
        ByteBuffer content = ByteBuffer.allocate(CONTROL_BYTES).order(ByteOrder.LITTLE_ENDIAN);
        Path path = ClusterLayout.control(cluster);
        try (DiskFile file = disk.open(path, Set.of(Disk.Open.READ_ONLY))) {
            file.read(content, 0);
        }
        return ControlFile.read(content.flip(), path.toString()).checkpoint().nextXid();
    }

    /// Where a log is to be read from.
    static Lsn startOf(ReplayLog log, String start) {
        if (start.isEmpty()) {
            return log.first();
        }
        try {
            return Lsn.max(log.first(), Lsn.parse(start));
        } catch (IllegalArgumentException e) {
            throw new ExitCodeException(ExitCode.USAGE, e.getMessage(), e);
        }
    }
}
