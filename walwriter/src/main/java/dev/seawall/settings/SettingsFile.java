package dev.seawall.settings;

import dev.seawall.wal.disk.Disk;
import dev.seawall.wal.disk.DiskFile;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/// Reads seawall.conf: lines of `name = value` in the syntax of postgresql.conf.
///
/// ```
/// # a comment
/// wal_buffers = 16MB          # the equals sign may be left out
/// archive_repository = '/srv/it''s here'
/// include 'local.conf'        # relative to this file; also include_if_exists
/// ```
final class SettingsFile {

    /// A line that sets something.
    record Assignment(String name, String value, String place) {}

    private static final int MAX_DEPTH = 10;

    private final Disk disk;
    private final List<String> mistakes;
    private final List<Assignment> assignments = new ArrayList<>();

    private SettingsFile(Disk disk, List<String> mistakes) {
        this.disk = disk;
        this.mistakes = mistakes;
    }

    /// Every assignment in order, those of included files where the include stands.
    ///
    /// @param mistakes gets the lines that are no assignments
    static List<Assignment> read(Disk disk, Path file, List<String> mistakes) throws IOException {
        SettingsFile reading = new SettingsFile(disk, mistakes);
        reading.readFile(file, 0);
        return reading.assignments;
    }

    private void readFile(Path file, int depth) throws IOException {
        int number = 0;
        for (String line : content(file).split("\n", -1)) {
            number++;
            readLine(line, file, file + ", line " + number, depth);
        }
    }

    private String content(Path file) throws IOException {
        try (DiskFile open = disk.open(file, Set.of(Disk.Open.READ_ONLY))) {
            ByteBuffer bytes = ByteBuffer.allocate(Math.toIntExact(open.size()));
            open.read(bytes, 0);
            return StandardCharsets.UTF_8.decode(bytes.flip()).toString();
        }
    }

    private void readLine(String line, Path file, String place, int depth) throws IOException {
        Scanner scanner = new Scanner(line);
        scanner.skipSpace();
        if (scanner.isAtEnd()) {
            return;
        }
        try {
            String name = scanner.name();
            scanner.skipEquals();
            String value = scanner.value();
            scanner.expectEnd();
            switch (name) {
                case "include", "include_if_exists" -> include(name, file.resolveSibling(value), place, depth + 1);
                default -> assignments.add(new Assignment(name, value, place));
            }
        } catch (IllegalArgumentException e) {
            mistakes.add(place + ": " + e.getMessage());
        }
    }

    private void include(String how, Path file, String place, int depth) throws IOException {
        if (depth > MAX_DEPTH) {
            throw new IllegalArgumentException("files include each other more than " + MAX_DEPTH + " deep"
                    + "\nHINT: \"" + file + "\" probably includes a file that includes it.");
        }
        try {
            readFile(file, depth);
        } catch (NoSuchFileException e) {
            if (how.equals("include")) {
                mistakes.add(place + ": included file \"" + file + "\" does not exist"
                        + "\nHINT: Create it, or use include_if_exists.");
            }
        }
    }

    /// A cursor over one line.
    private static final class Scanner {

        private final String line;
        private int at;

        Scanner(String line) {
            this.line = line;
        }

        void skipSpace() {
            while (at < line.length() && Character.isWhitespace(line.charAt(at))) {
                at++;
            }
        }

        boolean isAtEnd() {
            return at == line.length() || line.charAt(at) == '#';
        }

        String name() {
            int start = at;
            while (at < line.length() && (Character.isLetterOrDigit(line.charAt(at)) || line.charAt(at) == '_')) {
                at++;
            }
            if (at == start) {
                throw new IllegalArgumentException("expected the name of a setting, found \""
                        + line.substring(at) + "\"\nHINT: A line reads name = value; comments begin with #.");
            }
            return line.substring(start, at);
        }

        void skipEquals() {
            skipSpace();
            if (at < line.length() && line.charAt(at) == '=') {
                at++;
                skipSpace();
            }
        }

        String value() {
            if (isAtEnd()) {
                throw new IllegalArgumentException("a value is missing"
                        + "\nHINT: Write '' for an empty one, or remove the line for the default.");
            }
            return line.charAt(at) == '\'' ? quoted() : plain();
        }

        private String quoted() {
            StringBuilder value = new StringBuilder();
            for (at++; at < line.length(); at++) {
                char c = line.charAt(at);
                boolean isDoubled = c == '\'' && at + 1 < line.length() && line.charAt(at + 1) == '\'';
                if (c == '\'' && !isDoubled) {
                    at++;
                    return value.toString();
                }
                if (isDoubled) {
                    at++;
                }
                value.append(c);
            }
            throw new IllegalArgumentException("a quote is not closed"
                    + "\nHINT: Write '' for a quote inside quotes.");
        }

        private String plain() {
            int start = at;
            while (!isAtEnd() && !Character.isWhitespace(line.charAt(at))) {
                at++;
            }
            return line.substring(start, at);
        }

        void expectEnd() {
            skipSpace();
            if (!isAtEnd()) {
                throw new IllegalArgumentException("unexpected \"" + line.substring(at) + "\" after the value"
                        + "\nHINT: Put a value with spaces into quotes: 'like this'.");
            }
        }
    }
}
