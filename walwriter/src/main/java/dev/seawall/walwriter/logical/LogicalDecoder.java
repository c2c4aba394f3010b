package dev.seawall.walwriter.logical;

import dev.seawall.wal.Lsn;
import java.io.IOException;

/// Reads the log and tells what committed. One thread; [#restartFor] and [#confirmed] from any.
public interface LogicalDecoder extends AutoCloseable {

    /// Whether there is log that was not read, and nothing keeps it from being read.
    boolean hasWork();

    /// Reads some records.
    ///
    /// @throws dev.seawall.wal.WalCorruptException if the log is damaged
    /// @throws IOException what the receiver threw, or a disk's failure
    void step() throws IOException;

    /// Whether it was told that it is enough.
    boolean isStopped();

    /// All before this was read, and what committed in it was told.
    Lsn position();

    /// Where a decoder may begin for somebody who has everything that committed before `confirmed`: start
    /// of the first record of the oldest transaction that was unfinished there, or a place before it.
    /// Never goes backwards with a growing argument.
    Lsn restartFor(Lsn confirmed);

    /// Nobody will ask for a place before this any more.
    void confirmed(Lsn lsn);

    /// Closes the reader and removes files.
    @Override
    void close() throws IOException;
}
