package dev.seawall.walwriter.query.builtin;

import static dev.seawall.walwriter.query.builtin.Declare.argument;
import static dev.seawall.walwriter.query.builtin.Declare.strict;
import static dev.seawall.walwriter.query.builtin.Privileges.superuser;

import dev.seawall.settings.ArchiveSettings;
import dev.seawall.wal.Lsn;
import dev.seawall.walwriter.cluster.Cluster;
import dev.seawall.walwriter.cluster.NotConnectedException;
import dev.seawall.walwriter.cluster.OnlineBackup;
import dev.seawall.walwriter.query.Caller;
import dev.seawall.walwriter.query.Execution;
import dev.seawall.walwriter.query.SqlFunction;
import dev.seawall.walwriter.wire.Column;
import dev.seawall.walwriter.wire.PgType;
import dev.seawall.walwriter.wire.SqlException;
import dev.seawall.walwriter.wire.SqlState;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// A base backup by copying files while the cluster runs: pg_backup_start, the copy, pg_backup_stop.
///
/// Between the two nothing changes in `base/`: the checkpointer holds its files, for all who copy at the
/// same time. A session has one backup at a time, which ends with it.
final class BackupFunctions {

    private static final Logger LOG = LoggerFactory.getLogger(BackupFunctions.class);
    private static final int LABEL_BYTES_MAX = 1024;

    /// Backups under way, by their session. A session is one thread.
    private final Map<Integer, OnlineBackup> backups = new ConcurrentHashMap<>();

    List<SqlFunction> all() {
        return List.of(
                strict("pg_backup_start", PgType.PG_LSN, superuser("pg_backup_start", this::start),
                        argument("label", PgType.TEXT), argument("fast", PgType.BOOL).orElse(false)),
                Declare.record("pg_backup_stop", List.of(new Column("lsn", PgType.PG_LSN),
                                new Column("labelfile", PgType.TEXT), new Column("spcmapfile", PgType.TEXT)),
                        superuser("pg_backup_stop", this::stop),
                        argument("wait_for_archive", PgType.BOOL).orElse(true)));
    }

    private Object start(Execution execution, @Nullable Object[] arguments) {
        Caller caller = execution.caller();
        String label = (String) arguments[0];
        if (label.getBytes(StandardCharsets.UTF_8).length > LABEL_BYTES_MAX || label.contains("\n")) {
            throw SqlException.error(SqlState.INVALID_PARAMETER_VALUE,
                    "backup label too long (max " + LABEL_BYTES_MAX + " bytes), or of several lines");
        }
        if (backups.containsKey(caller.pid())) {
            throw SqlException.error(SqlState.OBJECT_NOT_IN_PREREQUISITE_STATE,
                    "a backup is already in progress in this session");
        }
        try {
            Cluster cluster = caller.cluster();
            OnlineBackup backup = OnlineBackup.hold(cluster.wal(), cluster.checkpointing(),
                    OnlineBackup.Place.of(cluster), label, (Boolean) arguments[1]);
            backups.put(caller.pid(), backup);
            return backup.start();
        } catch (IllegalStateException e) {
            throw SqlException.error(SqlState.OBJECT_NOT_IN_PREREQUISITE_STATE, String.valueOf(e.getMessage()));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private Object stop(Execution execution, @Nullable Object[] arguments) {
        Caller caller = execution.caller();
        OnlineBackup current = backups.remove(caller.pid());
        if (current == null) {
            throw SqlException.error(SqlState.OBJECT_NOT_IN_PREREQUISITE_STATE,
                    "backup is not in progress\nHINT: Did you call pg_backup_start()?");
        }
        try (OnlineBackup backup = current) {
            // It tells whether the files were held until now: else the copy is worth nothing.
            Lsn end = backup.end();
            awaitArchive(backup, caller, (Boolean) arguments[0]);
            return new @Nullable Object[] {end, backup.labelFile(), ""};
        } catch (IllegalStateException e) {
            throw SqlException.error(SqlState.OBJECT_NOT_IN_PREREQUISITE_STATE, String.valueOf(e.getMessage()));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void awaitArchive(OnlineBackup backup, Caller caller, boolean isWanted) throws IOException {
        if (!caller.cluster().settings().get(ArchiveSettings.ARCHIVE_MODE)) {
            caller.notice("NOTICE", SqlState.SUCCESSFUL_COMPLETION, "WAL archiving is not enabled; you must ensure "
                    + "that all required WAL segments are copied through other means to complete the backup");
        } else if (isWanted) {
            backup.awaitArchive(caller::checkInterrupts);
            caller.notice("NOTICE", SqlState.SUCCESSFUL_COMPLETION, "all required WAL segments have been archived");
        }
    }

    /// Whoever began a backup and has gone cannot end it.
    void sessionEnded(Caller caller) {
        OnlineBackup backup = backups.remove(caller.pid());
        if (backup == null) {
            return;
        }
        try {
            backup.close();
            LOG.warn("a backup was aborted because its session ended before pg_backup_stop pid={}", caller.pid());
        } catch (NotConnectedException | IllegalStateException e) {
            LOG.warn("a backup was aborted because its session ended, and the checkpointer's connection did pid={}",
                    caller.pid());
        } catch (IOException e) {
            LOG.warn("data files could not be released after a session's end pid={} problem={}", caller.pid(),
                    e.getMessage());
        }
    }
}
