package dev.seawall.walwriter.segments;

import dev.seawall.wal.SegmentNumber;
import dev.seawall.wal.disk.DiskFile;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.Queue;
import org.jspecify.annotations.Nullable;

/// The open files of the log: the next segment's is opened before the log comes to it, and one that it has left is
/// closed after, so that neither is for those to wait for whose commit crosses from one to the other.
///
/// [#take] and [#left] are of whoever writes the log, [#step] is [SegmentPreparer]'s. A crossing is too rare to be
/// compiled, and what VarHandles do takes 10 microseconds each when it is interpreted: hence a lock, held for no file's
/// opening or closing.
public final class OpenSegments implements AutoCloseable {

    private final SegmentDirectory directory;
    private final FlushPath path;

    // All guarded by this.
    private final Queue<DiskFile> left = new ArrayDeque<>();
    private @Nullable DiskFile ahead;
    private long aheadSegment;
    /// The segment to open ahead.
    private long next;
    /// A segment that could not be: whoever writes will try it again, and tell.
    private long refused = -1;

    /// @param first the segment that is written first
    public OpenSegments(SegmentDirectory directory, FlushPath path, SegmentNumber first) {
        this.directory = directory;
        this.path = path;
        this.next = first.value();
    }

    SegmentDirectory directory() {
        return directory;
    }

    FlushPath path() {
        return path;
    }

    /// The file of a segment that is there; the caller's, until it gives it to [#left] or closes it.
    DiskFile take(long segment) throws IOException {
        DiskFile opened = takeAhead(segment);
        return opened == null ? open(segment) : opened;
    }

    private synchronized @Nullable DiskFile takeAhead(long segment) {
        next = segment + 1;
        DiskFile opened = ahead;
        ahead = null;
        if (opened != null && aheadSegment != segment) {
            left.add(opened);
            return null;
        }
        return opened;
    }

    private DiskFile open(long segment) throws IOException {
        return path.open(directory.disk(), directory.fileOf(new SegmentNumber(segment)));
    }

    /// Takes a file over that has nothing left to be synced.
    synchronized void left(DiskFile file) {
        left.add(file);
    }

    /// @param preparedEnd segments before it are there
    synchronized boolean hasWork(long preparedEnd) {
        return !left.isEmpty() || isToBeOpened(preparedEnd);
    }

    private boolean isToBeOpened(long preparedEnd) {
        return next < preparedEnd && next != refused && (ahead == null || aheadSegment != next);
    }

    /// Opens and closes what there is to be.
    void step(long preparedEnd) throws IOException {
        long segment;
        synchronized (this) {
            segment = isToBeOpened(preparedEnd) ? next : -1;
        }
        if (segment >= 0) {
            openAhead(segment);
        }
        closeLeft();
    }

    private void openAhead(long segment) {
        DiskFile opened;
        try {
            opened = open(segment);
        } catch (IOException e) {
            opened = null;
        }
        synchronized (this) {
            if (opened == null) {
                refused = segment;
                return;
            }
            if (ahead != null) {
                left.add(ahead);
            }
            ahead = opened;
            aheadSegment = segment;
        }
    }

    private void closeLeft() throws IOException {
        for (DiskFile file = pollLeft(); file != null; file = pollLeft()) {
            file.close();
        }
    }

    private synchronized @Nullable DiskFile pollLeft() {
        return left.poll();
    }

    /// When nobody writes any more, and the preparer has ended.
    @Override
    public void close() throws IOException {
        synchronized (this) {
            if (ahead != null) {
                left.add(ahead);
            }
            ahead = null;
        }
        closeLeft();
    }
}
