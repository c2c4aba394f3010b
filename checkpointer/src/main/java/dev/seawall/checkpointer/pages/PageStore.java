package dev.seawall.checkpointer.pages;

import dev.seawall.checkpointer.files.DoubleWrite;
import dev.seawall.checkpointer.files.PageId;
import dev.seawall.checkpointer.files.RelationFiles;
import dev.seawall.recovery.AppliedLsn;
import dev.seawall.recovery.CommittedTransaction;
import dev.seawall.recovery.ResourceManager;
import dev.seawall.wal.Lsn;
import dev.seawall.wal.disk.Disk;
import dev.seawall.wal.record.RelationId;
import dev.seawall.wal.record.WalRecord;
import dev.seawall.wal.role.World;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import org.jspecify.annotations.Nullable;

/// The data files `base/<database>/<relation>` and their pages in memory: what redo makes of the
/// log's page records.
///
/// Nothing but redo changes a page, and nothing but [PageFlush] writes one. Redo applies a
/// transaction whole before a reader sees any page again, so no read shows half of one. Any thread
/// may read; one redoes; one flushes. A failed write is final: every later call that would write
/// throws.
public final class PageStore implements ResourceManager {

    private final PageStoreOptions options;
    private final Map<PageId, Integer> blocks = new ConcurrentHashMap<>();

    /// Held for writing while a transaction is applied, for reading while a page is read.
    private final ReentrantReadWriteLock visible = new ReentrantReadWriteLock();

    /// Set by open, and null again after close, which takes the write lock: memory outside the heap
    /// must not be touched once it is freed.
    private volatile @Nullable Opened opened;

    public PageStore(PageStoreOptions options) {
        this.options = options;
    }

    /// What exists between open and close.
    private record Opened(RelationFiles files, DoubleWrite doubleWrite, PageCache cache, PageFlush flush,
                          PageRedo redo, PageAccess access, AppliedLsn applied) {}

    @Override
    public String name() {
        return "pages";
    }

    /// Opens `base/`: syncs every file and directory of relations and drops their cache, then puts
    /// torn pages right from the double-write file, before anything is read.
    ///
    /// @param home `base/`, which exists
    @Override
    public void open(Disk disk, Path home, World world) throws IOException {
        RelationFiles files = new RelationFiles(disk, home, options.writebackBytes());
        files.distrust();
        DoubleWrite doubleWrite = DoubleWrite.open(disk, home);
        doubleWrite.restore(files, options.doubleWriteSlots(), options.batchPages());
        // Only now are the files' sizes what they will be.
        blocks.putAll(files.blocks());
        PageCache cache = new PageCache(options.cachePages());
        PageFlush flush = new PageFlush(cache, files, doubleWrite, options.batchPages(), world);
        PageAccess access = new PageAccess(cache, files, flush, world);
        PageRedo redo = new PageRedo(access, cache, flush, files, blocks, options.dirtyPagesMax());
        opened = new Opened(files, doubleWrite, cache, flush, redo, access, new AppliedLsn(world, Lsn.INVALID));
    }

    /// Tells what the checkpointer's state says: all before the redo point is in the files.
    public void resumeAt(Lsn redoPoint) {
        opened().applied().advance(redoPoint);
    }

    @Override
    public void redo(CommittedTransaction transaction, Lsn commitLsn) throws IOException {
        Opened store = opened();
        // Before readers are kept out: as long as there is room for it, they need not be.
        store.redo().awaitRoom();
        visible.writeLock().lock();
        try {
            transaction.forEach(new CommittedTransaction.Visitor() {
                @Override
                public void message(Lsn lsn, String prefix, ByteBuffer content) {
                    // Not a page's.
                }

                @Override
                public void pages(WalRecord record) throws IOException {
                    store.redo().redo(record);
                }
            });
            // While readers still wait: whoever has seen a page may ask how far it is.
            store.applied().advance(commitLsn);
        } catch (Throwable t) {
            store.applied().fail(t);
            throw t;
        } finally {
            visible.writeLock().unlock();
        }
    }

    @Override
    public Lsn applied() {
        return opened().applied().get();
    }

    @Override
    public void awaitApplied(Lsn lsn) throws IOException {
        opened().applied().await(lsn);
    }

    /// Flushes everything at once. A [Flushing] does the same in pieces.
    @Override
    public Lsn checkpoint() throws IOException {
        Lsn durable = applied();
        Flushing flushing = beginFlush();
        while (!flushing.isWritten()) {
            flushing.writeNext();
        }
        flushing.finish();
        return durable;
    }

    /// Begins a flush of all pages that are dirty now. Ask [#applied] before, not after.
    public Flushing beginFlush() {
        Opened store = opened();
        return new Flushing(store.flush(), store.cache().dirty());
    }

    /// Reads a page of a relation's main fork. The checksum field is what it was when the page was
    /// last in a file.
    ///
    /// @param into receives 8192 bytes from its position on, which moves behind them
    /// @throws IllegalArgumentException if the relation has no such block
    /// @throws dev.seawall.wal.WalCorruptException if the page in the file is damaged
    public void read(RelationId relation, int block, ByteBuffer into) throws IOException {
        if (Integer.compareUnsigned(block, blocks(relation)) >= 0) {
            throw new IllegalArgumentException("relation " + relation + " has " + blocks(relation)
                    + " blocks, no block " + Integer.toUnsignedString(block));
        }
        visible.readLock().lock();
        try {
            opened().access().read(PageId.of(relation, block), into);
        } finally {
            visible.readLock().unlock();
        }
    }

    /// Copies any page for a backup, as of one moment, its checksum set. Neither redo nor readers wait for
    /// it, and none of their pages has to make room.
    ///
    /// @param into little endian, room for 8192 bytes from 0 on
    /// @throws dev.seawall.wal.WalCorruptException if the page in the file is damaged
    public void copy(PageId id, ByteBuffer into) throws IOException {
        ReentrantReadWriteLock inPlace = opened().flush().inPlace();
        inPlace.readLock().lock();
        try {
            opened().access().copy(id, into);
        } finally {
            inPlace.readLock().unlock();
        }
    }

    /// Blocks of a relation's main fork; 0 if it does not exist.
    public int blocks(RelationId relation) {
        return blocks.getOrDefault(PageId.of(relation, 0), 0);
    }

    /// Every fork, by its block 0, with its blocks now; sorted.
    public Map<PageId, Integer> forks() {
        return new TreeMap<>(blocks);
    }

    /// The newest LSN of all pages ever written to a file here. A log that ends before it is not
    /// the log that `base/` was made from.
    public Lsn newestWritten() {
        return opened().flush().newestWritten();
    }

    /// Pages in memory that are newer than in their files.
    public int dirtyPages() {
        return opened().cache().dirtyPages();
    }

    /// Pages written since open, those that redo had to write early included.
    public long pagesWritten() {
        return opened().flush().pagesWritten();
    }

    public boolean isOpen() {
        return opened != null;
    }

    private Opened opened() {
        Opened store = opened;
        if (store == null) {
            throw new IllegalStateException("the page store is not open");
        }
        return store;
    }

    /// No file is changed from now on, until [#release], once a batch under way is written. When dirty
    /// pages fill the memory, redo waits, and with it whoever reads if it waits within a transaction.
    /// Not to be called during a [Flushing].
    public void hold() {
        opened().flush().hold();
    }

    /// Files may be changed again.
    public void release() {
        Opened store = opened;
        if (store != null) {
            store.flush().release();
        }
    }

    /// Closes without writing anything: what was not flushed is in the log.
    @Override
    public void close() throws IOException {
        visible.writeLock().lock();
        try {
            Opened store = opened;
            if (store != null) {
                close(store);
            }
        } finally {
            visible.writeLock().unlock();
        }
    }

    private void close(Opened store) throws IOException {
        ReentrantReadWriteLock inPlace = store.flush().inPlace();
        inPlace.writeLock().lock();
        try {
            opened = null;
            store.flush().close();
            store.redo().close();
            store.cache().close();
            try (DoubleWrite last = store.doubleWrite(); RelationFiles first = store.files()) {
                assert last != null && first != null;
            }
        } finally {
            inPlace.writeLock().unlock();
        }
    }
}
