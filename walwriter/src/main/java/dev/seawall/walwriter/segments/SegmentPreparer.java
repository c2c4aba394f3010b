package dev.seawall.walwriter.segments;

import dev.seawall.wal.PageHeader;
import dev.seawall.wal.PageLayout;
import dev.seawall.wal.SegmentName;
import dev.seawall.wal.SegmentNumber;
import dev.seawall.wal.disk.Disk.Open;
import dev.seawall.wal.disk.DiskFile;
import dev.seawall.wal.disk.NoSpaceException;
import dev.seawall.wal.disk.OffHeap;
import dev.seawall.wal.role.Role;
import dev.seawall.wal.role.World;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Has the next segments ready before the log comes to them, made anew or recycled, and removes
/// those that nobody needs: the only one who creates, renames and removes segments of a running log.
///
/// A segment is written with zeros and synced, not only allocated: the first write into an
/// allocated extent costs a metadata commit. Order, so that a crash at any point leaves either no
/// segment or a whole one: fill under a temporary name, with the page header in front by which
/// tools tell the segment size, sync, rename, sync the directory, and only then say that it is
/// there.
public final class SegmentPreparer implements Role {

    private static final Logger LOG = LoggerFactory.getLogger(SegmentPreparer.class);
    private static final int CHUNK = 1 << 20;

    /// Segments kept for the log's own records, checkpoints above all: freeing space needs one.
    public static final int RESERVED_SEGMENTS = 2;

    private final SegmentDirectory directory;
    private final OpenSegments files;
    private final World world;
    private final boolean isZeroed;
    private final ArchiveStatus archiveStatus;
    private final Consumer<Throwable> onFailure;
    private final OffHeap zeros = OffHeap.allocate(CHUNK);
    private volatile Runnable onChange = () -> {};

    /// Segments before it can be written.
    private volatile long preparedEnd;
    private volatile long wantedEnd;
    private volatile boolean isOutOfSpace;
    private long retryAt;

    private final ConcurrentLinkedQueue<Removal> removals = new ConcurrentLinkedQueue<>();
    private final Deque<SegmentName> removable = new ArrayDeque<>();
    private long recycleEnd;
    private final Set<Long> recycled = ConcurrentHashMap.newKeySet();

    /// Segments to give up, and up to where they may become future ones.
    public record Removal(Deque<SegmentName> segments, SegmentNumber recycleEnd) {}

    /// @param current  the segment that the log is in; it exists, and none behind it
    /// @param isZeroed write zeros (`wal_init_zero`), or allocate only
    public SegmentPreparer(OpenSegments files, World world, SegmentNumber current, boolean isZeroed,
            ArchiveStatus archiveStatus, Consumer<Throwable> onFailure) {
        this.directory = files.directory();
        this.files = files;
        this.world = world;
        this.isZeroed = isZeroed;
        this.archiveStatus = archiveStatus;
        this.onFailure = onFailure;
        this.preparedEnd = current.value() + 1;
        this.wantedEnd = current.value() + 1 + ahead();
    }

    /// How many segments behind the current one are kept ready.
    private int ahead() {
        int forClients = Math.max(1, Math.min(8, (32 << 20) / directory.layout().segmentBytes()));
        return forClients + RESERVED_SEGMENTS;
    }

    /// Called when [#preparedEnd] or [#isOutOfSpace] has changed.
    public void onChange(Runnable listener) {
        onChange = listener;
    }

    public SegmentNumber preparedEnd() {
        return new SegmentNumber(preparedEnd);
    }

    /// Whether the last try to prepare found the file system full. Tried again every second.
    public boolean isOutOfSpace() {
        return isOutOfSpace;
    }

    /// Whether the segment is zero wherever the log has not written: false for a recycled one.
    boolean isZero(SegmentNumber segment) {
        return isZeroed && !recycled.contains(segment.value());
    }

    /// Somebody needs the log to go on into this segment.
    public void want(SegmentNumber segment) {
        want(segment.value());
    }

    /// The same by the number, for the flusher that has come to it.
    synchronized void want(long segment) {
        wantedEnd = Math.max(wantedEnd, segment + 1 + ahead());
    }

    /// Gives segments up for recycling or removal.
    public void remove(Removal removal) {
        removals.add(removal);
    }

    @Override
    public String name() {
        return "wal-preparer";
    }

    @Override
    public boolean hasWork() {
        return !removals.isEmpty() || files.hasWork(preparedEnd) || isToPrepare();
    }

    private boolean isToPrepare() {
        return preparedEnd < wantedEnd && (!isOutOfSpace || world.nanoTime() >= retryAt);
    }

    @Override
    public Duration nap() {
        return Duration.ofMillis(isOutOfSpace ? 100 : 1000);
    }

    @Override
    public void step() throws IOException {
        // First: it is a moment's work, and the log may be about to come there.
        files.step(preparedEnd);
        Removal removal = removals.poll();
        if (removal != null) {
            removable.addAll(removal.segments());
            recycleEnd = Math.max(recycleEnd, removal.recycleEnd().value());
            recycleOrRemove();
        } else if (isToPrepare()) {
            prepareNext();
        }
    }

    private void prepareNext() throws IOException {
        SegmentNumber next = new SegmentNumber(preparedEnd);
        try {
            create(next);
        } catch (NoSpaceException e) {
            discard(directory.temporaryOf(next));
            if (!isOutOfSpace) {
                LOG.error("no space for the next log segment; commits are refused until there is some"
                        + " segment={} problem={}", directory.fileName(next), e.getMessage());
            }
            isOutOfSpace = true;
            retryAt = world.nanoTime() + Duration.ofSeconds(1).toNanos();
            onChange.run();
            return;
        }
        if (isOutOfSpace) {
            LOG.info("there is space for log segments again segment={}", directory.fileName(next));
        }
        isOutOfSpace = false;
        preparedEnd = next.value() + 1;
        onChange.run();
    }

    private void create(SegmentNumber segment) throws IOException {
        Path temporary = directory.temporaryOf(segment);
        int bytes = directory.layout().segmentBytes();
        discard(temporary);
        // Past the page cache: nobody reads zeros, and copying them there costs more than writing them.
        try (DiskFile file = directory.disk().open(temporary, Set.of(Open.CREATE_NEW, Open.DIRECT))) {
            file.allocate(0, bytes);
            if (isZeroed) {
                for (int at = 0; at < bytes; at += CHUNK) {
                    file.write(zeros.view(0, Math.min(CHUNK, bytes - at)), at);
                }
            } else {
                file.truncate(bytes);
            }
            file.write(firstPage(segment), 0);
            file.sync();
        }
        directory.disk().rename(temporary, directory.fileOf(segment));
        directory.disk().syncDirectory(directory.path());
    }

    /// pg_waldump asks any file of the directory for the segment size, this one perhaps.
    private ByteBuffer firstPage(SegmentNumber segment) {
        ByteBuffer page = ByteBuffer.allocate(PageLayout.PAGE_BYTES).order(ByteOrder.LITTLE_ENDIAN);
        PageHeader.write(page, directory.layout(), directory.timeline().value(), directory.systemId(),
                directory.layout().startOf(segment), 0, 0);
        return page.clear();
    }

    private void discard(Path temporary) throws IOException {
        if (directory.disk().exists(temporary)) {
            directory.disk().delete(temporary);
        }
    }

    /// Renames old segments to the next future names while there is use for them, removes the rest.
    private void recycleOrRemove() throws IOException {
        int recycledCount = 0;
        int removedCount = 0;
        for (SegmentName old = removable.pollFirst(); old != null; old = removable.pollFirst()) {
            String name = old.fileName(directory.layout());
            Path path = directory.path().resolve(name);
            recycled.remove(old.number().value());
            try {
                if (preparedEnd < recycleEnd && isWholeSegment(path)) {
                    directory.disk().rename(path, directory.fileOf(new SegmentNumber(preparedEnd)));
                    directory.disk().syncDirectory(directory.path());
                    recycled.add(preparedEnd);
                    preparedEnd++;
                    recycledCount++;
                } else {
                    directory.disk().delete(path);
                    removedCount++;
                }
            } catch (NoSuchFileException e) {
                LOG.warn("a segment to be removed was gone already segment={}", name);
            }
            // After the segment: one without its .done would only be archived once more.
            archiveStatus.forget(name);
        }
        directory.disk().syncDirectory(directory.path());
        if (recycledCount + removedCount > 0) {
            LOG.info("log segments given up recycled={} removed={}", recycledCount, removedCount);
            onChange.run();
        }
    }

    private boolean isWholeSegment(Path path) throws IOException {
        try (DiskFile file = directory.disk().open(path, Set.of(Open.READ_ONLY))) {
            return file.size() == directory.layout().segmentBytes();
        }
    }

    /// Removes what an interrupted preparation left. Before the role starts.
    public void discardLeftovers() throws IOException {
        for (String name : directory.disk().list(directory.path())) {
            if (name.startsWith(SegmentDirectory.TEMPORARY_PREFIX)) {
                directory.disk().delete(directory.path().resolve(name));
            }
        }
    }

    @Override
    public void failed(Throwable cause) {
        onFailure.accept(cause);
    }

    /// Frees memory. After the role has ended.
    public void close() {
        zeros.close();
    }
}
