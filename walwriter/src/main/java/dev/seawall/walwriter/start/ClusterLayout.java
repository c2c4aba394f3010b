package dev.seawall.walwriter.start;

import java.nio.file.Path;

/// Where the walwriter's own files are in a cluster's directory.
///
/// ```
/// seawall.lock            held open and locked by the one writer
/// global/pg_control       PostgreSQL's control file, and our low-water mark
/// base/                   data files, the checkpointer's
/// pg_wal/                 segments and history files
/// pg_wal/archive_status/  what is to be archived, and what has been
/// rewind_in_progress      a rewind was begun and is not done: nobody opens this
/// ```
public final class ClusterLayout {

    public static final String LOCK = "seawall.lock";
    public static final String GLOBAL = "global";
    public static final String CONTROL = "pg_control";
    public static final String WAL = "pg_wal";
    public static final String BASE = "base";
    public static final String ARCHIVE_STATUS = "archive_status";
    public static final String REWIND = "rewind_in_progress";

    private ClusterLayout() {}

    public static Path lock(Path directory) {
        return directory.resolve(LOCK);
    }

    public static Path control(Path directory) {
        return directory.resolve(GLOBAL).resolve(CONTROL);
    }

    public static Path rewind(Path directory) {
        return directory.resolve(REWIND);
    }

    public static Path wal(Path directory) {
        return directory.resolve(WAL);
    }

    public static Path archiveStatus(Path directory) {
        return wal(directory).resolve(ARCHIVE_STATUS);
    }
}
