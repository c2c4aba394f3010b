package dev.seawall.wal;

import java.util.Optional;

/// Which PostgreSQL's format a log is in. Each page says it by its magic number, and all pages of a cluster's log
/// say the same.
///
/// [#V15] is Seawall's own, the only one that is written. The others are read: their pages and records are the
/// same but for the bits of page images before 15, and for some bodies.
public enum WalVersion {

    V13(13, 0xD106),
    V14(14, 0xD10D),
    V15(15, PageHeader.MAGIC),
    V16(16, 0xD113),
    V17(17, 0xD116),
    V18(18, 0xD118);

    private static final int OLD_HOLE = 0x01;
    private static final int OLD_COMPRESSED = 0x02;
    private static final int OLD_APPLY = 0x04;
    private static final int HOLE = 0x01;
    private static final int APPLY = 0x02;
    private static final int PGLZ = 0x04;

    private final int major;
    private final int magic;

    WalVersion(int major, int magic) {
        this.major = major;
        this.magic = magic;
    }

    /// The version whose pages begin with this number; empty if it is none of these.
    public static Optional<WalVersion> ofMagic(int magic) {
        for (WalVersion version : values()) {
            if (version.magic == magic) {
                return Optional.of(version);
            }
        }
        return Optional.empty();
    }

    /// PostgreSQL's first number.
    public int major() {
        return major;
    }

    /// What each page begins with.
    public int magic() {
        return magic;
    }

    /// Whether the format is of this major version or a later one.
    public boolean isAtLeast(int version) {
        return major >= version;
    }

    /// A page image's flag bits as 15 has them. Before, there was one compression, and its bit and the next were
    /// the other way round.
    public int imageFlags(int stored) {
        if (isAtLeast(15)) {
            return stored;
        }
        return ((stored & OLD_HOLE) != 0 ? HOLE : 0) | ((stored & OLD_APPLY) != 0 ? APPLY : 0)
                | ((stored & OLD_COMPRESSED) != 0 ? PGLZ : 0);
    }
}
