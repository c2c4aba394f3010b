package dev.seawall.archiver.backup;

import dev.seawall.archiver.repository.Codec;
import dev.seawall.archiver.repository.Sha256;
import dev.seawall.wal.Lsn;
import dev.seawall.wal.TimelineId;
import dev.seawall.wal.WalCorruptException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// A [BackupManifest] as text: JSON in the form of PostgreSQL's backup_manifest, a line a file.
///
/// ```
/// { "PostgreSQL-Backup-Manifest-Version": 1,
/// "Files": [
/// { "Path": "base/5/16384", "Size": 8192, "Last-Modified": "2026-11-22 09:45:49 GMT", ... },
/// ],
/// "WAL-Ranges": [
/// { "Timeline": 1, "Start-LSN": "0/2000028", "End-LSN": "0/2000100" }
/// ],
/// "Seawall": { "Label": "monday", "System-Identifier": "7315042236591632531", ... },
/// "Manifest-Checksum": "SHA-256 of all lines before this one"}
/// ```
/// The line "Seawall" is ours. Without it pg_verifybackup takes the text, and so a restored directory
/// gets it without: [#toPostgres].
final class ManifestText {

    private static final DateTimeFormatter MODIFIED =
            DateTimeFormatter.ofPattern("uuuu-MM-dd HH:mm:ss 'GMT'", Locale.ROOT).withZone(ZoneOffset.UTC);

    private static final String HEAD = "{ \"PostgreSQL-Backup-Manifest-Version\": 1,\n\"Files\": [\n";
    private static final String RANGES = "],\n\"WAL-Ranges\": [\n";
    private static final String END_OF_RANGES = "],\n";

    private static final Pattern AFTER_FILES = Pattern.compile(
            Pattern.quote(RANGES)
                    + "\\{ \"Timeline\": (?<timeline>[0-9]{1,10}), \"Start-LSN\": \"(?<redo>[0-9A-F/]+)\", "
                    + "\"End-LSN\": \"(?<stop>[0-9A-F/]+)\" \\}\n" + Pattern.quote(END_OF_RANGES)
                    + "\"Seawall\": \\{ \"Label\": \"(?<label>[^\"\n]*)\", "
                    + "\"System-Identifier\": \"(?<system>[0-9]{1,20})\", "
                    + "\"Checkpoint-LSN\": \"(?<checkpoint>[0-9A-F/]+)\", \"Start-Time\": \"(?<started>[^\"\n]*)\", "
                    + "\"Stop-Time\": \"(?<stopped>[^\"\n]*)\", \"Segment-Size\": (?<segment>[0-9]{1,10}), "
                    + "\"Max-Connections\": (?<connections>[0-9]{1,10}), \"Compression\": \"(?<format>[a-z]+)\" \\},\n"
                    + "\"Manifest-Checksum\": \"(?<checksum>[0-9a-f]{64})\"\\}\n");
    private static final Pattern FILE = Pattern.compile(
            "\\{ \"Path\": \"([^\"\n]*)\", \"Size\": ([0-9]{1,18}), \"Last-Modified\": \"([^\"\n]*)\", "
                    + "\"Checksum-Algorithm\": \"SHA256\", \"Checksum\": \"([0-9a-f]{64})\" \\},?\n");

    private ManifestText() {}

    static byte[] toBytes(BackupManifest manifest) {
        return sealed(upToRanges(manifest) + seawall(manifest));
    }

    /// What pg_verifybackup takes.
    static byte[] toPostgres(BackupManifest manifest) {
        return sealed(upToRanges(manifest));
    }

    private static String upToRanges(BackupManifest manifest) {
        StringBuilder text = new StringBuilder(HEAD);
        String separator = "";
        for (BackupFile file : manifest.files()) {
            text.append(separator).append("{ \"Path\": \"").append(file.path())
                    .append("\", \"Size\": ").append(file.size())
                    .append(", \"Last-Modified\": \"").append(MODIFIED.format(file.modified()))
                    .append("\", \"Checksum-Algorithm\": \"SHA256\", \"Checksum\": \"").append(file.sha256())
                    .append("\" }");
            separator = ",\n";
        }
        text.append('\n').append(RANGES)
                .append("{ \"Timeline\": ").append(manifest.timeline())
                .append(", \"Start-LSN\": \"").append(manifest.redo())
                .append("\", \"End-LSN\": \"").append(manifest.stopLsn()).append("\" }\n");
        return text.append(END_OF_RANGES).toString();
    }

    private static String seawall(BackupManifest manifest) {
        return "\"Seawall\": { \"Label\": \"" + manifest.label()
                + "\", \"System-Identifier\": \"" + Long.toUnsignedString(manifest.systemId())
                + "\", \"Checkpoint-LSN\": \"" + manifest.checkpointLsn()
                + "\", \"Start-Time\": \"" + manifest.startTime()
                + "\", \"Stop-Time\": \"" + manifest.stopTime()
                + "\", \"Segment-Size\": " + manifest.segmentBytes()
                + ", \"Max-Connections\": " + manifest.maxConnections()
                + ", \"Compression\": \"" + manifest.format().name().toLowerCase(Locale.ROOT) + "\" },\n";
    }

    private static byte[] sealed(String text) {
        byte[] content = text.getBytes(StandardCharsets.US_ASCII);
        return (text + "\"Manifest-Checksum\": \"" + Sha256.of(content) + "\"}\n").getBytes(StandardCharsets.US_ASCII);
    }

    /// Reads what [#toBytes] made.
    ///
    /// @param place what messages call it
    /// @throws WalCorruptException if the checksum is wrong or anything else is not as it must be
    static BackupManifest parse(byte[] content, String place) throws WalCorruptException {
        String text = new String(content, StandardCharsets.US_ASCII);
        int ranges = text.lastIndexOf(RANGES);
        Matcher whole = AFTER_FILES.matcher(text).region(Math.max(0, ranges), text.length());
        if (!text.startsWith(HEAD) || ranges < HEAD.length() || !whole.matches()) {
            throw damaged("not a backup's manifest", place);
        }
        String before = text.substring(0, text.lastIndexOf("\"Manifest-Checksum\""));
        String found = Sha256.of(before.getBytes(StandardCharsets.US_ASCII));
        if (!found.equals(whole.group("checksum"))) {
            throw damaged("manifest has checksum " + whole.group("checksum") + ", its content " + found, place);
        }
        try {
            return new BackupManifest(whole.group("label"), Long.parseUnsignedLong(whole.group("system")),
                    new TimelineId(Integer.parseUnsignedInt(whole.group("timeline"))),
                    Lsn.parse(whole.group("redo")), Lsn.parse(whole.group("checkpoint")),
                    Lsn.parse(whole.group("stop")),
                    Instant.parse(whole.group("started")), Instant.parse(whole.group("stopped")),
                    Integer.parseInt(whole.group("segment")), Integer.parseInt(whole.group("connections")),
                    Codec.Format.valueOf(whole.group("format").toUpperCase(Locale.ROOT)),
                    files(text.substring(HEAD.length(), ranges)));
        } catch (IllegalArgumentException | java.time.DateTimeException e) {
            throw damaged("manifest cannot be understood: " + e.getMessage(), place);
        }
    }

    private static List<BackupFile> files(String lines) {
        List<BackupFile> files = new ArrayList<>();
        Matcher file = FILE.matcher(lines);
        int at = 0;
        while (at < lines.length()) {
            if (!file.find(at) || file.start() != at) {
                throw new IllegalArgumentException("a file's line is wrong");
            }
            files.add(new BackupFile(file.group(1), Long.parseLong(file.group(2)),
                    Instant.from(MODIFIED.parse(file.group(3))), file.group(4)));
            at = file.end();
        }
        return files;
    }

    private static WalCorruptException damaged(String problem, String place) {
        return WalCorruptException.inFile(problem, place, "Use another base backup.");
    }
}
