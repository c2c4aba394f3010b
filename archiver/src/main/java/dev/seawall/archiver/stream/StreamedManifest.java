package dev.seawall.archiver.stream;

import dev.seawall.wal.Lsn;
import dev.seawall.wal.TimelineId;
import dev.seawall.walwriter.basebackup.BaseBackupOptions.Checksum;
import dev.seawall.walwriter.basebackup.BaseBackupOptions.Manifest;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.HexFormat;
import java.util.Locale;

/// backup_manifest in PostgreSQL's form, which pg_verifybackup reads: JSON, a line a file, and a SHA-256
/// of all before its last line.
final class StreamedManifest {

    private static final DateTimeFormatter MODIFIED =
            DateTimeFormatter.ofPattern("uuuu-MM-dd HH:mm:ss 'GMT'", Locale.ROOT).withZone(ZoneOffset.UTC);

    private final Manifest kind;
    private final Checksum algorithm;
    private final ByteArrayOutputStream text = new ByteArrayOutputStream();
    private String separator = "\n";

    StreamedManifest(Manifest kind, Checksum algorithm) {
        this.kind = kind;
        this.algorithm = algorithm;
        add("{ \"PostgreSQL-Backup-Manifest-Version\": 1,\n\"Files\": [");
    }

    private void add(String more) {
        text.writeBytes(more.getBytes(StandardCharsets.UTF_8));
    }

    /// @param checksum in hexadecimal digits
    void file(String path, long size, Instant modified, String checksum) {
        String name = kind == Manifest.FORCE_ENCODE
                ? "\"Encoded-Path\": \"" + HexFormat.of().formatHex(path.getBytes(StandardCharsets.UTF_8))
                : "\"Path\": \"" + escaped(path);
        String sum = algorithm == Checksum.NONE ? ""
                : ", \"Checksum-Algorithm\": \"" + algorithm + "\", \"Checksum\": \"" + checksum + "\"";
        add(separator + "{ " + name + "\", \"Size\": " + size + ", \"Last-Modified\": \"" + MODIFIED.format(modified)
                + "\"" + sum + " }");
        separator = ",\n";
    }

    private static String escaped(String text) {
        StringBuilder escaped = new StringBuilder();
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c == '"' || c == '\\') {
                escaped.append('\\').append(c);
            } else if (c < ' ') {
                escaped.append(String.format("\\u%04x", (int) c));
            } else {
                escaped.append(c);
            }
        }
        return escaped.toString();
    }

    /// All of it.
    byte[] finish(TimelineId timeline, Lsn start, Lsn end) {
        add("\n],\n\"WAL-Ranges\": [\n{ \"Timeline\": " + timeline + ", \"Start-LSN\": \"" + start
                + "\", \"End-LSN\": \"" + end + "\" }\n],\n");
        MessageDigest sum = FileChecksum.digest("SHA-256");
        add("\"Manifest-Checksum\": \"" + HexFormat.of().formatHex(sum.digest(text.toByteArray())) + "\"}\n");
        return text.toByteArray();
    }
}
