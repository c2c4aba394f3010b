package dev.seawall.walwriter;

import dev.seawall.wal.TimelineHistory;
import java.io.IOException;

/// Where a new timeline is claimed, so that no two clusters take the same one.
///
/// Declared here, implemented by the archiver: creating the history file in the repository, if it
/// is absent, is the claim. Without an archive the local `pg_wal` is the only witness.
public interface TimelineClaims {

    /// Claims `history.timeline()`. Durable when this returns true.
    ///
    /// @return false if somebody has it already: take the next number
    boolean claim(TimelineHistory history) throws IOException;
}
