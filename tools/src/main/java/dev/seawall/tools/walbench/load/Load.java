package dev.seawall.tools.walbench.load;

import java.util.Locale;

/// What is asked of a log: so many committers, or one producer with so many records on their way.
///
/// @param count committers, or the window
/// @param bytes of each record's content
public record Load(Kind kind, int count, int bytes) {

    /// How commits come.
    public enum Kind {
        /// Virtual threads, each of which waits for its commit.
        VIRTUAL,
        /// Platform threads that do so.
        PLATFORM,
        /// One thread that waits only when `count` records are not durable yet.
        WINDOW,
        /// The disk alone: one write after the other.
        DISK;

        /// As a command line has it.
        public String lowerCase() {
            return name().toLowerCase(Locale.ROOT);
        }

        /// Whether threads wait for each commit.
        public boolean isCommitters() {
            return this == VIRTUAL || this == PLATFORM;
        }
    }

    public Load {
        if (count < 1 || bytes < 1) {
            throw new IllegalArgumentException("a load has at least 1 committer and 1 byte, not " + count + " and "
                    + bytes);
        }
    }

    /// The reverse of [#toString].
    ///
    /// @throws IllegalArgumentException if it is none
    public static Load parse(String text) {
        String[] parts = text.split(":");
        if (parts.length != 3) {
            throw new IllegalArgumentException("\"" + text + "\" is not KIND:COUNT:BYTES");
        }
        return new Load(Kind.valueOf(parts[0].toUpperCase(Locale.ROOT)), Integer.parseInt(parts[1]),
                Integer.parseInt(parts[2]));
    }

    /// For people.
    public String label() {
        return switch (kind) {
            case VIRTUAL, PLATFORM -> count + " " + kind.lowerCase() + (count == 1 ? " thread" : " threads");
            case WINDOW -> count + " on their way";
            case DISK -> "one at a time";
        };
    }

    @Override
    public String toString() {
        return kind.lowerCase() + ":" + count + ":" + bytes;
    }
}
