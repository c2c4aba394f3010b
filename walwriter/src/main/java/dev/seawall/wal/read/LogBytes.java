package dev.seawall.wal.read;

import dev.seawall.wal.Lsn;
import java.io.IOException;
import java.nio.ByteBuffer;

/// Where a reader gets the log's pages from: segment files, an archive, memory.
public interface LogBytes extends AutoCloseable {

    /// Fills `into`, which has room for exactly one page, with the page that begins at `page`.
    ///
    /// @return false if there is no such page: its file is missing or too short
    boolean readPage(Lsn page, ByteBuffer into) throws IOException;

    /// The file that holds `lsn`, for messages: `000000010000000000000002`.
    String fileNameOf(Lsn lsn);

    @Override
    default void close() throws IOException {}
}
