package dev.seawall.archiver.repository;

import dev.seawall.wal.disk.Disk;
import dev.seawall.wal.disk.DiskFile;
import dev.seawall.wal.disk.OffHeap;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.Set;

/// A file of a [Disk] as a buffered stream. One thread.
public final class DiskInput extends InputStream {

    private static final int BUFFER_BYTES = 256 << 10;

    private final DiskFile file;
    private final OffHeap memory = OffHeap.allocateForReading(BUFFER_BYTES);
    private final ByteBuffer buffer = memory.view(0, BUFFER_BYTES).limit(0);
    private long offset;

    private DiskInput(DiskFile file) {
        this.file = file;
    }

    /// Opens a file for reading; the stream closes it.
    public static DiskInput open(Disk disk, Path path) throws IOException {
        return new DiskInput(disk.open(path, Set.of(Disk.Open.READ_ONLY)));
    }

    @Override
    public int read() throws IOException {
        return fill() ? Byte.toUnsignedInt(buffer.get()) : -1;
    }

    @Override
    public int read(byte[] into, int at, int length) throws IOException {
        if (length == 0) {
            return 0;
        }
        if (!fill()) {
            return -1;
        }
        int bytes = Math.min(length, buffer.remaining());
        buffer.get(into, at, bytes);
        return bytes;
    }

    private boolean fill() throws IOException {
        if (!buffer.hasRemaining()) {
            int read = 0;
            try {
                read = file.read(buffer.clear(), offset);
            } finally {
                // After a failure there is nothing in it; nor any memory, after a close.
                buffer.clear().limit(read);
            }
            offset += read;
        }
        return buffer.hasRemaining();
    }

    @Override
    public void close() throws IOException {
        buffer.clear().limit(0);
        memory.close();
        file.close();
    }
}
