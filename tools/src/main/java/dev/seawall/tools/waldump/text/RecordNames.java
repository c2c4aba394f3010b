package dev.seawall.tools.waldump.text;

import dev.seawall.wal.WalVersion;
import dev.seawall.wal.record.ResourceManagerId;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// What PostgreSQL calls the kinds of records of each resource manager, by the high nibble of a record's info:
/// 15's names, and what was called otherwise before or since.
final class RecordNames {

    private static final int TRANSACTION = ResourceManagerId.TRANSACTION.value();
    private static final int GENERIC = ResourceManagerId.GENERIC.value();

    /// For each built-in resource manager 16 names; `-` for none.
    private static final String[] TABLE = {
        "CHECKPOINT_SHUTDOWN CHECKPOINT_ONLINE NOOP NEXTOID SWITCH BACKUP_END PARAMETER_CHANGE RESTORE_POINT"
                + " FPW_CHANGE END_OF_RECOVERY FPI_FOR_HINT FPI - OVERWRITE_CONTRECORD",
        "COMMIT PREPARE ABORT COMMIT_PREPARED ABORT_PREPARED ASSIGNMENT INVALIDATION",
        "- CREATE TRUNCATE",
        "ZEROPAGE TRUNCATE",
        "CREATE_FILE_COPY CREATE_WAL_LOG DROP",
        "CREATE DROP",
        "ZERO_OFF_PAGE ZERO_MEM_PAGE CREATE_ID TRUNCATE_ID",
        "UPDATE",
        "LOCK RUNNING_XACTS INVALIDATIONS",
        "REWRITE PRUNE VACUUM FREEZE_PAGE VISIBLE MULTI_INSERT LOCK_UPDATED NEW_CID"
                + " - - - - - MULTI_INSERT+INIT",
        "INSERT DELETE UPDATE TRUNCATE HOT_UPDATE HEAP_CONFIRM LOCK INPLACE"
                + " INSERT+INIT - UPDATE+INIT - HOT_UPDATE+INIT",
        "INSERT_LEAF INSERT_UPPER INSERT_META SPLIT_L SPLIT_R INSERT_POST DEDUP DELETE UNLINK_PAGE"
                + " UNLINK_PAGE_META NEWROOT MARK_PAGE_HALFDEAD VACUUM REUSE_PAGE META_CLEANUP",
        "INIT_META_PAGE INIT_BITMAP_PAGE INSERT ADD_OVFL_PAGE SPLIT_ALLOCATE_PAGE SPLIT_PAGE SPLIT_COMPLETE"
                + " MOVE_PAGE_CONTENTS SQUEEZE_PAGE DELETE SPLIT_CLEANUP UPDATE_META_PAGE VACUUM_ONE_PAGE",
        "- CREATE_PTREE INSERT SPLIT VACUUM_PAGE DELETE_PAGE UPDATE_META_PAGE INSERT_LISTPAGE DELETE_LISTPAGE"
                + " VACUUM_DATA_LEAF_PAGE",
        "PAGE_UPDATE DELETE PAGE_REUSE PAGE_SPLIT - - PAGE_DELETE ASSIGN_LSN",
        "LOG",
        "- ADD_LEAF MOVE_LEAFS ADD_NODE SPLIT_TUPLE PICKSPLIT VACUUM_LEAF VACUUM_ROOT VACUUM_REDIRECT",
        "CREATE_INDEX INSERT UPDATE SAMEPAGE_UPDATE REVMAP_EXTEND DESUMMARIZE - - - INSERT+INIT UPDATE+INIT",
        "ZEROPAGE TRUNCATE",
        "SET DROP",
        "Generic",
        "MESSAGE",
    };

    private static final @Nullable String[][] NAMES = new String[TABLE.length][16];

    static {
        for (int manager = 0; manager < TABLE.length; manager++) {
            String[] names = TABLE[manager].split(" ");
            for (int kind = 0; kind < 16; kind++) {
                boolean isKnown = kind < names.length && !names[kind].equals("-");
                NAMES[manager][kind] = isKnown ? names[kind] : null;
            }
        }
    }

    /// What differs from 15: `version range, resource manager, names`, which replace all of that manager's.
    private static final List<Renamed> RENAMED = List.of(
            new Renamed(13, 14, 4, "CREATE DROP"),
            new Renamed(13, 13, 9, "REWRITE CLEAN FREEZE_PAGE CLEANUP_INFO VISIBLE MULTI_INSERT LOCK_UPDATED NEW_CID"
                    + " - - - - - MULTI_INSERT+INIT"),
            new Renamed(17, 18, 9, "REWRITE PRUNE_ON_ACCESS PRUNE_VACUUM_SCAN PRUNE_VACUUM_CLEANUP VISIBLE MULTI_INSERT"
                    + " LOCK_UPDATED NEW_CID - - - - - MULTI_INSERT+INIT"),
            new Renamed(17, 18, 0, TABLE[0] + " CHECKPOINT_REDO"),
            new Renamed(13, 13, 18, "ZEROPAGE TRUNCATE SETTS"));

    /// @param first major version, and `last`, that call them so
    private record Renamed(int first, int last, int manager, String names) {

        @Nullable String name(int kind) {
            String[] all = names.split(" ");
            return kind < all.length && !all[kind].equals("-") ? all[kind] : null;
        }
    }

    private RecordNames() {}

    /// The kind's name, or null if PostgreSQL has none.
    static @Nullable String of(int manager, int info, WalVersion version) {
        if (manager >= NAMES.length) {
            return null;
        }
        if (manager == GENERIC) {
            return NAMES[manager][0];
        }
        // A transaction's highest bit says that more follows; the kind is the other three.
        int kind = manager == TRANSACTION ? info >> 4 & 0x7 : info >> 4 & 0xF;
        for (Renamed renamed : RENAMED) {
            if (renamed.manager() == manager && version.isAtLeast(renamed.first())
                    && !version.isAtLeast(renamed.last() + 1)) {
                return renamed.name(kind);
            }
        }
        return NAMES[manager][kind];
    }
}
