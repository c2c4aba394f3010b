package dev.seawall.archiver.repository;

import dev.seawall.wal.disk.DiskFile;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;

/// Writes a file of a disk from its beginning, buffered. One thread.
///
/// The disk is kept busy while more is being made, so that little is left to wait for at the end. Neither syncs nor
/// closes the file: its owner does, after [#flush].
public final class DiskOutput extends OutputStream {

    private static final int BUFFER_BYTES = 128 << 10;
    private static final int WRITEBACK_BYTES = 1 << 20;

    private final DiskFile file;
    private final ByteBuffer buffer = ByteBuffer.allocate(BUFFER_BYTES);
    private long offset;
    /// Up to where the disk was told to write.
    private long begun;

    public DiskOutput(DiskFile file) {
        this.file = file;
    }

    /// Bytes written so far, buffered ones too.
    public long length() {
        return offset + buffer.position();
    }

    @Override
    public void write(int b) throws IOException {
        if (!buffer.hasRemaining()) {
            flush();
        }
        buffer.put((byte) b);
    }

    @Override
    public void write(byte[] from, int at, int length) throws IOException {
        int done = 0;
        while (done < length) {
            if (!buffer.hasRemaining()) {
                flush();
            }
            int bytes = Math.min(length - done, buffer.remaining());
            buffer.put(from, at + done, bytes);
            done += bytes;
        }
    }

    /// Hands what is buffered to the file.
    @Override
    public void flush() throws IOException {
        buffer.flip();
        int bytes = buffer.remaining();
        file.write(buffer, offset);
        offset += bytes;
        buffer.clear();
        if (offset - begun >= WRITEBACK_BYTES) {
            file.startWriteback(begun, offset - begun);
            begun = offset;
        }
    }
}
