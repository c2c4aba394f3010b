package dev.seawall.tools.control;

import dev.seawall.settings.Settings;
import dev.seawall.tools.ExitCodeException;
import dev.seawall.wal.Lsn;
import dev.seawall.wal.disk.Disk;
import dev.seawall.walwriter.client.Result;
import dev.seawall.walwriter.client.WireClient;
import dev.seawall.walwriter.slots.ReplicationSlots;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// What a running walwriter tells of itself and of those who are connected to it.
///
/// @param receiving   how a standby receives its log: `streaming`, `waiting`; null on a primary
/// @param inserted    end of the log; on a standby of what is durable
/// @param flushed     end of what is durable
/// @param flushPath   how the log is written: `open_datasync, O_DIRECT`
/// @param isFollowed  by the checkpointer
/// @param applied     how far redo is; null as long as the checkpointer has not said
/// @param archived    files that the archiver archived since it started; null while none is connected
/// @param lastArchived the last of them, with its time; null before the first
/// @param slots       replication slots but the checkpointer's
/// @param synchronous standbys that commits wait for
/// @param backups     base backups that clients are receiving
/// @param sessions    who is connected, replication and this command's own not counted
public record WalwriterStatus(String version, @Nullable String receiving, Lsn inserted, Lsn flushed, String flushPath,
        boolean isFollowed, @Nullable Lsn applied, @Nullable Long archived, @Nullable String lastArchived,
        List<Slot> slots, Synchronous synchronous, List<Backup> backups, int sessions) {

    /// Somebody who follows the log.
    ///
    /// @param restart     log from here on is kept; null if none is
    /// @param walStatus   `reserved`, `extended`, `unreserved` or `lost`; null if nothing was ever kept
    /// @param safeWalSize bytes that may yet be logged before it is lost; null without a limit
    public record Slot(String name, boolean isActive, @Nullable Lsn restart, @Nullable String walStatus,
            @Nullable Long safeWalSize) {}

    /// Commits that wait for standbys.
    ///
    /// @param names    `synchronous_standby_names`; empty: none wait
    /// @param standbys who counts now
    /// @param waiting  how many commits wait
    /// @param since    when the one began that has waited longest; null if none waits
    /// @param missing  how many standbys are too few
    /// @param absent   who is named and does not count, as far as somebody is missing
    public record Synchronous(String names, String standbys, int waiting, @Nullable String since, int missing,
            String absent) {}

    /// A base backup under way.
    ///
    /// @param phase    in words
    /// @param total    bytes there will be, about; null if nobody asked how many
    /// @param streamed bytes there have been
    public record Backup(int pid, String phase, @Nullable Long total, long streamed) {}

    /// @return empty: nobody serves the cluster
    /// @throws ExitCodeException if somebody has it and does not answer
    public static Optional<WalwriterStatus> read(Disk disk, Path cluster, Settings settings) throws IOException {
        Optional<WireClient> connection = RunningWalwriter.connect(disk, cluster, settings);
        if (connection.isEmpty()) {
            return Optional.empty();
        }
        try (WireClient walwriter = connection.get()) {
            return Optional.of(read(walwriter));
        }
    }

    private static WalwriterStatus read(WireClient walwriter) throws IOException {
        boolean isStandby = "t".equals(walwriter.query("SELECT pg_is_in_recovery()").value());
        Lsn flushed = Lsn.parse(walwriter.query(isStandby ? "SELECT pg_last_wal_receive_lsn()"
                : "SELECT pg_current_wal_flush_lsn()").value());
        Lsn inserted = isStandby ? flushed : Lsn.parse(walwriter.query("SELECT pg_current_wal_insert_lsn()").value());
        Result archiver = walwriter.query(
                "SELECT archived_count, last_archived_wal, last_archived_time, stats_reset FROM pg_stat_archiver");
        List<@Nullable String> archive = archiver.rows().getFirst();
        Result sessions = walwriter.query("SELECT pid, backend_type FROM pg_stat_activity");
        int clients = (int) sessions.rows().stream().filter(row -> "client backend".equals(row.get(1))).count();
        List<Slot> slots = walwriter.query("SELECT slot_name, active, restart_lsn, wal_status, safe_wal_size FROM"
                + " pg_replication_slots").rows().stream().map(WalwriterStatus::slot).toList();
        // Who has the checkpointer's slot is the checkpointer.
        boolean isFollowed = slots.stream().anyMatch(slot -> slot.isActive() && isCheckpointers(slot));
        return new WalwriterStatus(String.valueOf(walwriter.parameter("server_version")),
                isStandby ? receiving(walwriter) : null, inserted, flushed, flushPath(walwriter, isStandby),
                isFollowed, isFollowed ? applied(walwriter) : null,
                archive.get(3) == null || archive.get(0) == null ? null : Long.valueOf(archive.get(0)),
                archive.get(1) == null ? null : archive.get(1) + " at " + archive.get(2),
                slots.stream().filter(slot -> !isCheckpointers(slot)).toList(), synchronous(walwriter),
                backups(walwriter),
                Math.max(0, clients - 1));
    }

    private static String receiving(WireClient walwriter) throws IOException {
        return walwriter.query("SELECT status FROM pg_stat_wal_receiver").rows().stream()
                .map(row -> String.valueOf(row.getFirst())).findFirst().orElse("waiting");
    }

    /// What is in use: SHOW tells that, pg_settings what was wished for.
    private static String flushPath(WireClient walwriter, boolean isStandby) throws IOException {
        String method = String.valueOf(walwriter.query("SHOW wal_sync_method").value());
        if ("on".equals(walwriter.query("SHOW wal_direct_io").value())) {
            return method + ", O_DIRECT";
        }
        boolean isWished = walwriter.query("SELECT name, setting FROM pg_settings").rows().stream()
                .anyMatch(row -> "wal_direct_io".equals(row.get(0)) && "on".equals(row.get(1)));
        return method + ", through the page cache"
                + (isWished && !isStandby ? ": the file system has no O_DIRECT" : "");
    }

    private static Slot slot(List<@Nullable String> row) {
        String safe = row.get(4);
        return new Slot(String.valueOf(row.get(0)), "t".equals(row.get(1)), lsn(row.get(2)), row.get(3),
                safe == null ? null : Long.valueOf(safe));
    }

    private static Synchronous synchronous(WireClient walwriter) throws IOException {
        List<@Nullable String> row = walwriter.query("SELECT synchronous_standby_names, synchronous, waiting,"
                + " waiting_since, missing, absent FROM seawall_sync_replication").rows().getFirst();
        return new Synchronous(String.valueOf(row.get(0)), String.valueOf(row.get(1)),
                Integer.parseInt(String.valueOf(row.get(2))), row.get(3),
                Integer.parseInt(String.valueOf(row.get(4))), String.valueOf(row.get(5)));
    }

    private static List<Backup> backups(WireClient walwriter) throws IOException {
        return walwriter.query("SELECT pid, phase, backup_total, backup_streamed FROM pg_stat_progress_basebackup")
                .rows().stream().map(row -> {
                    String total = row.get(2);
                    return new Backup(Integer.parseInt(String.valueOf(row.get(0))), String.valueOf(row.get(1)),
                            total == null ? null : Long.valueOf(total), Long.parseLong(String.valueOf(row.get(3))));
                }).toList();
    }

    private static @Nullable Lsn applied(WireClient walwriter) throws IOException {
        return walwriter.query("SELECT application_name, replay_lsn FROM pg_stat_replication").rows().stream()
                .filter(row -> "checkpointer".equals(row.get(0)) && row.get(1) != null)
                .map(row -> lsn(row.get(1))).findFirst().orElse(null);
    }

    private static boolean isCheckpointers(Slot slot) {
        return slot.name().equals(ReplicationSlots.CHECKPOINTER);
    }

    private static @Nullable Lsn lsn(@Nullable String text) {
        return text == null ? null : Lsn.parse(text);
    }

    /// Log that redo has not reached; 0 if nobody says.
    public long redoLag() {
        Lsn redone = applied;
        return redone == null ? 0 : Math.max(0, flushed.minus(redone));
    }
}
