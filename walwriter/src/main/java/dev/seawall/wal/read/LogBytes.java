package dev.seawall.wal.read;

import dev.seawall.wal.Lsn;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Optional;

/// Where a reader gets the log's pages from: segment files, an archive, memory.
public interface LogBytes extends AutoCloseable {

    /// Fills `into`, which has room for exactly one page, with the page that begins at `page`.
    ///
    /// @return false if there is no such page: its file is missing or too short
    boolean readPage(Lsn page, ByteBuffer into) throws IOException;

    /// As [#readPage], but whoever keeps the page in memory anyway shows it there.
    ///
    /// @param into what is lent holds until the next call of this or [#readPage], whatever is said with
    ///             [#limit] and [#forget] meanwhile
    default boolean lendPage(Lsn page, LentPage into) throws IOException {
        return readPage(page, into.own());
    }

    /// The file that holds `lsn`, for messages: `000000010000000000000002`.
    String fileNameOf(Lsn lsn);

    /// Why [#readPage] said that there is no such page, in pg_waldump's words.
    default String absenceOf(Lsn page) {
        return "could not find file \"" + fileNameOf(page) + "\": No such file or directory";
    }

    /// Bytes at and beyond `limit` may still change: whatever is kept for later calls must not hold
    /// any of them. [Lsn#MAX] at first.
    default void limit(Lsn limit) {}

    /// What was kept for later calls may be outdated: the next call reads anew.
    default void forget() {}

    /// Another that shows the same log, for another thread, and is closed by itself; empty if there can be none.
    default Optional<LogBytes> another() {
        return Optional.empty();
    }

    @Override
    default void close() throws IOException {}
}
