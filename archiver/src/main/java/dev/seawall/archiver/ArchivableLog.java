package dev.seawall.archiver;

import dev.seawall.wal.Lsn;
import java.io.IOException;

/// What archiving asks of the log: to end a segment before it is full, so that it can be archived.
///
/// Declared here, implemented by the composition over the log.
public interface ArchivableLog {

    /// End of the last record that somebody would miss: not the log's own watermarks, lists of running
    /// transactions, checkpoints and switches. While it stands still there is nothing to archive early.
    Lsn lastImportantLsn() throws IOException;

    /// Ends the current segment; nothing happens at a segment's start.
    ///
    /// @return all before this LSN is in segments that are complete, once durable
    Lsn switchSegment() throws IOException;
}
