package dev.seawall.walwriter.query.view;

import dev.seawall.settings.StandbySettings;
import dev.seawall.wal.Lsn;
import dev.seawall.wal.TimelineId;
import dev.seawall.walwriter.cluster.Backups;
import dev.seawall.walwriter.cluster.Cluster;
import dev.seawall.walwriter.cluster.Following;
import dev.seawall.walwriter.cluster.Senders.Sender;
import dev.seawall.walwriter.cluster.Sessions.Session;
import dev.seawall.walwriter.cluster.Slots.Kind;
import dev.seawall.walwriter.cluster.Slots.Slot;
import dev.seawall.walwriter.cluster.Slots.WalStatus;
import dev.seawall.walwriter.cluster.SyncCommits.Status;
import dev.seawall.walwriter.query.Caller;
import dev.seawall.walwriter.query.Rows;
import dev.seawall.walwriter.query.View;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/// Who follows the log, and the slots that keep it for them.
final class ReplicationViews {

    static final List<View> ALL = List.of(
            new View("pg_stat_replication", Table.columns("pid int4", "usesysid oid", "usename name",
                    "application_name text", "client_addr inet", "client_hostname text", "client_port int4",
                    "backend_start timestamptz", "backend_xmin xid", "state text", "sent_lsn pg_lsn",
                    "write_lsn pg_lsn", "flush_lsn pg_lsn", "replay_lsn pg_lsn", "write_lag interval",
                    "flush_lag interval", "replay_lag interval", "sync_priority int4", "sync_state text",
                    "reply_time timestamptz"), ReplicationViews::replication),
            new View("pg_replication_slots", Table.columns("slot_name name", "plugin name", "slot_type text",
                    "datoid oid", "database name", "temporary bool", "active bool", "active_pid int4", "xmin xid",
                    "catalog_xmin xid", "restart_lsn pg_lsn", "confirmed_flush_lsn pg_lsn", "wal_status text",
                    "safe_wal_size int8", "two_phase bool"), ReplicationViews::slots),
            new View("pg_stat_wal_receiver", Table.columns("pid int4", "status text", "receive_start_lsn pg_lsn",
                    "receive_start_tli int4", "written_lsn pg_lsn", "flushed_lsn pg_lsn", "received_tli int4",
                    "last_msg_send_time timestamptz", "last_msg_receipt_time timestamptz", "latest_end_lsn pg_lsn",
                    "latest_end_time timestamptz", "slot_name text", "sender_host text", "sender_port int4",
                    "conninfo text"), ReplicationViews::receiver),
            new View("pg_stat_progress_basebackup", Table.columns("pid int4", "phase text", "backup_total int8",
                    "backup_streamed int8", "tablespaces_total int8", "tablespaces_streamed int8"),
                    ReplicationViews::backups),
            new View("seawall_sync_replication", Table.columns("synchronous_standby_names text", "waiting int4",
                    "waiting_since timestamptz", "waiting_lsn pg_lsn", "synchronous text", "missing int4",
                    "absent text"), ReplicationViews::waiting));

    private ReplicationViews() {}

    private static @Nullable Lsn known(Lsn lsn) {
        return lsn.isValid() ? lsn : null;
    }

    private static void replication(Caller caller, Rows into) {
        Cluster cluster = caller.cluster();
        Map<Integer, Session> sessions = cluster.sessions().list().stream()
                .collect(Collectors.toMap(Session::pid, Function.identity(), (one, _) -> one));
        for (Sender sender : cluster.senders().list()) {
            Session session = sessions.get(sender.pid());
            if (session != null) {
                into.row(row(sender, session, SessionViews.maySee(caller, session)));
            }
        }
    }

    private static @Nullable Object[] row(Sender sender, Session session, boolean isSeen) {
        @Nullable Object[] row = new Object[20];
        row[0] = sender.pid();
        row[2] = session.user();
        row[3] = session.applicationName();
        if (isSeen) {
            row[4] = SessionViews.address(session);
            row[6] = SessionViews.port(session);
            row[7] = LogViews.micros(session.start());
            row[9] = sender.state();
            row[10] = known(sender.sent());
            row[11] = known(sender.write());
            row[12] = known(sender.flush());
            row[13] = known(sender.replay());
            row[14] = sender.writeLag();
            row[15] = sender.flushLag();
            row[16] = sender.replayLag();
            row[17] = sender.syncPriority();
            row[18] = sender.syncState();
            row[19] = LogViews.micros(sender.replyTime());
        }
        return row;
    }

    /// None where nothing is received: on a primary, and on a standby between two tries.
    private static void receiver(Caller caller, Rows into) {
        Cluster cluster = caller.cluster();
        Following.Receiving now = cluster.log().following().map(Following::receiving).orElse(null);
        if (now == null || now.source().isEmpty()) {
            return;
        }
        @Nullable Object[] row = new Object[15];
        // As PostgreSQL's, which is a process of its own: here it is this one's.
        row[0] = (int) ProcessHandle.current().pid();
        row[1] = now.state();
        TimelineId timeline = now.timeline();
        if (timeline != null && caller.isSuperuser()) {
            row[2] = now.start();
            row[3] = timeline.value();
            row[4] = now.written();
            row[5] = now.flushed();
            row[6] = cluster.log().history().timeline().value();
            row[7] = LogViews.micros(now.sentAt());
            row[8] = LogViews.micros(now.heardAt());
            row[9] = known(now.latestEnd());
            row[10] = LogViews.micros(now.heardAt());
            row[11] = cluster.settings().get(StandbySettings.PRIMARY_SLOT_NAME);
        }
        into.row(row);
    }

    /// A backup has one tablespace.
    private static void backups(Caller caller, Rows into) {
        for (Backups.Progress backup : caller.cluster().backups().list()) {
            boolean isBegun = backup.phase() != Backups.Phase.WAITING_FOR_CHECKPOINT;
            boolean isCopied = isBegun && backup.phase() != Backups.Phase.STREAMING;
            into.row(backup.pid(), backup.phase().words(), backup.total() < 0 ? null : backup.total(),
                    backup.streamed(), isBegun ? 1L : 0L, isCopied ? 1L : 0L);
        }
    }

    private static void slots(Caller caller, Rows into) {
        for (Slot slot : caller.cluster().slots().list()) {
            boolean isActive = slot.activePid() != 0;
            boolean isLogical = slot.kind() == Kind.LOGICAL;
            WalStatus status = slot.walStatus();
            into.row(slot.name(), isLogical ? slot.plugin() : null, lower(slot.kind()), null,
                    isLogical ? caller.database() : null, slot.isTemporary(), isActive,
                    isActive ? slot.activePid() : null, null, null, known(slot.restart()), known(slot.confirmed()),
                    status == null ? null : lower(status), slot.safeWalSize(), false);
        }
    }

    /// Who waits for synchronous standbys, and for whom: one row.
    private static void waiting(Caller caller, Rows into) {
        Status status = caller.cluster().senders().waiting().status();
        Instant since = status.since();
        into.row(status.names(), status.waiting(), since == null ? null : LogViews.micros(since),
                known(status.upTo()), String.join(", ", status.synchronous()), status.missing(),
                String.join(", ", status.absent()));
    }

    private static String lower(Enum<?> constant) {
        return constant.name().toLowerCase(Locale.ROOT);
    }
}
