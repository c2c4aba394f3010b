package dev.seawall.walwriter.slots;

import dev.seawall.walwriter.wire.SqlException;
import dev.seawall.walwriter.wire.SqlState;

/// What a slot may be called: it is a file's name too.
final class SlotName {

    /// PostgreSQL's limit of names.
    static final int BYTES_MAX = 63;
    private static final String RESERVED_PREFIX = "seawall_";

    private SlotName() {}

    static boolean isValid(String name) {
        return !name.isEmpty() && name.length() <= BYTES_MAX && name.chars().allMatch(SlotName::isAllowed);
    }

    private static boolean isAllowed(int letter) {
        return letter >= 'a' && letter <= 'z' || letter >= '0' && letter <= '9' || letter == '_';
    }

    /// @throws SqlException if a client may not make a slot of this name
    static void check(String name) {
        if (name.isEmpty()) {
            throw SqlException.error(SqlState.INVALID_NAME, "replication slot name \"\" is too short");
        }
        if (name.length() > BYTES_MAX) {
            throw SqlException.error(SqlState.NAME_TOO_LONG, "replication slot name \"" + name + "\" is too long");
        }
        if (!isValid(name)) {
            throw SqlException.error(SqlState.INVALID_NAME, "replication slot name \"" + name
                    + "\" contains invalid character\nHINT: Replication slot names may only contain lower case"
                    + " letters, numbers, and the underscore character.");
        }
        if (name.startsWith(RESERVED_PREFIX)) {
            throw SqlException.error(SqlState.INVALID_NAME, "replication slot name \"" + name
                    + "\" is reserved\nHINT: Choose one that does not begin with \"" + RESERVED_PREFIX + "\".");
        }
    }
}
