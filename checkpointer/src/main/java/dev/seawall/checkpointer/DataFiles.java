package dev.seawall.checkpointer;

import dev.seawall.checkpointer.files.RelationFile;
import dev.seawall.checkpointer.pages.PageStore;
import dev.seawall.checkpointer.pages.PageStoreOptions;
import dev.seawall.wal.Lsn;
import dev.seawall.wal.PageLayout;
import dev.seawall.wal.TimelineHistory;
import dev.seawall.wal.TimelineId;
import dev.seawall.wal.WalCorruptException;
import dev.seawall.wal.disk.Disk;
import dev.seawall.wal.disk.FileTree;
import dev.seawall.wal.role.World;
import dev.seawall.walwriter.start.ClusterLayout;
import dev.seawall.walwriter.start.DirectoryLock;
import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Path;

/// `base/` opened in the one order that is safe after a crash: nothing is believed before it is
/// synced and its cache dropped; torn pages are made whole before anything reads one; and it is
/// refused if it is not of this log.
public final class DataFiles implements AutoCloseable {

    public static final String DIRECTORY = ClusterLayout.BASE;
    /// Under it: what redo holds of unfinished transactions beyond its memory.
    public static final String HELD = "held";

    /// One owner: the walwriter's lock does not keep a second checkpointer out.
    private static final String LOCK = "checkpointer.lock";

    private final DirectoryLock lock;
    private final Disk disk;
    private final Path base;
    private final StateFile stateFile;
    private final PageStore pages;

    private DataFiles(DirectoryLock lock, Disk disk, Path base, StateFile stateFile, PageStore pages) {
        this.lock = lock;
        this.disk = disk;
        this.base = base;
        this.stateFile = stateFile;
        this.pages = pages;
    }

    /// The log that `base/` is to belong to.
    ///
    /// @param begin where the log that is there begins; [Lsn#INVALID] if an archive has what is older
    /// @param end   where it ends; [Lsn#MAX] as long as archive or stream bring more
    public record Log(
            long systemId, TimelineHistory history, PageLayout layout, Lsn begin, Lsn end) {}

    /// Makes an empty `base/`, of which redo begins at `redoPoint`. For a new cluster, before its
    /// control file; a crash in the middle of it leaves something that this completes.
    ///
    /// @param cluster its directory, which exists
    public static void create(Disk disk, Path cluster, long systemId, TimelineId timeline, Lsn redoPoint)
            throws IOException {
        Path base = cluster.resolve(DIRECTORY);
        disk.createDirectory(base);
        disk.syncDirectory(cluster);
        for (String name : disk.list(base)) {
            if (RelationFile.isDatabase(name)) {
                throw new FileAlreadyExistsException(base.resolve(name).toString(), null,
                        "a new cluster's base/ holds no database");
            }
        }
        StateFile.create(disk, base, new CheckpointerState(systemId, timeline, redoPoint, Lsn.INVALID, 1));
    }

    /// After a rewind of the log: what is in `base/` was all before the place where `timeline` was left, and
    /// from now on the files say so. Durable when this returns; done again, nothing happens.
    public static void rewindTo(Disk disk, Path cluster, TimelineId timeline) throws IOException {
        Path base = cluster.resolve(DIRECTORY);
        StateFile.requireIn(disk, base);
        try (DirectoryLock _ = DirectoryLock.take(disk, base, base.resolve(LOCK));
                StateFile stateFile = StateFile.open(disk, base)) {
            if (stateFile.state().timeline().isAfter(timeline)) {
                stateFile.update(state -> state.rewound(timeline));
            }
        }
    }

    /// Where redo of a copied `base/` begins.
    ///
    /// @throws WalCorruptException if it is damaged, or of another cluster or timeline
    public static Lsn redoPointOf(Disk disk, Path copied, long systemId, TimelineId timeline) throws IOException {
        CheckpointerState state = StateFile.peek(disk, copied);
        if (state.systemId() != systemId || !state.timeline().equals(timeline)) {
            throw WalCorruptException.inFile("copied base/ is of system " + Long.toUnsignedString(state.systemId())
                    + " and timeline " + state.timeline() + ", " + Long.toUnsignedString(systemId) + " and " + timeline
                    + " expected", copied.resolve(StateFile.FILE_NAME).toString(), "Copy the right server.");
        }
        return state.redoPoint();
    }

    /// Puts a copied `base/` in the place of a cluster's own, durably. A crash in the middle leaves what this
    /// completes, and nothing that [#open] would take.
    ///
    /// @param copied durable, and on the same file system; gone afterwards, or gone already
    public static void replace(Disk disk, Path cluster, Path copied) throws IOException {
        if (disk.exists(copied)) {
            removeOwn(disk, cluster.resolve(DIRECTORY));
            disk.rename(copied, cluster.resolve(DIRECTORY));
        }
        disk.syncDirectory(copied.getParent());
        disk.syncDirectory(cluster);
    }

    private static void removeOwn(Disk disk, Path base) throws IOException {
        if (disk.exists(base)) {
            try (DirectoryLock _ = DirectoryLock.take(disk, base, base.resolve(LOCK))) {
                // First of all: without its state nobody takes what is left for data files.
                FileTree.remove(disk, base.resolve(StateFile.FILE_NAME));
                disk.syncDirectory(base);
                FileTree.remove(disk, base);
            }
        }
    }

    /// Opens `base/`, or refuses it.
    ///
    /// @throws DirectoryLock.InUseException if another process has it open
    /// @throws WalCorruptException if it is damaged, or of another cluster, timeline or day than `log`
    public static DataFiles open(Disk disk, Path cluster, World world, PageStoreOptions options, Log log)
            throws IOException {
        Path base = cluster.resolve(DIRECTORY);
        StateFile.requireIn(disk, base);
        DirectoryLock lock = DirectoryLock.take(disk, base, base.resolve(LOCK));
        StateFile stateFile;
        try {
            stateFile = StateFile.open(disk, base);
        } catch (Throwable t) {
            lock.close();
            throw t;
        }
        PageStore pages = new PageStore(options);
        DataFiles opened = new DataFiles(lock, disk, base, stateFile, pages);
        try {
            // Before the double-write file is put back: a foreign base/ is left as it is.
            opened.check(log);
            pages.open(disk, base, world);
            opened.check(log);
            pages.resumeAt(stateFile.state().redoPoint());
            return opened;
        } catch (Throwable t) {
            opened.close();
            throw t;
        }
    }

    private void check(Log log) throws WalCorruptException {
        CheckpointerState state = stateFile.state();
        if (state.systemId() != log.systemId()) {
            throw refused("is of another cluster: system identifier " + Long.toUnsignedString(state.systemId())
                    + ", the log's is " + Long.toUnsignedString(log.systemId()));
        }
        Lsn left = log.history().switchPointOf(state.timeline());
        if (!left.isValid()) {
            throw refused("is of timeline " + state.timeline() + ", which is no ancestor of the log's timeline "
                    + log.history().timeline());
        }
        Lsn newest = Lsn.max(state.redoPoint(), consistentAt());
        // A redo point is where the next record would begin: behind the page header, if the last one
        // ended with its page.
        if (newest.isAfter(log.layout().startOf(left))) {
            throw refused("has changes up to " + newest + " of timeline " + state.timeline()
                    + ", which the log left at " + left);
        }
        if (newest.isAfter(log.layout().startOf(log.end()))) {
            throw refused("has changes up to " + newest + ", but the log ends at " + log.end());
        }
        if (state.redoPoint().isBefore(log.begin())) {
            throw refused("needs redo from " + state.redoPoint() + " on, but the log that is there begins at "
                    + log.begin());
        }
    }

    private WalCorruptException refused(String problem) {
        return WalCorruptException.inFile("base/ does not belong to this log: it " + problem,
                base.resolve(StateFile.FILE_NAME).toString(),
                "Put back the base/ and pg_wal/ that belong together, or restore the cluster from a backup.");
    }

    /// The log must be redone up to here before the pages are of one moment.
    public Lsn consistentAt() {
        Lsn ofState = stateFile.state().newestPage();
        return pages.isOpen() ? Lsn.max(ofState, pages.newestWritten()) : ofState;
    }

    /// From now on changes of this timeline are made, and said to be, durably, before the first of them
    /// is. Otherwise pages newer than the place where the state's timeline was left, written before the
    /// next checkpoint is complete, would be taken for another day's.
    public void follow(TimelineId timeline) throws IOException {
        if (timeline.isAfter(stateFile.state().timeline())) {
            stateFile.update(state -> state.next(timeline, state.redoPoint(), Lsn.INVALID));
        }
    }

    /// Where redo begins.
    public Lsn redoPoint() {
        return stateFile.state().redoPoint();
    }

    public PageStore pages() {
        return pages;
    }

    /// `base/` itself: what engines' homes are under.
    public Path path() {
        return base;
    }

    StateFile stateFile() {
        return stateFile;
    }

    Disk disk() {
        return disk;
    }

    /// Closes without writing anything.
    @Override
    public void close() throws IOException {
        try (DirectoryLock last = lock; StateFile _ = stateFile; PageStore first = pages) {
            assert last != null && first != null;
        }
    }
}
