package dev.seawall.walwriter.walreceiver;

import dev.seawall.wal.disk.Disk;
import dev.seawall.wal.disk.SmallFile;
import dev.seawall.walwriter.client.Address;
import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// libpq's file of passwords, `~/.pgpass`: lines of `host:port:database:user:password`, where `*` matches all
/// and the first line that matches counts.
final class PasswordFile {

    private static final Logger LOG = LoggerFactory.getLogger(PasswordFile.class);
    private static final int FIELDS = 5;

    private final List<List<String>> lines;

    private PasswordFile(List<List<String>> lines) {
        this.lines = lines;
    }

    /// One that is not there is empty, and so is, with a warning, one that others may read: it is not believed
    /// by libpq either.
    static PasswordFile read(Disk disk, Path file) throws IOException {
        List<List<String>> lines = new ArrayList<>();
        try {
            if (!disk.permissions(file).isPrivate()) {
                LOG.warn("password file \"{}\" has group or world access, and is ignored"
                        + "\nHINT: Permissions should be u=rw (0600) or less.", file);
                return new PasswordFile(List.of());
            }
            for (String line : SmallFile.read(disk, file).lines().toList()) {
                List<String> fields = fields(line);
                if (!line.startsWith("#") && fields.size() == FIELDS) {
                    lines.add(fields);
                }
            }
        } catch (NoSuchFileException e) {
            return new PasswordFile(List.of());
        }
        return new PasswordFile(lines);
    }

    private static List<String> fields(String line) {
        List<String> fields = new ArrayList<>();
        StringBuilder field = new StringBuilder();
        for (int at = 0; at < line.length(); at++) {
            char letter = line.charAt(at);
            if (letter == '\\' && at + 1 < line.length()) {
                // A star that is quoted means itself; kept apart from the one that is not.
                field.append(line.charAt(++at) == '*' ? "\\*" : line.charAt(at));
            } else if (letter == ':') {
                fields.add(field.toString());
                field.setLength(0);
            } else {
                field.append(letter);
            }
        }
        fields.add(field.toString());
        return fields;
    }

    @Nullable String find(Address address, String database, String user) {
        for (List<String> line : lines) {
            boolean isAt = switch (address) {
                case Address.Host(var host, var port) ->
                        matches(line.get(0), host) && matches(line.get(1), String.valueOf(port));
                case Address.UnixSocket(var path) -> {
                    String name = path.getFileName().toString();
                    yield (matches(line.get(0), "localhost") || matches(line.get(0), path.getParent().toString()))
                            && matches(line.get(1), name.substring(name.lastIndexOf('.') + 1));
                }
            };
            if (isAt && matches(line.get(2), database) && matches(line.get(3), user)) {
                return line.get(4).replace("\\*", "*");
            }
        }
        return null;
    }

    private static boolean matches(String field, String value) {
        return field.equals("*") || field.replace("\\*", "*").equals(value);
    }
}
