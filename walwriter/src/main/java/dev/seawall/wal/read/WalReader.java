package dev.seawall.wal.read;

import dev.seawall.wal.Lsn;
import dev.seawall.wal.PageLayout;
import java.io.IOException;

/// Reads records one after another out of pages.
///
/// One thread. The reader never looks at or beyond `limit`, so it can follow a log that is being
/// written: when [ReadOutcome.NoRecord] comes at the limit, move it and read on at the same place.
public final class WalReader {

    public WalReader(LogBytes bytes, PageLayout layout) {
        throw new IllegalStateException("not written yet");
    }

    /// Bytes at and beyond this LSN are not to be read; [Lsn#MAX] at first.
    public void limit(Lsn limit) {}

    /// Positions the reader at a record's start or a record's end; the next record's back-pointer
    /// is only required to point before it.
    public void seek(Lsn position) {}

    /// Positions the reader at the first record that begins at or after `position`, stepping over
    /// the rest of a record that began before it.
    ///
    /// @return the first record's start, or why there is none
    public ReadOutcome findFirst(Lsn position) throws IOException {
        throw new IllegalStateException("not written yet");
    }

    /// The next record. At the end of a segment that XLOG_SWITCH closed it goes on in the next.
    public ReadOutcome next() throws IOException {
        throw new IllegalStateException("not written yet");
    }
}
