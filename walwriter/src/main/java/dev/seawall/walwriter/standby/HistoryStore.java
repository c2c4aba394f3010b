package dev.seawall.walwriter.standby;

import dev.seawall.wal.PageLayout;
import dev.seawall.wal.TimelineHistory;
import dev.seawall.wal.TimelineId;
import dev.seawall.wal.WalCorruptException;
import dev.seawall.wal.disk.Disk;
import dev.seawall.wal.read.SegmentFiles;
import dev.seawall.walwriter.start.ClusterLayout;
import dev.seawall.walwriter.start.WalDirectory;
import dev.seawall.walwriter.walreceiver.HistoryFile;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Optional;

/// The histories of timelines that a standby comes to: as its source tells them, kept in `pg_wal`.
final class HistoryStore {

    private final Disk disk;
    private final Path pgWal;
    private final PageLayout layout;
    private final WalDirectory wal;

    HistoryStore(Disk disk, Path cluster, PageLayout layout) {
        this.disk = disk;
        this.pgWal = ClusterLayout.wal(cluster);
        this.layout = layout;
        this.wal = new WalDirectory(disk, pgWal, layout);
    }

    /// A timeline's history as the source has it, with the files of all its ancestors in `pg_wal` afterwards.
    ///
    /// @throws IOException also if the file here is another one: its number was given twice
    TimelineHistory of(TimelineId timeline, Upstream source) throws IOException {
        if (timeline.equals(TimelineId.FIRST)) {
            return TimelineHistory.root(timeline);
        }
        HistoryFile file = source.history(timeline);
        TimelineHistory history;
        try {
            history = TimelineHistory.parse(timeline, file.content());
        } catch (IllegalArgumentException e) {
            throw new IOException("history file of timeline " + timeline + " makes no sense: " + e.getMessage(), e);
        }
        return history;
    }

    /// Keeps a timeline's history file, and those of its ancestors, durably.
    void keep(TimelineHistory history, Upstream source) throws IOException {
        for (TimelineHistory.Branch branch : history.branches()) {
            if (!branch.parent().equals(TimelineId.FIRST)) {
                keep(branch.parent(), source);
            }
        }
        keep(history.timeline(), source);
    }

    private void keep(TimelineId timeline, Upstream source) throws IOException {
        Optional<TimelineHistory> here = wal.history(timeline);
        if (timeline.equals(TimelineId.FIRST)) {
            return;
        }
        HistoryFile file = source.history(timeline);
        if (here.isPresent()) {
            if (!here.get().equals(TimelineHistory.parse(timeline, file.content()))) {
                throw WalCorruptException.inFile("timeline " + timeline + " is another one at the source",
                        pgWal.resolve(TimelineHistory.fileName(timeline)).toString(),
                        "Two servers were promoted to it. Make this standby anew, or let it follow the other.");
            }
            return;
        }
        wal.create(TimelineHistory.fileName(timeline),
                ByteBuffer.wrap(file.content().getBytes(StandardCharsets.UTF_8)));
    }

    /// Reads the own log as a history has it.
    SegmentFiles files(TimelineHistory history) {
        return new SegmentFiles(disk, pgWal, layout, history);
    }
}
