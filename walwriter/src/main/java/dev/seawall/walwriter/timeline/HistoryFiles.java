package dev.seawall.walwriter.timeline;

import dev.seawall.wal.Lsn;
import dev.seawall.wal.TimelineHistory;
import dev.seawall.wal.TimelineId;
import dev.seawall.wal.disk.Disk;
import dev.seawall.wal.disk.DiskFile;
import dev.seawall.walwriter.SegmentSource;
import dev.seawall.walwriter.SegmentSource.Fetched;
import dev.seawall.walwriter.start.WalDirectory;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;
import java.util.Set;

/// The ancestries of timelines: out of `pg_wal`, or fetched into it.
public final class HistoryFiles {

    private final Disk disk;
    private final WalDirectory wal;
    private final SegmentSource source;

    public HistoryFiles(Disk disk, WalDirectory wal, SegmentSource source) {
        this.disk = disk;
        this.wal = wal;
        this.source = source;
    }

    /// The history of a timeline, which is in `pg_wal` afterwards, durably.
    ///
    /// @return empty if neither place has it, and that is known
    /// @throws RecoveryStoppedException if it is not known
    public Optional<TimelineHistory> find(TimelineId timeline) throws IOException {
        Optional<TimelineHistory> local = wal.history(timeline);
        if (local.isPresent()) {
            return local;
        }
        String name = TimelineHistory.fileName(timeline);
        Path temporary = wal.path().resolve(WalDirectory.TEMPORARY_PREFIX + name);
        return switch (source.fetch(name, temporary)) {
            case Fetched.Absent _ -> Optional.empty();
            case Fetched.Unknown(String reason) -> throw RecoveryStoppedException.missing(name, reason, Lsn.INVALID);
            case Fetched.Found _ -> {
                try (DiskFile file = disk.open(temporary, Set.of())) {
                    file.sync();
                }
                wal.publish(temporary, name);
                yield wal.history(timeline);
            }
        };
    }

    /// The newest timeline that either place knows, counting up from `from` without a gap.
    public TimelineId newestFrom(TimelineId from) throws IOException {
        TimelineId newest = from;
        while (find(newest.next()).isPresent()) {
            newest = newest.next();
        }
        return newest;
    }
}
