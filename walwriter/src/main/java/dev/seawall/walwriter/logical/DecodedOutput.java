package dev.seawall.walwriter.logical;

import dev.seawall.wal.Lsn;
import java.io.IOException;
import java.nio.ByteBuffer;

/// Takes what an output plug-in writes.
@FunctionalInterface
public interface DecodedOutput {

    /// @param lsn  of what the text tells: a transaction's first record for its beginning, the end of the
    ///             record for all else
    /// @param xid  32 bits; 0 outside transactions
    /// @param text valid during the call only
    void write(Lsn lsn, long xid, ByteBuffer text) throws IOException;
}
