package dev.seawall.wal.disk;

import dev.seawall.wal.disk.DiskCall.Operation;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.Set;

/// A descriptor of a [SimulatedDisk]. It dies with the process that opened it.
final class SimulatedFile implements DiskFile {

    private final SimulatedDisk disk;
    private final Path path;
    private final SimulatedContent content;
    private final boolean isReadOnly;
    private final boolean isDirect;
    private final boolean isDataSync;
    private final long life;
    private int errorsSeen;
    private boolean isClosed;

    SimulatedFile(SimulatedDisk disk, Path path, SimulatedContent content, Set<Disk.Open> how, long life) {
        this.disk = disk;
        this.path = path;
        this.content = content;
        this.isReadOnly = how.contains(Disk.Open.READ_ONLY);
        this.isDirect = how.contains(Disk.Open.DIRECT);
        this.isDataSync = how.contains(Disk.Open.DATA_SYNC) || how.contains(Disk.Open.SYNC);
        this.life = life;
        this.errorsSeen = content.errors();
        content.descriptors++;
    }

    Path path() {
        return path;
    }

    @Override
    public boolean isDirect() {
        return isDirect;
    }

    @Override
    public int read(ByteBuffer into, long offset) throws IOException {
        synchronized (disk) {
            checkAlignment(into, offset);
            begin(Operation.READ).failWithInputOutputError();
            return content.read(into, offset, isDirect);
        }
    }

    @Override
    public void write(ByteBuffer from, long offset) throws IOException {
        synchronized (disk) {
            checkAlignment(from, offset);
            checkWritable();
            SimulatedCall call = begin(Operation.WRITE);
            int length = from.remaining();
            if (call.isLost()) {
                from.position(from.limit());
                return;
            }
            if (call.isPartial()) {
                // The power goes or the device gives up: some of the bytes got there.
                int part = wholeSectors(offset, length);
                writeNow(from.slice(from.position(), isDirect ? part & -DIRECT_ALIGNMENT : part), offset);
                call.fail();
            }
            if (disk.pagesLeft() < content.newPages(offset, length) && !call.isMisdirected()) {
                writeWhatFits(from, offset);
            }
            writeNow(from, offset + call.misdirection());
            if (isDataSync && length > 0) {
                content.syncRange(offset, length);
            }
            if (call.isWrittenBackInVain()) {
                content.failWriteBack(disk.random());
            }
            disk.writeBackSometimes(content);
            call.end();
        }
    }

    /// No sector is ever half of one write and half of another: the page cache copies page by page
    /// under a lock, and the device writes whole sectors.
    private int wholeSectors(long offset, int length) {
        long end = offset + disk.random().nextInt(length + SparsePages.SECTOR_BYTES) & -SparsePages.SECTOR_BYTES;
        return (int) Math.min(length, Math.max(0, end - offset));
    }

    private void writeNow(ByteBuffer from, long offset) {
        disk.takePages(content.newPages(offset, from.remaining()));
        content.write(from, offset, isDirect);
    }

    private void writeWhatFits(ByteBuffer from, long offset) throws NoSpaceException {
        long fits = disk.pagesLeft() * SparsePages.PAGE_BYTES;
        int part = (int) Math.min(fits, from.remaining() & -SparsePages.PAGE_BYTES);
        if (content.newPages(offset, part) <= disk.pagesLeft()) {
            writeNow(from.slice(from.position(), part), offset);
        }
        throw new NoSpaceException("write of " + path + " at offset " + offset + ": simulated disk is full");
    }

    @Override
    public void allocate(long offset, long length) throws IOException {
        synchronized (disk) {
            checkWritable();
            SimulatedCall call = begin(Operation.ALLOCATE);
            call.fail();
            int pages = content.newPages(offset, length);
            if (pages > disk.pagesLeft()) {
                throw new NoSpaceException("allocation in " + path + ": simulated disk is full");
            }
            disk.takePages(pages);
            content.allocate(offset, length);
            content.zero(offset, length);
            call.end();
        }
    }

    @Override
    public void truncate(long bytes) throws IOException {
        synchronized (disk) {
            checkWritable();
            SimulatedCall call = begin(Operation.TRUNCATE);
            call.failHalfTheTime();
            int before = content.allocatedPages();
            content.truncate(bytes);
            disk.takePages(content.allocatedPages() - before);
            call.end();
        }
    }

    @Override
    public long size() throws IOException {
        synchronized (disk) {
            begin(Operation.SIZE).failWithInputOutputError();
            return content.size();
        }
    }

    @Override
    public void syncData() throws IOException {
        sync(Operation.SYNC_DATA);
    }

    @Override
    public void sync() throws IOException {
        sync(Operation.SYNC);
    }

    private void sync(Operation operation) throws IOException {
        synchronized (disk) {
            SimulatedCall call = begin(operation);
            if (call.isPartial()) {
                if (call.isCut()) {
                    content.writeBackSome(disk.random());
                    call.fail();
                }
                content.failSync(disk.random());
            }
            reportError(operation);
            content.sync();
            call.end();
        }
    }

    /// As Linux: each descriptor tells of an error of write-back once, then says OK.
    private void reportError(Operation operation) throws IOException {
        if (errorsSeen != content.errors()) {
            errorsSeen = content.errors();
            throw new IOException(operation + " of " + path + ": simulated input/output error");
        }
    }

    @Override
    public void startWriteback(long offset, long length) throws IOException {
        synchronized (disk) {
            SimulatedCall call = begin(Operation.START_WRITEBACK);
            if (call.isPartial() && !call.isCut()) {
                // The error stays pending, and the final sync tells it again.
                content.failWriteBack(disk.random());
            }
            call.fail();
            content.writeBack(offset, Math.min(length, content.size() - offset));
            call.end();
        }
    }

    @Override
    public void dropCache() throws IOException {
        synchronized (disk) {
            SimulatedCall call = begin(Operation.DROP_CACHE);
            call.fail();
            content.dropCache();
            call.end();
        }
    }

    @Override
    public boolean tryLock() throws IOException {
        synchronized (disk) {
            begin(Operation.LOCK).failWithInputOutputError();
            if (content.lockHolder == null) {
                content.lockHolder = this;
            }
            return content.lockHolder == this;
        }
    }

    /// Never throws: a cut on the way out of a try block would hide what happened in it.
    @Override
    public void close() {
        synchronized (disk) {
            if (!isClosed && life == disk.life()) {
                content.descriptors--;
                if (content.lockHolder == this) {
                    content.lockHolder = null;
                }
                disk.freeIfUnused(content);
            }
            isClosed = true;
        }
    }

    @Override
    public String toString() {
        return path.toString();
    }

    private SimulatedCall begin(Operation operation) throws IOException {
        if (life != disk.life()) {
            throw new PowerCut("the process that opened " + path + " is dead");
        }
        if (isClosed) {
            throw new IllegalStateException("file is closed: " + path);
        }
        return disk.begin(operation, path);
    }

    private void checkWritable() throws IOException {
        if (isReadOnly) {
            throw new IOException("write of " + path + ": opened for reading only");
        }
    }

    private void checkAlignment(ByteBuffer buffer, long offset) {
        if (isDirect && (offset % DIRECT_ALIGNMENT != 0
                || buffer.remaining() % DIRECT_ALIGNMENT != 0)) {
            throw new IllegalArgumentException("direct transfer is not aligned: " + path
                    + " at offset " + offset + ", " + buffer.remaining() + " bytes");
        }
    }
}
