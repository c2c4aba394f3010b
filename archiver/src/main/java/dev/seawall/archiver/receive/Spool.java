package dev.seawall.archiver.receive;

import dev.seawall.archiver.ArchiveConflictException;
import dev.seawall.archiver.repository.WrongSystemException;
import dev.seawall.wal.Lsn;
import dev.seawall.wal.PageHeader;
import dev.seawall.wal.PageLayout;
import dev.seawall.wal.SegmentName;
import dev.seawall.wal.TimelineHistory;
import dev.seawall.wal.TimelineId;
import dev.seawall.wal.disk.Disk;
import dev.seawall.wal.disk.DiskFile;
import dev.seawall.wal.disk.SmallFile;
import dev.seawall.walwriter.segments.ArchiveStatus;
import dev.seawall.walwriter.walreceiver.HistoryFile;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// The directory that received log goes through: whole segments, which wait to be archived, and the one that is
/// being filled.
///
/// ```
///  stream --> NAME.partial --full, synced--> NAME + NAME.ready --archived--> NAME.done --> (gone)
/// ```
/// A crash at any point leaves a file in one of these states; a segment that lost its `.ready` on the way gets
/// one at the next [#open]. The newest segment stays although it is archived: it says where to go on.
///
/// One thread at a time.
public final class Spool implements AutoCloseable {

    private static final String LOCK = "receive.lock";

    private final Disk disk;
    private final Path directory;
    private final PageLayout layout;
    private final ArchiveStatus status;
    private final DiskFile lock;
    private @Nullable PartialSegment partial;

    private Spool(Disk disk, Path directory, PageLayout layout, DiskFile lock) {
        this.disk = disk;
        this.directory = directory;
        this.layout = layout;
        this.status = new ArchiveStatus(disk, directory);
        this.lock = lock;
    }

    /// Opens the directory, or makes it.
    ///
    /// @throws WrongSystemException if it holds log of another cluster
    /// @throws IOException          also if another process has it open
    public static Spool open(Disk disk, Path directory, PageLayout layout, long systemId) throws IOException {
        disk.createDirectory(directory);
        disk.syncDirectory(directory.resolveSibling(""));
        DiskFile lock = disk.open(directory.resolve(LOCK), Set.of(Disk.Open.CREATE));
        try {
            if (!lock.tryLock()) {
                throw new IOException("another process receives into \"" + directory + "\"");
            }
            Spool spool = new Spool(disk, directory, layout, lock);
            spool.recover(systemId);
            return spool;
        } catch (IOException | RuntimeException e) {
            lock.close();
            throw e;
        }
    }

    private void recover(long systemId) throws IOException {
        status.create();
        // What a crash left unsynced is renamed or removed durably before anything is concluded from it.
        disk.syncDirectory(directory);
        for (String name : segments()) {
            requireSystem(name, systemId);
            if (!status.isDone(name)) {
                status.markReady(name);
            }
        }
        for (String name : disk.list(directory)) {
            if (TimelineHistory.isHistoryName(name) && !status.isDone(name)) {
                status.markReady(name);
            }
        }
    }

    private void requireSystem(String segment, long systemId) throws IOException {
        ByteBuffer page = ByteBuffer.allocate(PageLayout.LONG_HEADER).order(ByteOrder.LITTLE_ENDIAN);
        try (DiskFile file = disk.open(directory.resolve(segment), Set.of(Disk.Open.READ_ONLY))) {
            file.read(page, 0);
        }
        PageHeader header = page.hasRemaining() ? null : PageHeader.read(page.flip());
        if (header != null && header.isLong() && header.systemId() != systemId) {
            throw new WrongSystemException("spool \"" + directory + "\" holds log of the cluster with system"
                    + " identifier " + Long.toUnsignedString(header.systemId()) + ", the server's is "
                    + Long.toUnsignedString(systemId) + "\nHINT: Give each cluster a spool of its own.");
        }
    }

    private List<String> segments() throws IOException {
        return disk.list(directory).stream().filter(SegmentName::isSegmentName).toList();
    }

    /// Where the log goes on that is here; empty if none is.
    Optional<ResumePoint> newest() throws IOException {
        return ResumePoint.behind(disk.list(directory), layout);
    }

    /// Keeps a history file, durably, and to be archived.
    ///
    /// @throws ArchiveConflictException if there is another history of this timeline
    void keep(TimelineId timeline, HistoryFile history) throws IOException {
        String name = TimelineHistory.fileName(timeline);
        Path file = directory.resolve(name);
        if (!disk.exists(file)) {
            SmallFile.replace(disk, file, history.content());
        } else if (!SmallFile.read(disk, file).equals(history.content())) {
            throw new ArchiveConflictException(name);
        }
        if (!status.isDone(name)) {
            status.markReady(name);
        }
    }

    /// Takes log; each segment that it fills is complete and durable when this returns, and to be archived.
    ///
    /// @return whether a segment was completed
    boolean write(TimelineId timeline, Lsn from, ByteBuffer bytes) throws IOException {
        boolean isCompleted = false;
        Lsn at = from;
        while (bytes.hasRemaining()) {
            PartialSegment open = partialAt(timeline, at);
            int before = bytes.remaining();
            open.write(at, bytes);
            at = at.plus(before - bytes.remaining());
            if (at.equals(open.end())) {
                complete(open);
                isCompleted = true;
            }
        }
        return isCompleted;
    }

    private PartialSegment partialAt(TimelineId timeline, Lsn at) throws IOException {
        SegmentName name = new SegmentName(timeline, layout.segmentOf(at));
        PartialSegment open = partial;
        if (open == null || !open.name().equals(name)) {
            // A timeline's last segment stays partial.
            sync();
            closePartial();
            open = PartialSegment.open(disk, directory, name, layout);
            partial = open;
        }
        return open;
    }

    private void complete(PartialSegment full) throws IOException {
        full.sync();
        closePartial();
        String name = full.name().fileName(layout);
        // What is known of a file of this name that is gone must not pass for this one's.
        status.forget(name);
        disk.rename(full.file(), directory.resolve(name));
        disk.syncDirectory(directory);
        status.markReady(name);
        removeArchived(name);
    }

    /// @param newest stays
    private void removeArchived(String newest) throws IOException {
        boolean isRemoved = false;
        for (String name : segments()) {
            if (!name.equals(newest) && status.isDone(name)) {
                disk.delete(directory.resolve(name));
                isRemoved = true;
            }
        }
        if (!isRemoved) {
            return;
        }
        // The files first, then what is known of them: see ArchiveStatus#forget.
        disk.syncDirectory(directory);
        for (String name : status.done()) {
            if (SegmentName.isSegmentName(name) && !disk.exists(directory.resolve(name))) {
                status.forget(name);
            }
        }
    }

    /// Everything written is durable on return.
    void sync() throws IOException {
        if (partial != null) {
            partial.sync();
        }
    }

    /// Names of files that wait to be archived.
    public List<String> waiting() throws IOException {
        return status.ready();
    }

    private void closePartial() throws IOException {
        PartialSegment open = partial;
        partial = null;
        if (open != null) {
            open.close();
        }
    }

    @Override
    public void close() throws IOException {
        try (lock) {
            closePartial();
        }
    }
}
