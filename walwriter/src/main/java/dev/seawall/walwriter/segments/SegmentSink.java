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

/// The log as segment files, all of them prepared before it comes to them.
///
/// One thread appends; another may make durable beside it what was appended before.
public final class SegmentSink implements LogSink {

    private static final int ZERO_CHUNK = 1 << 20;

    private final SegmentDirectory directory;
    private final SegmentPreparer preparer;
    private final SyncMethod method;
    private final OffHeap zeros = OffHeap.allocate(ZERO_CHUNK);

    private volatile @Nullable DiskFile file;
    private @Nullable SegmentNumber segment;
    /// Left behind with bytes that are not synced: a descriptor stays open until its sync, or the
    /// error of its write-back would be lost.
    private final Queue<DiskFile> unsynced = new ConcurrentLinkedQueue<>();
    private volatile boolean isDirty;

    public SegmentSink(SegmentDirectory directory, SegmentPreparer preparer, SyncMethod method) {
        this.directory = directory;
        this.preparer = preparer;
        this.method = method;
    }

    @Override
    public void append(Lsn at, ByteBuffer blocks) throws IOException {
        PageLayout layout = directory.layout();
        Lsn to = at;
        while (blocks.hasRemaining()) {
            int offset = layout.offsetInSegment(to);
            int bytes = Math.min(blocks.remaining(), layout.segmentBytes() - offset);
            ByteBuffer part = blocks.slice(blocks.position(), bytes);
            fileOf(layout.segmentOf(to)).write(part, offset);
            isDirty = true;
            blocks.position(blocks.position() + bytes);
            to = to.plus(bytes);
        }
    }

    @Override
    public void skip(Lsn from, Lsn to) throws IOException {
        SegmentNumber skipped = directory.layout().segmentOf(from);
        if (directory.layout().offsetInSegment(from) == 0 || preparer.isZero(skipped)) {
            return;
        }
        DiskFile into = fileOf(skipped);
        int end = directory.layout().segmentBytes();
        for (int offset = directory.layout().offsetInSegment(from); offset < end; ) {
            int bytes = Math.min(ZERO_CHUNK, end - offset);
            into.write(zeros.view(0, bytes), offset);
            isDirty = true;
            offset += bytes;
        }
    }

    private DiskFile fileOf(SegmentNumber wanted) throws IOException {
        DiskFile current = file;
        if (current != null && wanted.equals(segment)) {
            return current;
        }
        if (current != null) {
            if (method.isDurableOnWrite()) {
                current.close();
            } else {
                unsynced.add(current);
            }
            file = null;
        }
        DiskFile opened = directory.disk().open(directory.fileOf(wanted), method.how());
        file = opened;
        segment = wanted;
        preparer.reached(wanted);
        return opened;
    }

    @Override
    public void makeDurable() throws IOException {
        if (!isDirty || method.isDurableOnWrite()) {
            return;
        }
        // Before the sync: what is appended meanwhile waits for the next.
        isDirty = false;
        // Before the others are looked at: it may become one of them meanwhile.
        DiskFile current = file;
        for (DiskFile left = unsynced.peek(); left != null; left = unsynced.peek()) {
            left.syncData();
            left.close();
            unsynced.remove();
            current = left == current ? null : current;
        }
        if (current != null) {
            current.syncData();
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
    }
}
