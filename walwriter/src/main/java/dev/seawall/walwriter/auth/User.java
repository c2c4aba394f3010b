package dev.seawall.walwriter.auth;

import dev.seawall.walwriter.auth.scram.ScramVerifier;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// A user, as the file of users has it.
///
/// @param verifier of the password; null: none, such a user logs in as the system's user only
public record User(String name, boolean isSuperuser, boolean mayReplicate, @Nullable ScramVerifier verifier) {

    private static final int MAX_BYTES = 63;

    public User {
        if (name.isEmpty() || name.getBytes(java.nio.charset.StandardCharsets.UTF_8).length > MAX_BYTES
                || name.chars().anyMatch(c -> c == ':' || c < ' ' || c == 0x7F) || name.startsWith("#")) {
            throw new IllegalArgumentException("\"" + name + "\" is no name of a user: 1 to " + MAX_BYTES
                    + " bytes without colon and control characters, and no \"#\" in front, expected");
        }
    }

    /// A line of the file: `NAME:ATTRIBUTES:VERIFIER`.
    String line() {
        return name + ":" + String.join(",", attributes()) + ":" + (verifier == null ? "" : verifier.text());
    }

    public List<String> attributes() {
        List<String> attributes = new ArrayList<>();
        if (isSuperuser) {
            attributes.add("superuser");
        }
        if (mayReplicate) {
            attributes.add("replication");
        }
        return attributes;
    }

    /// @throws IllegalArgumentException if it is no such line
    static User parse(String line) {
        String[] parts = line.split(":", 3);
        if (parts.length != 3) {
            throw new IllegalArgumentException("NAME:ATTRIBUTES:VERIFIER expected");
        }
        boolean isSuperuser = false;
        boolean mayReplicate = false;
        for (String attribute : parts[1].isEmpty() ? new String[0] : parts[1].split(",", -1)) {
            switch (attribute) {
                case "superuser" -> isSuperuser = true;
                case "replication" -> mayReplicate = true;
                default -> throw new IllegalArgumentException("attribute \"" + attribute
                        + "\" is not known, superuser and replication are");
            }
        }
        ScramVerifier verifier = parts[2].isEmpty() ? null : ScramVerifier.parse(parts[2]).orElseThrow(
                () -> new IllegalArgumentException("the password's verifier is not of the form "
                        + "SCRAM-SHA-256$iterations:salt$StoredKey:ServerKey"));
        return new User(parts[0], isSuperuser, mayReplicate, verifier);
    }
}
