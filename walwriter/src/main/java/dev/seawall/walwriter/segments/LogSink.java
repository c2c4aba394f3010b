package dev.seawall.walwriter.segments;

import dev.seawall.wal.Lsn;
import java.io.IOException;
import java.nio.ByteBuffer;

/// Where the flusher puts the log: segment files now, a replicated log later.
///
/// One thread. Any exception is final for the log; nothing is tried again.
public interface LogSink extends AutoCloseable {

    /// Hands over the next bytes, whole 4 KiB blocks from 4 KiB aligned memory; the first block may
    /// have been handed over before with fewer bytes in it. Not yet durable.
    ///
    /// @param at the first block's LSN, as a number: this is done for every flush
    void append(long at, ByteBuffer blocks) throws IOException;

    /// Makes zeros of everything from `from`, a page's start, to `to`, a segment's end.
    void skip(Lsn from, Lsn to) throws IOException;

    /// When this returns, all that was handed over is durable.
    void makeDurable() throws IOException;

    @Override
    void close() throws IOException;
}
