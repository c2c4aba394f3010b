package dev.seawall.walwriter.segments;

import dev.seawall.wal.Lsn;
import dev.seawall.wal.PageLayout;
import dev.seawall.wal.SegmentNumber;
import dev.seawall.wal.disk.DiskFile;
import dev.seawall.wal.disk.OffHeap;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The log as segment files, all of them prepared before it comes to them.
///
/// One thread appends; another may make durable beside it what was appended before.
public final class SegmentSink implements LogSink {

    private static final Logger LOG = LoggerFactory.getLogger(SegmentSink.class);
    private static final int ZERO_CHUNK = 1 << 20;

    private final SegmentDirectory directory;
    private final SegmentPreparer preparer;
    private final OpenSegments files;
    private final FlushPath path;
    private final OffHeap zeros = OffHeap.allocate(ZERO_CHUNK);

    private volatile @Nullable DiskFile file;
    private long segmentStart;
    /// Left behind with bytes that are not synced: a descriptor stays open until its sync, or the
    /// error of its write-back would be lost.
    private final Queue<DiskFile> unsynced = new ConcurrentLinkedQueue<>();
    private volatile boolean isDirty;
    /// As the file system has it.
    private volatile FlushPath inUse;

    /// @param files closed with this, after the preparer has ended
    public SegmentSink(SegmentPreparer preparer, OpenSegments files) {
        this.directory = files.directory();
        this.preparer = preparer;
        this.files = files;
        this.path = files.path();
        this.inUse = path;
    }

    @Override
    public void append(long at, ByteBuffer blocks) throws IOException {
        PageLayout layout = directory.layout();
        int end = blocks.limit();
        for (long to = at; blocks.hasRemaining(); ) {
            int offset = (int) to & layout.segmentBytes() - 1;
            int bytes = Math.min(blocks.remaining(), layout.segmentBytes() - offset);
            blocks.limit(blocks.position() + bytes);
            fileOf(to).write(blocks, offset);
            isDirty = true;
            blocks.limit(end);
            to += bytes;
        }
    }

    @Override
    public void skip(Lsn from, Lsn to) throws IOException {
        SegmentNumber skipped = directory.layout().segmentOf(from);
        if (directory.layout().offsetInSegment(from) == 0 || preparer.isZero(skipped)) {
            return;
        }
        DiskFile into = fileOf(from.value());
        int end = directory.layout().segmentBytes();
        for (int offset = directory.layout().offsetInSegment(from); offset < end; ) {
            int bytes = Math.min(ZERO_CHUNK, end - offset);
            into.write(zeros.view(0, bytes), offset);
            isDirty = true;
            offset += bytes;
        }
    }

    private DiskFile fileOf(long at) throws IOException {
        DiskFile current = file;
        if (current != null && at - segmentStart < directory.layout().segmentBytes()
                && at >= segmentStart) {
            return current;
        }
        if (current != null) {
            if (path.isDurableOnWrite()) {
                files.left(current);
            } else {
                unsynced.add(current);
            }
            file = null;
        }
        long start = at & -directory.layout().segmentBytes();
        long segment = Long.divideUnsigned(start, directory.layout().segmentBytes());
        DiskFile opened = files.take(segment);
        lookAt(opened);
        file = opened;
        segmentStart = start;
        preparer.want(segment);
        return opened;
    }

    private void lookAt(DiskFile opened) {
        if (opened.isDirect() != inUse.isDirect()) {
            inUse = new FlushPath(path.method(), opened.isDirect());
            LOG.warn("the file system has no O_DIRECT; the log goes through the page cache directory={} method={}",
                    directory.path(), inUse);
        }
    }

    /// How what was appended last was written; before the first, how it is meant to be.
    public FlushPath inUse() {
        return inUse;
    }

    @Override
    public void makeDurable() throws IOException {
        if (!isDirty || path.isDurableOnWrite()) {
            return;
        }
        // Before the sync: what is appended meanwhile waits for the next.
        isDirty = false;
        // Before the others are looked at: it may become one of them meanwhile.
        DiskFile current = file;
        for (DiskFile left = unsynced.peek(); left != null; left = unsynced.peek()) {
            path.sync(left);
            files.left(left);
            unsynced.remove();
            current = left == current ? null : current;
        }
        if (current != null) {
            path.sync(current);
        }
    }

    @Override
    public void close() throws IOException {
        zeros.close();
        for (DiskFile left : unsynced) {
            left.close();
        }
        DiskFile current = file;
        if (current != null) {
            current.close();
        }
        files.close();
    }
}
