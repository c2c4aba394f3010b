package dev.seawall.walwriter.start;

import dev.seawall.wal.Lsn;
import dev.seawall.wal.PageLayout;
import dev.seawall.wal.SegmentName;
import dev.seawall.wal.TimelineId;
import dev.seawall.wal.WalCorruptException;
import dev.seawall.wal.disk.Disk;
import dev.seawall.wal.disk.SmallFile;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// `backup_label`: what PostgreSQL puts beside copied files, so that nobody takes them for a cluster
/// that merely crashed. Its presence in a directory says: recover from this redo point, by this
/// checkpoint, whatever the control file says.
///
/// @param label      a person's words
/// @param start      where redo begins
/// @param checkpoint start of the checkpoint's record
public record BackupLabel(String label, TimelineId timeline, Lsn start, Lsn checkpoint) {

    public static final String FILE = "backup_label";
    /// What it is called when it has been heeded.
    static final String OLD_FILE = FILE + ".old";

    private static final DateTimeFormatter TIME =
            DateTimeFormatter.ofPattern("uuuu-MM-dd HH:mm:ss 'GMT'", Locale.ROOT).withZone(ZoneOffset.UTC);
    private static final Pattern TEXT = Pattern.compile(
            "START WAL LOCATION: (?<start>[0-9A-F]{1,8}/[0-9A-F]{1,8}) "
                    + "\\(file (?<timeline>[0-9A-F]{8})[0-9A-F]{16}\\)\n"
                    + "CHECKPOINT LOCATION: (?<checkpoint>[0-9A-F]{1,8}/[0-9A-F]{1,8})\n"
                    + "(?:BACKUP [^\n]*\n|START TIME: [^\n]*\n)*(?:LABEL: (?<label>[^\n]*)\n)?[^\0]*");

    public String toText(PageLayout layout, Instant startTime) {
        String segment = new SegmentName(timeline, layout.segmentOf(start)).fileName(layout);
        return "START WAL LOCATION: " + start + " (file " + segment + ")\n"
                + "CHECKPOINT LOCATION: " + checkpoint + "\n"
                + "BACKUP METHOD: streamed\n"
                + "BACKUP FROM: primary\n"
                + "START TIME: " + TIME.format(startTime) + "\n"
                + "LABEL: " + label + "\n"
                + "START TIMELINE: " + timeline + "\n";
    }

    /// The one in a cluster's directory.
    ///
    /// @return empty if there is none
    /// @throws WalCorruptException if it is no backup_label
    public static Optional<BackupLabel> find(Disk disk, Path directory) throws IOException {
        Path file = directory.resolve(FILE);
        if (!disk.exists(file)) {
            return Optional.empty();
        }
        Matcher text = TEXT.matcher(SmallFile.read(disk, file));
        if (!text.matches()) {
            throw WalCorruptException.inFile("invalid data in file \"" + FILE + "\"", file.toString(),
                    "Put back the file that belongs to this base backup.");
        }
        String label = text.group("label");
        return Optional.of(new BackupLabel(label == null ? "" : label,
                new TimelineId(Integer.parseUnsignedInt(text.group("timeline"), 16)),
                Lsn.parse(text.group("start")), Lsn.parse(text.group("checkpoint"))));
    }
}
