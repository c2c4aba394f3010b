package dev.seawall.tools.waldump.text;

import dev.seawall.wal.WalVersion;
import java.nio.ByteBuffer;

/// What records of the Standby resource manager say: locks, running transactions, and cache
/// invalidations, which transactions' records carry too.
final class StandbyText {

    private static final int GLOBAL_TABLESPACE = 1664;
    private static final int DEFAULT_TABLESPACE = 1663;
    private static final int INVALIDATION_BYTES = 16;
    /// Before, what stands behind the running transactions was not told.
    private static final int SUBXACTS_TOLD = 16;
    private static final int RELATION_SYNC = -6;

    private final TextOutput out;
    private final WalVersion version;

    StandbyText(TextOutput out, WalVersion version) {
        this.out = out;
        this.version = version;
    }

    void describe(int kind, ByteBuffer main) {
        switch (kind) {
            case 0x00 -> {
                for (int count = main.getInt(); count > 0; count--) {
                    out.put("xid ").putUnsigned(main.getInt()).put(" db ").putUnsigned(main.getInt())
                            .put(" rel ").putUnsigned(main.getInt()).put(' ');
                }
            }
            case 0x10 -> describeRunning(main);
            case 0x20 -> putInvalidations(main.slice(16, main.remaining() - 16).order(main.order()), main.getInt(12),
                    main.getInt(0), main.getInt(4), main.get(8) != 0);
            default -> { }
        }
    }

    private void describeRunning(ByteBuffer main) {
        out.put("nextXid ").putUnsigned(main.getInt(12))
                .put(" latestCompletedXid ").putUnsigned(main.getInt(20))
                .put(" oldestRunningXid ").putUnsigned(main.getInt(16));
        int count = main.getInt(0);
        if (count > 0) {
            out.put("; ").putSigned(count).put(" xacts:");
        }
        for (int i = 0; i < count; i++) {
            out.put(' ').putUnsigned(main.getInt(24 + 4 * i));
        }
        boolean isOverflowed = main.get(8) != 0;
        if (!version.isAtLeast(SUBXACTS_TOLD)) {
            out.put(isOverflowed ? "; subxid ovf" : "");
            return;
        }
        out.put(isOverflowed ? "; subxid overflowed" : "");
        int subxacts = main.getInt(4);
        if (subxacts > 0) {
            out.put("; ").putSigned(subxacts).put(" subxacts:");
        }
        for (int i = 0; i < subxacts; i++) {
            out.put(' ').putUnsigned(main.getInt(24 + 4 * (count + i)));
        }
    }

    /// Messages of 16 bytes: i8 id, then what the id says at offsets 4 and 8.
    void putInvalidations(ByteBuffer in, int count, int database, int tablespace, boolean isInitFile) {
        if (count <= 0) {
            return;
        }
        if (isInitFile) {
            out.put("; relcache init file inval dbid ").putUnsigned(database)
                    .put(" tsid ").putUnsigned(tablespace);
        }
        out.put("; inval msgs:");
        int at = in.position();
        for (int i = 0; i < count; i++, at += INVALIDATION_BYTES) {
            int id = in.get(at);
            switch (id) {
                case -1 -> out.put(" catalog ").putUnsigned(in.getInt(at + 8));
                case -2 -> out.put(" relcache ").putUnsigned(in.getInt(at + 8));
                case -3 -> out.put(" smgr");
                case -4 -> out.put(" relmap db ").putUnsigned(in.getInt(at + 4));
                case -5 -> out.put(" snapshot ").putUnsigned(in.getInt(at + 8));
                case RELATION_SYNC -> {
                    if (version.isAtLeast(18)) {
                        out.put(" relsync ").putUnsigned(in.getInt(at + 8));
                    } else {
                        out.put(" unrecognized id ").putSigned(id);
                    }
                }
                default -> out.put(id >= 0 ? " catcache " : " unrecognized id ").putSigned(id);
            }
        }
    }

    /// A relation's path below the data directory.
    void putPath(int tablespace, int database, int relation) {
        if (tablespace == GLOBAL_TABLESPACE) {
            out.put("global/").putUnsigned(relation);
            return;
        }
        if (tablespace == DEFAULT_TABLESPACE) {
            out.put("base/");
        } else {
            out.put("pg_tblspc/").putUnsigned(tablespace).put("/PG_").putUnsigned(version.major()).put('_')
                    .putUnsigned(catalogVersion()).put('/');
        }
        out.putUnsigned(database).put('/').putUnsigned(relation);
    }

    /// What PostgreSQL calls a tablespace's directory by.
    private int catalogVersion() {
        return switch (version) {
            case V13 -> 202007201;
            case V14 -> 202107181;
            case V15 -> 202209061;
            case V16 -> 202307071;
            case V17 -> 202406281;
            case V18 -> 202506291;
        };
    }
}
