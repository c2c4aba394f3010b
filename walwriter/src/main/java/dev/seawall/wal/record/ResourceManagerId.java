package dev.seawall.wal.record;

import dev.seawall.wal.WalVersion;
import org.jspecify.annotations.Nullable;

/// Whose record it is: PostgreSQL 15's numbers, 0..21 its own and 128..255 of extensions.
public record ResourceManagerId(int value) {

    // In front of the constants below, which are checked against it when they are made.
    private static final String[] NAMES = {
        "XLOG", "Transaction", "Storage", "CLOG", "Database", "Tablespace", "MultiXact", "RelMap",
        "Standby", "Heap2", "Heap", "Btree", "Hash", "Gin", "Gist", "Sequence", "SPGist", "BRIN",
        "CommitTs", "ReplicationOrigin", "Generic", "LogicalMessage"
    };
    private static final int CUSTOM_MIN = 128;
    private static final ResourceManagerId[] ALL = new ResourceManagerId[256];

    static {
        for (int value = 0; value < ALL.length; value++) {
            if (isValid(value)) {
                ALL[value] = new ResourceManagerId(value);
            }
        }
    }

    public static final ResourceManagerId XLOG = of(0);
    public static final ResourceManagerId TRANSACTION = of(1);
    public static final ResourceManagerId CLOG = of(3);
    public static final ResourceManagerId STANDBY = of(8);
    public static final ResourceManagerId GENERIC = of(20);
    public static final ResourceManagerId LOGICAL_MESSAGE = of(21);

    public ResourceManagerId {
        if (!isValid(value)) {
            throw new IllegalArgumentException("invalid resource manager ID " + value);
        }
    }

    /// The one with this number, without making a new one.
    ///
    /// @throws IllegalArgumentException if there is none
    public static ResourceManagerId of(int value) {
        return isValid(value) ? ALL[value] : new ResourceManagerId(value);
    }

    public static boolean isValid(int value) {
        return value >= 0 && value < NAMES.length || isCustom(value);
    }

    /// Whether a log of this version can have such records: those of extensions came with 15.
    public static boolean isValid(int value, WalVersion version) {
        return isValid(value) && (version.isAtLeast(15) || !isCustom(value));
    }

    private static boolean isCustom(int value) {
        return value >= CUSTOM_MIN && value <= 255;
    }

    /// As a record has it, but not linked at its first call: asked of each record that a start reads.
    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof ResourceManagerId that && value == that.value;
    }

    @Override
    public int hashCode() {
        return value;
    }

    public static int builtInCount() {
        return NAMES.length;
    }

    /// As pg_waldump prints it: `Transaction`, `custom200`.
    public String displayName() {
        return isCustom(value) ? "custom" + value : NAMES[value];
    }
}
