package dev.seawall.checkpointer.pages;

import dev.seawall.checkpointer.files.DataPage;
import dev.seawall.checkpointer.files.DoubleWrite;
import dev.seawall.checkpointer.files.PageBatch;
import dev.seawall.checkpointer.files.PageChecksum;
import dev.seawall.checkpointer.files.PageId;
import dev.seawall.checkpointer.files.RelationFiles;
import dev.seawall.wal.Lsn;
import dev.seawall.wal.role.World;
import java.io.IOException;
import java.util.List;
import java.util.concurrent.locks.ReentrantLock;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/// The only way from the cache to the files: a batch of dirty pages to the double-write file,
/// synced; then in place, with write-back started as they come.
///
/// Both a checkpoint and redo that has run out of clean frames write by it, one batch at a time.
/// Any failure is final for the store: what was written may be gone though a second try succeeds.
final class PageFlush implements AutoCloseable {

    private static final long HELD_NANOS = 5_000_000;

    private final PageCache cache;
    private final RelationFiles files;
    private final DoubleWrite doubleWrite;
    private final PageBatch batch;
    private final PageFrame[] frames;
    private final long[] versions;
    private final PageChecksum checksum = new PageChecksum();
    private final World world;

    /// Held for a batch and for the final sync; guards every field, the files' writing and the
    /// double-write file.
    private final ReentrantLock lock = new ReentrantLock();
    /// Held for writing while pages are written in place, for reading while somebody copies pages from their
    /// files. Fair: whoever copies comes again and again.
    private final ReentrantReadWriteLock inPlace = new ReentrantReadWriteLock(true);
    private @Nullable PageId lastEarly;
    private long pagesWritten;
    private @Nullable IOException failure;
    /// While it is true no batch is written: somebody copies the files.
    private volatile boolean isHeld;

    PageFlush(PageCache cache, RelationFiles files, DoubleWrite doubleWrite, int batchPages, World world) {
        this.cache = cache;
        this.files = files;
        this.doubleWrite = doubleWrite;
        this.world = world;
        this.batch = new PageBatch(batchPages);
        this.frames = new PageFrame[batchPages];
        this.versions = new long[batchPages];
    }

    int batchPages() {
        return frames.length;
    }

    /// Writes those of the pages that are still dirty.
    ///
    /// @param ids sorted, at most [#batchPages]
    /// @return how many were written
    int write(List<PageId> ids) throws IOException {
        lock.lock();
        try {
            throwIfFailed();
            return writeLocked(ids);
        } catch (IOException | RuntimeException e) {
            throw latched(e);
        } finally {
            lock.unlock();
        }
    }

    /// Writes a batch before any checkpoint asks for it, so that frames become clean: the next dirty
    /// pages behind those written last time, so that successive batches stay in file order.
    void writeEarly() throws IOException {
        awaitRelease(() -> false);
        lock.lock();
        try {
            throwIfFailed();
            if (isHeld) {
                // Since the wait; the caller looks and comes again.
                return;
            }
            List<PageId> next = cache.dirtyFrom(lastEarly, batchPages());
            if (!next.isEmpty()) {
                lastEarly = next.getLast();
                next.sort(null);
                writeLocked(next);
            }
        } catch (IOException | RuntimeException e) {
            throw latched(e);
        } finally {
            lock.unlock();
        }
    }

    /// From now on no batch is written, until [#release].
    void hold() {
        isHeld = true;
        // A batch under way is finished first.
        lock.lock();
        lock.unlock();
    }

    void release() {
        isHeld = false;
    }

    /// Waits until files may be written, or need not be.
    void awaitRelease(BooleanSupplier orElse) {
        while (isHeld && !orElse.getAsBoolean()) {
            world.park(() -> !isHeld, HELD_NANOS);
        }
    }

    /// Makes every page written so far durable in its place, and gives the double-write space free.
    ///
    /// @return files synced
    int finish() throws IOException {
        lock.lock();
        try {
            throwIfFailed();
            return finishLocked();
        } catch (IOException | RuntimeException e) {
            throw latched(e);
        } finally {
            lock.unlock();
        }
    }

    private int finishLocked() throws IOException {
        int synced = files.syncWritten();
        if (!doubleWrite.isEmpty()) {
            doubleWrite.reuse();
        }
        return synced;
    }

    private int writeLocked(List<PageId> ids) throws IOException {
        batch.clear();
        Lsn newest = Lsn.INVALID;
        try {
            for (PageId id : ids) {
                PageFrame frame = cache.pinDirty(id);
                if (frame != null) {
                    newest = Lsn.max(newest, copy(frame, id));
                }
            }
            if (batch.count() > 0) {
                if (doubleWrite.isFull()) {
                    finishLocked();
                }
                doubleWrite.write(batch, newest);
                writeInPlace();
                pagesWritten += batch.count();
            }
            return batch.count();
        } finally {
            for (int i = 0; i < batch.count(); i++) {
                cache.unpin(frames[i]);
            }
        }
    }

    private void writeInPlace() throws IOException {
        inPlace.writeLock().lock();
        try {
            for (int i = 0; i < batch.count(); i++) {
                files.write(batch.id(i), batch.page(i));
            }
        } finally {
            inPlace.writeLock().unlock();
        }
        for (int i = 0; i < batch.count(); i++) {
            cache.written(frames[i], versions[i]);
        }
    }

    /// While it is held for reading no page is written in place, and the store is not closed.
    ReentrantReadWriteLock inPlace() {
        return inPlace;
    }

    /// Copies the page under its latch, so that what is checksummed and written is of one moment.
    private Lsn copy(PageFrame frame, PageId id) {
        int index = batch.count();
        java.nio.ByteBuffer copy;
        synchronized (frame) {
            copy = batch.add(id, frame.page);
            frames[index] = frame;
            versions[index] = frame.version;
        }
        DataPage.checksum(copy, checksum.of(copy, id.block()));
        return DataPage.lsn(copy);
    }

    /// The newest LSN of all pages ever written to `base/`.
    Lsn newestWritten() {
        lock.lock();
        try {
            return doubleWrite.newest();
        } finally {
            lock.unlock();
        }
    }

    long pagesWritten() {
        lock.lock();
        try {
            return pagesWritten;
        } finally {
            lock.unlock();
        }
    }

    private IOException latched(Exception e) {
        if (failure == null) {
            failure = new IOException("could not write pages: " + e.getMessage()
                    + "\nHINT: Restart; redo rebuilds the pages from the log.", e);
        }
        return failure;
    }

    private void throwIfFailed() throws IOException {
        if (failure != null) {
            throw failure;
        }
    }

    @Override
    public void close() {
        batch.close();
    }
}
