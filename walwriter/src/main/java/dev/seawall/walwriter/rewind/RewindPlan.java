package dev.seawall.walwriter.rewind;

import dev.seawall.wal.Lsn;
import dev.seawall.wal.TimelineId;
import dev.seawall.wal.WalCorruptException;
import dev.seawall.wal.disk.Disk;
import dev.seawall.wal.disk.DiskFile;
import dev.seawall.walwriter.start.ClusterLayout;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.zip.CRC32C;

/// What a rewind has decided to do, in a file of the cluster's directory from before its first change to
/// behind its last: nothing opens the directory meanwhile, and a rewind that was cut short goes on by it.
///
/// ```
/// at = 0/3000148            where the log is to end
/// timeline = 1              of the last byte that stays
/// own_timeline = 1          where the log ended
/// own_end = 0/3002000
/// checkpoint = 0/3000060    where recovery is to begin; 0/0: where the copy says
/// aside = diverged-1-0_3000148
/// stage = cut
/// crc = 4F1C9A02            CRC-32C of the lines before
/// ```
record RewindPlan(Lsn at, TimelineId timeline, TimelineId ownTimeline, Lsn ownEnd, Lsn checkpoint, String aside,
        Stage stage) {

    /// How far it is; each may be begun again.
    enum Stage {
        /// The log is cut; base/ stays.
        CUT,
        /// The log is cut, to be joined by the copy's, which is there as a whole.
        REPLACE,
        /// The log is cut and kept aside; the copy's parts take their places.
        PLACE,
        /// All is in its place; what is left of the copy is removed.
        CLEAR
    }

    private static final int BYTES_MAX = 4096;
    private static final String CRC = "crc";

    /// The same, further on.
    RewindPlan at(Stage next) {
        return new RewindPlan(at, timeline, ownTimeline, ownEnd, checkpoint, aside, next);
    }

    static Path fileIn(Path directory) {
        return ClusterLayout.rewind(directory);
    }

    /// Writes the file, which is there whole or not at all; durable when this returns.
    void write(Disk disk, Path directory) throws IOException {
        Path temporary = fileIn(directory).resolveSibling(ClusterLayout.REWIND + ".tmp");
        try (DiskFile file = disk.open(temporary, Set.of(Disk.Open.CREATE))) {
            file.truncate(0);
            file.write(ByteBuffer.wrap(text().getBytes(StandardCharsets.US_ASCII)), 0);
            file.sync();
        }
        disk.rename(temporary, fileIn(directory));
        disk.syncDirectory(directory);
    }

    private String text() {
        String lines = "at = " + at + "\ntimeline = " + timeline + "\nown_timeline = " + ownTimeline + "\nown_end = "
                + ownEnd + "\ncheckpoint = " + checkpoint + "\naside = " + aside + "\nstage = "
                + stage.name().toLowerCase(Locale.ROOT) + "\n";
        return lines + CRC + " = " + crc(lines) + "\n";
    }

    private static String crc(String lines) {
        CRC32C crc = new CRC32C();
        crc.update(lines.getBytes(StandardCharsets.US_ASCII));
        return "%08X".formatted(crc.getValue());
    }

    /// The plan that an interrupted rewind left.
    ///
    /// @throws WalCorruptException if the file is damaged
    static Optional<RewindPlan> read(Disk disk, Path directory) throws IOException {
        ByteBuffer content = ByteBuffer.allocate(BYTES_MAX);
        try (DiskFile file = disk.open(fileIn(directory), Set.of(Disk.Open.READ_ONLY))) {
            file.read(content, 0);
        } catch (NoSuchFileException e) {
            return Optional.empty();
        }
        return Optional.of(parse(StandardCharsets.US_ASCII.decode(content.flip()).toString(), fileIn(directory)));
    }

    private static RewindPlan parse(String text, Path file) throws WalCorruptException {
        Map<String, String> values = new HashMap<>();
        for (String line : text.lines().toList()) {
            String[] parts = line.split(" = ", 2);
            if (parts.length == 2) {
                values.put(parts[0], parts[1]);
            }
        }
        int crcLine = text.lastIndexOf(CRC + " = ");
        if (crcLine < 0 || !crc(text.substring(0, crcLine)).equals(values.get(CRC))) {
            throw damaged(file);
        }
        try {
            return new RewindPlan(Lsn.parse(value(values, "at")), timeline(values, "timeline"),
                    timeline(values, "own_timeline"), Lsn.parse(value(values, "own_end")),
                    Lsn.parse(value(values, "checkpoint")), value(values, "aside"),
                    Stage.valueOf(value(values, "stage").toUpperCase(Locale.ROOT)));
        } catch (IllegalArgumentException e) {
            throw damaged(file);
        }
    }

    private static String value(Map<String, String> values, String name) {
        String value = values.get(name);
        if (value == null) {
            throw new IllegalArgumentException(name);
        }
        return value;
    }

    private static TimelineId timeline(Map<String, String> values, String name) {
        return new TimelineId(Integer.parseUnsignedInt(value(values, name)));
    }

    private static WalCorruptException damaged(Path file) {
        return WalCorruptException.inFile("what an interrupted rewind had planned is damaged", file.toString(),
                "Keep pg_wal and the diverged-* directories aside, and make this server anew from a base backup.");
    }

    /// Nobody takes the directory for unfinished any more. Last of all.
    static void remove(Disk disk, Path directory) throws IOException {
        disk.delete(fileIn(directory));
        disk.syncDirectory(directory);
    }
}
