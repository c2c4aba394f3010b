package dev.seawall.archiver.receive;

import dev.seawall.wal.Lsn;
import dev.seawall.wal.PageLayout;
import dev.seawall.wal.SegmentName;
import dev.seawall.wal.disk.Disk;
import dev.seawall.wal.disk.DiskFile;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.Set;

/// The file of a segment that is being filled: `NAME.partial`, of full size from the begin, zeros where nothing
/// was received yet.
final class PartialSegment implements AutoCloseable {

    private static final int ZEROS_BYTES = 1 << 20;

    private final SegmentName name;
    private final PageLayout layout;
    private final Path file;
    private final DiskFile open;
    private final Lsn start;
    private boolean isDirty;

    private PartialSegment(SegmentName name, PageLayout layout, Path file, DiskFile open) {
        this.name = name;
        this.layout = layout;
        this.file = file;
        this.open = open;
        this.start = layout.startOf(name.number());
    }

    /// Opens it, or makes it. What it holds stays: it is the log's own, of an earlier try.
    static PartialSegment open(Disk disk, Path directory, SegmentName name, PageLayout layout) throws IOException {
        Path file = directory.resolve(name.fileName(layout) + ResumePoint.PARTIAL);
        DiskFile open = disk.open(file, Set.of(Disk.Open.CREATE));
        try {
            fill(open, layout);
            disk.syncDirectory(directory);
            return new PartialSegment(name, layout, file, open);
        } catch (IOException | RuntimeException e) {
            open.close();
            throw e;
        }
    }

    private static void fill(DiskFile open, PageLayout layout) throws IOException {
        long size = open.size();
        if (size > layout.segmentBytes()) {
            open.truncate(layout.segmentBytes());
        }
        // Written, not only sized: so a full disk is met here, and not between two records.
        for (long at = size; at < layout.segmentBytes(); ) {
            int count = (int) Math.min(ZEROS_BYTES, layout.segmentBytes() - at);
            open.write(ByteBuffer.allocate(count), at);
            at += count;
        }
        open.sync();
    }

    SegmentName name() {
        return name;
    }

    Path file() {
        return file;
    }

    Lsn end() {
        return start.plus(layout.segmentBytes());
    }

    /// Takes what belongs into this segment; the rest stays in the buffer.
    void write(Lsn at, ByteBuffer bytes) throws IOException {
        int count = (int) Math.min(bytes.remaining(), end().minus(at));
        isDirty = true;
        open.write(bytes.slice(bytes.position(), count), at.minus(start));
        bytes.position(bytes.position() + count);
    }

    /// Everything written is durable on return. A failure is final: the file is to be received anew.
    void sync() throws IOException {
        if (isDirty) {
            open.syncData();
            isDirty = false;
        }
    }

    @Override
    public void close() throws IOException {
        open.close();
    }
}
