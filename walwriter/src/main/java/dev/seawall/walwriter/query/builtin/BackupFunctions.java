package dev.seawall.walwriter.query.builtin;

import static dev.seawall.walwriter.query.builtin.Declare.argument;
import static dev.seawall.walwriter.query.builtin.Declare.strict;
import static dev.seawall.walwriter.query.builtin.Privileges.superuser;

import dev.seawall.settings.ArchiveSettings;
import dev.seawall.wal.Lsn;
import dev.seawall.wal.record.EncodedRecord;
import dev.seawall.wal.record.xlog.BackupEnd;
import dev.seawall.walwriter.CheckpointReport;
import dev.seawall.walwriter.Wal;
import dev.seawall.walwriter.cluster.Cluster;
import dev.seawall.walwriter.cluster.NotConnectedException;
import dev.seawall.walwriter.query.Caller;
import dev.seawall.walwriter.query.Execution;
import dev.seawall.walwriter.query.SqlFunction;
import dev.seawall.walwriter.segments.ArchiveStatus;
import dev.seawall.walwriter.start.ClusterLayout;
import dev.seawall.walwriter.wire.Column;
import dev.seawall.walwriter.wire.PgType;
import dev.seawall.walwriter.wire.SqlException;
import dev.seawall.walwriter.wire.SqlState;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// A base backup by copying files while the cluster runs: pg_backup_start, the copy, pg_backup_stop.
///
/// Between the two nothing changes in `base/`: the checkpointer holds its files. So there can be one
/// backup at a time, and it ends with the session that began it.
final class BackupFunctions {

    private static final Logger LOG = LoggerFactory.getLogger(BackupFunctions.class);
    private static final int LABEL_BYTES_MAX = 1024;
    private static final long STEP_NANOS = 100_000_000;
    private static final DateTimeFormatter TIME =
            DateTimeFormatter.ofPattern("uuuu-MM-dd HH:mm:ss 'GMT'", Locale.ROOT).withZone(ZoneOffset.UTC);

    /// The backup under way.
    ///
    /// @param label null as long as the checkpointer has not answered
    private record Backup(int pid, Lsn start, @Nullable String label) {}

    private final AtomicReference<@Nullable Backup> current = new AtomicReference<>();

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
        Backup claim = new Backup(caller.pid(), Lsn.INVALID, null);
        if (!current.compareAndSet(null, claim)) {
            throw inProgress(caller);
        }
        Cluster cluster = caller.cluster();
        boolean isHeld = false;
        try {
            CheckpointReport report = cluster.checkpointing().holdFiles((Boolean) arguments[1]);
            current.set(new Backup(caller.pid(), report.redo(), labelFile(cluster, report.redo(), label)));
            isHeld = true;
            return report.redo();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } finally {
            if (!isHeld) {
                current.set(null);
            }
        }
    }

    private SqlException inProgress(Caller caller) {
        Backup backup = current.get();
        boolean isOwn = backup != null && backup.pid() == caller.pid();
        return SqlException.error(SqlState.OBJECT_NOT_IN_PREREQUISITE_STATE, isOwn
                ? "a backup is already in progress in this session"
                : "a backup is already in progress in another session\nHINT: Data files are held for one at a time.");
    }

    /// What PostgreSQL calls backup_label: it belongs into the copy.
    private static String labelFile(Cluster cluster, Lsn start, String label) {
        Wal wal = cluster.wal();
        Instant now = cluster.world().now();
        return "START WAL LOCATION: " + start + " (file " + LogFunctions.fileNameOf(wal, start) + ")\n"
                + "CHECKPOINT LOCATION: " + wal.lastCheckpoint() + "\n"
                + "BACKUP METHOD: streamed\n"
                + "BACKUP FROM: primary\n"
                + "START TIME: " + TIME.format(now) + "\n"
                + "LABEL: " + label + "\n"
                + "START TIMELINE: " + wal.history().timeline() + "\n";
    }

    private Object stop(Execution execution, @Nullable Object[] arguments) {
        Caller caller = execution.caller();
        Backup backup = current.get();
        if (backup == null || backup.pid() != caller.pid()) {
            throw SqlException.error(SqlState.OBJECT_NOT_IN_PREREQUISITE_STATE,
                    "backup is not in progress\nHINT: Did you call pg_backup_start()?");
        }
        Cluster cluster = caller.cluster();
        try {
            // It tells whether they were held until now: else the copy is worth nothing.
            cluster.checkpointing().releaseFiles();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } finally {
            current.set(null);
        }
        Wal wal = cluster.wal();
        Lsn end;
        try (EncodedRecord record = new EncodedRecord(64)) {
            new BackupEnd(backup.start()).encode(record);
            end = wal.append(record);
        }
        wal.switchSegment();
        awaitArchive(caller, end, (Boolean) arguments[0]);
        return new @Nullable Object[] {end, backup.label(), ""};
    }

    private static void awaitArchive(Caller caller, Lsn end, boolean isWanted) {
        Cluster cluster = caller.cluster();
        if (!cluster.settings().get(ArchiveSettings.ARCHIVE_MODE)) {
            caller.notice("NOTICE", SqlState.SUCCESSFUL_COMPLETION, "WAL archiving is not enabled; you must ensure "
                    + "that all required WAL segments are copied through other means to complete the backup");
            return;
        }
        if (!isWanted) {
            return;
        }
        String last = LogFunctions.fileNameOf(cluster.wal(), end.plus(-1));
        ArchiveStatus status = new ArchiveStatus(cluster.disk(), ClusterLayout.wal(cluster.directory()));
        try {
            while (!isArchived(status, cluster, last)) {
                caller.checkInterrupts();
                cluster.world().park(() -> false, STEP_NANOS);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        caller.notice("NOTICE", SqlState.SUCCESSFUL_COMPLETION, "all required WAL segments have been archived");
    }

    /// A segment that is gone was archived before: none goes otherwise.
    private static boolean isArchived(ArchiveStatus status, Cluster cluster, String segment) throws IOException {
        return status.isDone(segment)
                || !cluster.disk().exists(ClusterLayout.wal(cluster.directory()).resolve(segment));
    }

    /// Whoever began a backup and has gone cannot end it.
    void sessionEnded(Caller caller) {
        Backup backup = current.get();
        if (backup == null || backup.pid() != caller.pid()) {
            return;
        }
        try {
            caller.cluster().checkpointing().releaseFiles();
            LOG.warn("a backup was aborted because its session ended before pg_backup_stop pid={}", caller.pid());
        } catch (NotConnectedException e) {
            LOG.warn("a backup was aborted because its session ended, and the checkpointer's connection did pid={}",
                    caller.pid());
        } catch (IOException e) {
            LOG.warn("data files could not be released after a session's end pid={} problem={}", caller.pid(),
                    e.getMessage());
        } finally {
            current.set(null);
        }
    }
}
