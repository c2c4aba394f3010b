package dev.seawall.walwriter.start;

import dev.seawall.wal.PageLayout;
import dev.seawall.wal.SegmentName;
import dev.seawall.wal.SegmentNumber;
import dev.seawall.wal.TimelineHistory;
import dev.seawall.wal.TimelineId;
import dev.seawall.wal.WalCorruptException;
import dev.seawall.wal.disk.Disk;
import dev.seawall.wal.disk.DiskFile;
import dev.seawall.wal.disk.OffHeap;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/// `pg_wal` while nobody appends: its files made trustworthy, looked through, made and removed.
public final class WalDirectory {

    /// Whatever is made in `pg_wal` bears this in front until it is whole.
    public static final String TEMPORARY_PREFIX = "xlogtemp.";

    private static final int PIECE_BYTES = 1 << 20;
    private static final int HISTORY_BYTES_MAX = 1 << 20;

    private final Disk disk;
    private final Path path;
    private final PageLayout layout;
    /// Of files as [#makeTrue] found them: to open each of a long log once more would take as long again.
    private final Map<String, Long> sizes = new HashMap<>();

    public WalDirectory(Disk disk, Path path, PageLayout layout) {
        this.disk = disk;
        this.path = path;
        this.layout = layout;
    }

    /// Makes what is read from here on true: syncs every file and the directory, and drops the files'
    /// cache. Both are needed. Bytes that a dead process wrote may be in the cache only, and would be
    /// shown and later lost; and after a failed sync the cache shows, as clean, what never reached the
    /// disk. Unfinished files are removed.
    public void makeTrue() throws IOException {
        for (String name : disk.list(path)) {
            if (name.startsWith(TEMPORARY_PREFIX)) {
                disk.delete(path.resolve(name));
            } else if (SegmentName.isSegmentName(name) || TimelineHistory.isHistoryName(name)) {
                try (DiskFile file = disk.open(path.resolve(name), Set.of())) {
                    file.sync();
                    file.dropCache();
                    sizes.put(name, file.size());
                }
            }
        }
        disk.syncDirectory(path);
    }

    /// All segments, of all timelines.
    public List<SegmentName> segments() throws IOException {
        List<SegmentName> found = new ArrayList<>();
        for (String name : disk.list(path)) {
            SegmentName.parse(name, layout).ifPresent(found::add);
        }
        return found;
    }

    /// @throws WalCorruptException if a segment has not the size that every segment is made with
    public void checkSize(SegmentName segment) throws IOException {
        String name = segment.fileName(layout);
        long size = sizes.getOrDefault(name, -1L);
        if (size < 0) {
            try (DiskFile open = disk.open(path.resolve(name), Set.of(Disk.Open.READ_ONLY))) {
                size = open.size();
            }
        }
        if (size != layout.segmentBytes()) {
            throw WalCorruptException.inFile("log segment has " + size + " bytes, not " + layout.segmentBytes(),
                    path.resolve(name).toString(),
                    "Put the segment back from the archive or a standby, or restore the cluster.");
        }
    }

    /// The ancestors of a timeline, by its history file; the first timeline needs none.
    ///
    /// @return empty if there is no such file
    public Optional<TimelineHistory> history(TimelineId timeline) throws IOException {
        Path file = path.resolve(TimelineHistory.fileName(timeline));
        try (DiskFile open = disk.open(file, Set.of(Disk.Open.READ_ONLY))) {
            ByteBuffer text = ByteBuffer.allocate((int) Math.min(open.size(), HISTORY_BYTES_MAX));
            open.read(text, 0);
            return Optional.of(TimelineHistory.parse(
                    timeline, StandardCharsets.UTF_8.decode(text.flip()).toString()));
        } catch (NoSuchFileException e) {
            return timeline.equals(TimelineId.FIRST) ? Optional.of(TimelineHistory.root(timeline)) : Optional.empty();
        } catch (IllegalArgumentException e) {
            throw WalCorruptException.inFile(String.valueOf(e.getMessage()), file.toString(),
                    "Put the history file back from the archive.");
        }
    }

    /// Writes a file that is there whole or not at all, durably.
    public void create(String name, ByteBuffer content) throws IOException {
        Path temporary = path.resolve(TEMPORARY_PREFIX + name);
        try (DiskFile file = disk.open(temporary, Set.of(Disk.Open.CREATE))) {
            file.truncate(0);
            file.write(content, 0);
            file.sync();
        }
        publish(temporary, name);
    }

    /// Makes a segment that begins with `content` and goes on with zeros: there whole or not at all,
    /// durable when this returns.
    public void createSegment(SegmentName segment, ByteBuffer content) throws IOException {
        String name = segment.fileName(layout);
        Path temporary = path.resolve(TEMPORARY_PREFIX + name);
        try (DiskFile file = disk.open(temporary, Set.of(Disk.Open.CREATE))) {
            file.truncate(0);
            file.allocate(0, layout.segmentBytes());
            int length = content.remaining();
            file.write(content, 0);
            zero(file, length, layout.segmentBytes());
            file.sync();
        }
        publish(temporary, name);
    }

    /// Gives a synced temporary file its name, durably.
    public void publish(Path temporary, String name) throws IOException {
        sizes.remove(name);
        disk.rename(temporary, path.resolve(name));
        disk.syncDirectory(path);
    }

    /// Zeroes a segment from `offset` to its end, durably.
    public void zeroRest(SegmentName segment, int offset) throws IOException {
        try (DiskFile file = disk.open(path.resolve(segment.fileName(layout)), Set.of())) {
            zero(file, offset, layout.segmentBytes());
            file.sync();
            // Whoever reads the log's end from now on sees what the device has.
            file.dropCache();
        }
    }

    private static void zero(DiskFile file, int from, int to) throws IOException {
        try (OffHeap zeros = OffHeap.allocate(Math.min(PIECE_BYTES, to))) {
            for (int at = from; at < to; ) {
                // Up to a multiple of the piece, so that all but the first write are aligned.
                int next = (int) Math.min(to, (at / (long) PIECE_BYTES + 1) * PIECE_BYTES);
                file.write(zeros.view(0, next - at), at);
                at = next;
            }
        }
    }

    /// Removes segments one by one, the last first, each durably before the one in front of it: at no
    /// moment, and after no crash, is there a hole that would look like damage.
    public void removeFrom(SegmentNumber first, List<SegmentName> segments) throws IOException {
        List<SegmentName> stale = segments.stream()
                .filter(segment -> !segment.number().isBefore(first))
                .sorted((a, b) -> b.number().compareTo(a.number()))
                .toList();
        for (SegmentName segment : stale) {
            sizes.remove(segment.fileName(layout));
            disk.delete(path.resolve(segment.fileName(layout)));
            disk.syncDirectory(path);
        }
    }

    public Path path() {
        return path;
    }
}
