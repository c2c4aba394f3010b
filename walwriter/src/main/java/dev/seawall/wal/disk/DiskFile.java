package dev.seawall.wal.disk;

import java.io.IOException;
import java.nio.ByteBuffer;

/// An open file. Positions are given with each call, so threads may share one.
///
/// A descriptor that wrote must stay open until it synced: an error of write-back is reported to
/// descriptors that were open then, once. A failed sync is final: the pages count as clean and a
/// second sync would succeed without them.
public interface DiskFile extends AutoCloseable {

    /// What O_DIRECT wants offsets, lengths and memory aligned to.
    int DIRECT_ALIGNMENT = 4096;

    /// Whether reads and writes go past the page cache: asked for, and the file system has it.
    boolean isDirect();

    /// Reads until the buffer is full or the file ends.
    ///
    /// @return bytes read; fewer than the buffer had room for only at the end of the file
    int read(ByteBuffer into, long offset) throws IOException;

    /// Writes all remaining bytes; a short write is continued.
    ///
    /// @throws NoSpaceException if the file system is full; some bytes may have been written
    void write(ByteBuffer from, long offset) throws IOException;

    /// Reserves blocks without changing the file's size: FALLOC_FL_ZERO_RANGE with KEEP_SIZE where
    /// the file system has it, else plain KEEP_SIZE; nothing where it has neither. Not for a range
    /// whose content matters: it may become zeros.
    ///
    /// @throws NoSpaceException if there is no room
    void allocate(long offset, long length) throws IOException;

    /// Sets the size, by cutting or by a hole.
    void truncate(long bytes) throws IOException;

    long size() throws IOException;

    /// fdatasync: content and what is needed to find it.
    void syncData() throws IOException;

    /// fsync: content and all metadata.
    void sync() throws IOException;

    /// Starts write-back of a range (SYNC_FILE_RANGE_WRITE alone) without waiting for it and
    /// without any promise of durability. Any error is final, as of a sync.
    void startWriteback(long offset, long length) throws IOException;

    /// Drops clean pages from the page cache (POSIX_FADV_DONTNEED), so that the next read tells
    /// what the device has. Sync first: dirty pages stay.
    void dropCache() throws IOException;

    /// Takes the exclusive lock of the file for as long as it is open.
    ///
    /// @return false if another process or descriptor holds it
    boolean tryLock() throws IOException;

    /// Gives the descriptor and its lock back; at once, or when a call of another thread that is
    /// under way returns. Closing again does nothing; any other call is an [IllegalStateException].
    @Override
    void close() throws IOException;
}
