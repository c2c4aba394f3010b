package dev.seawall.walwriter.sender;

import dev.seawall.wal.Lsn;
import dev.seawall.wal.PageLayout;
import dev.seawall.wal.SegmentName;
import dev.seawall.wal.SegmentNumber;
import dev.seawall.wal.TimelineId;
import dev.seawall.wal.disk.Disk;
import dev.seawall.wal.disk.DiskFile;
import dev.seawall.wal.disk.OffHeap;
import dev.seawall.wal.read.SegmentFiles;
import dev.seawall.walwriter.DurableLog;
import dev.seawall.walwriter.wire.SqlException;
import dev.seawall.walwriter.wire.SqlState;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Semaphore;
import org.jspecify.annotations.Nullable;

/// The log's bytes of one timeline, as its files have them: read in pieces, never mapped.
///
/// A segment that nobody retains may be recycled while it is read. It is renamed first and written over
/// later, so bytes are the segment's own if its name is still there after they were read. One thread.
final class WalPieces implements AutoCloseable {

    /// As large as PostgreSQL's.
    static final int BYTES_MAX = 16 * PageLayout.PAGE_BYTES;

    private final Disk disk;
    private final Path directory;
    private final DurableLog log;
    private final PageLayout layout;
    private final TimelineId timeline;
    private final Semaphore turns;

    private @Nullable DiskFile file;
    private Path path;
    private SegmentNumber segment = new SegmentNumber(0);
    private @Nullable OffHeap memory;

    /// @param directory `pg_wal`
    /// @param turns     who may read at the same time: a read of a slow disk occupies one of the few threads
    ///                  that carry everybody's virtual ones
    WalPieces(Disk disk, Path directory, DurableLog log, TimelineId timeline, Semaphore turns) {
        this.disk = disk;
        this.directory = directory;
        this.log = log;
        this.layout = log.layout();
        this.timeline = timeline;
        this.turns = turns;
        this.path = directory;
    }

    /// Bytes `[from, to)`, which are durable; valid until the next call.
    ///
    /// @throws SqlException if they are not there any more, or cannot be read
    ByteBuffer read(Lsn from, Lsn to) {
        OffHeap into = memory;
        if (into == null) {
            into = OffHeap.allocate(BYTES_MAX);
            memory = into;
        }
        int bytes = (int) to.minus(from);
        for (int done = 0; done < bytes; ) {
            Lsn at = from.plus(done);
            int inSegment = layout.segmentBytes() - layout.offsetInSegment(at);
            int count = Math.min(bytes - done, inSegment);
            try {
                readWithin(at, into.view(done, count));
            } catch (IOException e) {
                // Not the connection's, which an IOException would say.
                throw SqlException.fatal(SqlState.IO_ERROR,
                        "could not read from WAL segment " + path.getFileName() + ": " + e.getMessage());
            }
            done += count;
        }
        return into.view(0, bytes);
    }

    private void readWithin(Lsn at, ByteBuffer into) throws IOException {
        int wanted = into.remaining();
        DiskFile from = open(at);
        int read;
        turns.acquireUninterruptibly();
        try {
            read = from.read(into, layout.offsetInSegment(at));
        } finally {
            turns.release();
        }
        // Before the redo point's segment they may be given up at any time.
        if (segment.isBefore(layout.segmentOf(log.redoPoint())) && !disk.exists(path)) {
            throw removed(segment);
        }
        if (read < wanted) {
            throw SqlException.fatal(SqlState.DATA_CORRUPTED, "could not read from WAL segment " + path.getFileName()
                    + ", offset " + layout.offsetInSegment(at) + ": read " + read + " of " + wanted);
        }
    }

    /// Whether the byte at `lsn` can be had now.
    ///
    /// @throws SqlException if it cannot
    void checkThere(Lsn lsn) {
        try {
            open(lsn);
        } catch (IOException e) {
            throw SqlException.error(SqlState.IO_ERROR, "could not open WAL segment: " + e.getMessage());
        }
    }

    private DiskFile open(Lsn lsn) throws IOException {
        SegmentNumber wanted = layout.segmentOf(lsn);
        DiskFile open = file;
        if (open != null && segment.equals(wanted)) {
            return open;
        }
        closeFile();
        for (TimelineId holder : holders(wanted)) {
            Path candidate = directory.resolve(new SegmentName(holder, wanted).fileName(layout));
            try {
                open = disk.open(candidate, Set.of(Disk.Open.READ_ONLY));
            } catch (NoSuchFileException e) {
                continue;
            }
            file = open;
            path = candidate;
            segment = wanted;
            return open;
        }
        throw removed(wanted);
    }

    /// The timeline's own file; in the segment where it was left also the next one's, which begins with
    /// the same bytes.
    private List<TimelineId> holders(SegmentNumber wanted) {
        return SegmentFiles.timelinesOf(wanted, layout, log.history()).reversed().stream()
                .filter(holder -> !timeline.isAfter(holder)).toList();
    }

    private SqlException removed(SegmentNumber gone) {
        return SqlException.error(SqlState.UNDEFINED_FILE, "requested WAL segment "
                + new SegmentName(timeline, gone).fileName(layout) + " has already been removed");
    }

    private void closeFile() {
        DiskFile open = file;
        file = null;
        if (open != null) {
            try {
                open.close();
            } catch (IOException e) {
                // Nothing was written through this descriptor, so closing it can lose nothing.
            }
        }
    }

    /// Frees memory: there is nothing to read for a while.
    void rest() {
        OffHeap held = memory;
        memory = null;
        if (held != null) {
            held.close();
        }
    }

    @Override
    public void close() {
        rest();
        closeFile();
    }
}
