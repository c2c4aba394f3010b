package dev.seawall.recovery.target;

import dev.seawall.wal.disk.Disk;
import dev.seawall.wal.role.World;
import dev.seawall.walwriter.SegmentSource;
import dev.seawall.walwriter.timeline.TimelineChoice;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Optional;

/// What to recover, by what, and how far.
///
/// @param directory a cluster's: restored from a base backup, crashed, or left by a recovery that
///                  was not finished
/// @param source    the archive; what `pg_wal` has is read too
/// @param timeline  which branch of history to follow
/// @param target    where to stop
/// @param stateTime when the base backup was begun, if that is known exactly; see [ConsistentPoint]
public record RecoveryPlan(
        Disk disk, World world, Path directory, SegmentSource source, TimelineChoice timeline,
        RecoveryTarget target, Optional<Instant> stateTime) {

    /// For a crashed cluster without an archive: nothing is anywhere but in `pg_wal`.
    public static final SegmentSource NO_ARCHIVE =
            (_, _) -> new SegmentSource.Fetched.Absent("there is no archive");
}
