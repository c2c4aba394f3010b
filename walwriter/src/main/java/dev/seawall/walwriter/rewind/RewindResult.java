package dev.seawall.walwriter.rewind;

import dev.seawall.wal.Lsn;
import dev.seawall.wal.TimelineId;
import dev.seawall.walwriter.timeline.Lineage;
import java.nio.file.Path;

/// What became of a rewind.
public sealed interface RewindResult {

    /// All of the log is in the source's: it can be followed as it is.
    record NotRequired(Lineage.Follow follow) implements RewindResult {}

    /// The log ends at `at` now; or would, of a dry run.
    ///
    /// @param at       where the servers diverged
    /// @param timeline the last one that both have
    /// @param lost     what was given up
    /// @param aside    where it is
    /// @param copied   why `base/` is a copy of the source's now, or would be; empty if it is its own
    /// @param note     what the operator should know besides; or empty
    record Rewound(Lsn at, TimelineId timeline, LostCommits lost, Path aside, String copied, String note)
            implements RewindResult {}
}
