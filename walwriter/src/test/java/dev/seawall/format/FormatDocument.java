package dev.seawall.format;

import dev.seawall.wal.Lsn;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// FORMAT.md as a program sees it: the bytes of its worked segment, and what pg_waldump says of it.
///
/// A line of bytes is `LSN  bytes  explanation`; `78 *7000` stands for 7,000 times that byte. What
/// the dump leaves out between two lines is zero.
final class FormatDocument {

    private static final Path FILE = Path.of("FORMAT.md");
    private static final Pattern BYTES = Pattern.compile(
            "([0-9A-F]+/[0-9A-F]+)  ((?:[0-9a-f]{2} ?)+)(?:\\*([0-9]+))?(?: .*)?");

    /// Bytes at a place, on one line of the document.
    record Piece(Lsn at, byte[] bytes) {}

    private final List<String> lines;

    private FormatDocument(List<String> lines) {
        this.lines = lines;
    }

    static FormatDocument read() throws IOException {
        return new FormatDocument(Files.readAllLines(FILE));
    }

    /// Lines of the fenced block that begins with ```` ```name ````.
    List<String> block(String name) {
        int from = lines.indexOf("```" + name);
        if (from < 0) {
            throw new AssertionError("FORMAT.md has no block \"" + name + "\"");
        }
        List<String> block = new ArrayList<>();
        for (int i = from + 1; !lines.get(i).equals("```"); i++) {
            block.add(lines.get(i));
        }
        return block;
    }

    List<Piece> pieces() {
        List<Piece> pieces = new ArrayList<>();
        for (String line : block("segment")) {
            Matcher matcher = BYTES.matcher(line);
            if (matcher.matches()) {
                byte[] once = HexFormat.of().parseHex(matcher.group(2).replace(" ", ""));
                int times = matcher.group(3) == null ? 1 : Integer.parseInt(matcher.group(3));
                ByteArrayOutputStream bytes = new ByteArrayOutputStream();
                for (int i = 0; i < times; i++) {
                    bytes.writeBytes(once);
                }
                pieces.add(new Piece(Lsn.parse(matcher.group(1)), bytes.toByteArray()));
            } else if (!line.isEmpty() && !line.startsWith("--")) {
                throw new AssertionError("not a line of bytes: \"" + line + "\"");
            }
        }
        return pieces;
    }

    /// The whole segment, which begins at `start`.
    byte[] segment(Lsn start, int segmentBytes) {
        byte[] segment = new byte[segmentBytes];
        for (Piece piece : pieces()) {
            System.arraycopy(piece.bytes(), 0, segment, (int) piece.at().minus(start), piece.bytes().length);
        }
        return segment;
    }
}
