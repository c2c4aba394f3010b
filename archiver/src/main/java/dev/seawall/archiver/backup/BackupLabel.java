package dev.seawall.archiver.backup;

import dev.seawall.wal.Lsn;
import dev.seawall.wal.PageLayout;
import dev.seawall.wal.SegmentName;
import dev.seawall.wal.TimelineId;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Locale;

/// `backup_label`: what PostgreSQL puts beside copied files, so that nobody takes them for a cluster
/// that merely crashed. Its presence in a directory says: recover from this redo point.
record BackupLabel(String label, TimelineId timeline, Lsn redo, Lsn checkpointLsn, Instant startTime) {

    static final String NAME = "backup_label";

    private static final DateTimeFormatter TIME =
            DateTimeFormatter.ofPattern("uuuu-MM-dd HH:mm:ss 'UTC'", Locale.ROOT).withZone(ZoneOffset.UTC);

    byte[] toBytes(PageLayout layout) {
        String segment = new SegmentName(timeline, layout.segmentOf(redo)).fileName(layout);
        return ("START WAL LOCATION: " + redo + " (file " + segment + ")\n"
                + "CHECKPOINT LOCATION: " + checkpointLsn + "\n"
                + "BACKUP METHOD: streamed\n"
                + "BACKUP FROM: primary\n"
                + "START TIME: " + TIME.format(startTime) + "\n"
                + "LABEL: " + label + "\n"
                + "START TIMELINE: " + timeline + "\n").getBytes(StandardCharsets.US_ASCII);
    }
}
