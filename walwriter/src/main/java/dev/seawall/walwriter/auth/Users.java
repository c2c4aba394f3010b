package dev.seawall.walwriter.auth;

import dev.seawall.wal.disk.Disk;
import dev.seawall.wal.disk.SmallFile;
import dev.seawall.wal.role.World;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/// The users besides the cluster's owner: the file `seawall.users` in the cluster's directory.
///
/// ```
/// :SECRET:                                  # for users that don't exist, see ScramVerifier#mock
/// NAME:superuser,replication:SCRAM-SHA-256$4096:salt$StoredKey:ServerKey
/// ```
///
/// The file is looked at each time somebody logs in, so a change holds at once; it is replaced as a
/// whole and durably. Any thread may look; one at a time changes, and of two processes the last wins.
public final class Users {

    public static final String FILE = "seawall.users";

    private static final int SECRET_BYTES = 32;
    private static final String NO_FILE = "";

    private final Disk disk;
    private final Path file;
    private final World world;
    private volatile Content content;

    /// The file as it was read.
    private record Content(String text, Map<String, User> users, String secret) {}

    /// @param directory the cluster's
    public Users(Disk disk, Path directory, World world) {
        this.disk = disk;
        this.file = directory.resolve(FILE);
        this.world = world;
        this.content = new Content(NO_FILE, Map.of(), newSecret());
    }

    private String newSecret() {
        byte[] secret = new byte[SECRET_BYTES];
        world.secrets().nextBytes(secret);
        return Base64.getEncoder().encodeToString(secret);
    }

    /// @throws IOException if the file can be read by others, or is not one of users
    public Optional<User> find(String name) throws IOException {
        return Optional.ofNullable(current().users().get(name));
    }

    /// All, by name.
    ///
    /// @throws IOException as of [#find]
    public List<User> list() throws IOException {
        return List.copyOf(current().users().values());
    }

    /// What mocks are made of: it stays the same as long as there is the file.
    byte[] secret() throws IOException {
        return current().secret().getBytes(StandardCharsets.US_ASCII);
    }

    /// Adds a user, or replaces the one of this name; durable on return.
    public void put(User user) throws IOException {
        Map<String, User> users = new TreeMap<>(current().users());
        users.put(user.name(), user);
        write(users);
    }

    /// @return false if there is none of this name
    public boolean remove(String name) throws IOException {
        Map<String, User> users = new TreeMap<>(current().users());
        if (users.remove(name) == null) {
            return false;
        }
        write(users);
        return true;
    }

    private Content current() throws IOException {
        Content known = content;
        String text = read();
        if (text.equals(known.text())) {
            return known;
        }
        Content read = parse(text, known.secret());
        content = read;
        return read;
    }

    private String read() throws IOException {
        try {
            Disk.Permissions permissions = disk.permissions(file);
            if (!permissions.isPrivate()) {
                throw new IOException("file \"" + file + "\" has " + permissions + ", and others must not read it"
                        + "\nHINT: chmod 600 \"" + file + "\"");
            }
            return SmallFile.read(disk, file);
        } catch (NoSuchFileException e) {
            return NO_FILE;
        }
    }

    private Content parse(String text, String oldSecret) throws IOException {
        Map<String, User> users = new TreeMap<>();
        @Nullable String secret = null;
        int number = 0;
        for (String line : text.lines().toList()) {
            number++;
            if (line.isBlank() || line.startsWith("#")) {
                continue;
            }
            if (line.startsWith(":") && line.endsWith(":")) {
                secret = line.substring(1, Math.max(1, line.length() - 1));
                continue;
            }
            try {
                User user = User.parse(line);
                if (users.put(user.name(), user) != null) {
                    throw new IllegalArgumentException("user \"" + user.name() + "\" stands there twice");
                }
            } catch (IllegalArgumentException e) {
                throw new IOException("file \"" + file + "\", line " + number + ": " + e.getMessage()
                        + "\nHINT: Users are made with \"walctl user add NAME\".", e);
            }
        }
        return new Content(text, users, secret == null ? oldSecret : secret);
    }

    private void write(Map<String, User> users) throws IOException {
        List<String> lines = new ArrayList<>();
        lines.add("# Users of this cluster besides its owner; changed by \"walctl user\". NAME:ATTRIBUTES:VERIFIER");
        lines.add(":" + content.secret() + ":");
        users.values().forEach(user -> lines.add(user.line()));
        String text = String.join("\n", lines) + "\n";
        SmallFile.replace(disk, file, text);
    }
}
