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
/// @param inserted    end of the log
/// @param flushed     end of what is durable
/// @param isFollowed  by the checkpointer
/// @param applied     how far redo is; null as long as the checkpointer has not said
/// @param archived    files that the archiver archived since it started; null while none is connected
/// @param lastArchived the last of them, with its time; null before the first
/// @param slots       replication slots but the checkpointer's
/// @param sessions    who is connected, replication and this command's own not counted
public record WalwriterStatus(String version, Lsn inserted, Lsn flushed, boolean isFollowed,
        @Nullable Lsn applied, @Nullable Long archived, @Nullable String lastArchived, List<Slot> slots, int sessions) {

    /// Somebody who follows the log.
    ///
    /// @param restart log from here on is kept; null if none is
    public record Slot(String name, boolean isActive, @Nullable Lsn restart) {}

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
        Lsn inserted = Lsn.parse(walwriter.query("SELECT pg_current_wal_insert_lsn()").value());
        Lsn flushed = Lsn.parse(walwriter.query("SELECT pg_current_wal_flush_lsn()").value());
        Result archiver = walwriter.query(
                "SELECT archived_count, last_archived_wal, last_archived_time, stats_reset FROM pg_stat_archiver");
        List<@Nullable String> archive = archiver.rows().getFirst();
        Result sessions = walwriter.query("SELECT pid, backend_type FROM pg_stat_activity");
        int clients = (int) sessions.rows().stream().filter(row -> "client backend".equals(row.get(1))).count();
        List<Slot> slots = walwriter.query("SELECT slot_name, active, restart_lsn FROM pg_replication_slots").rows()
                .stream().map(row -> new Slot(String.valueOf(row.get(0)), "t".equals(row.get(1)), lsn(row.get(2))))
                .toList();
        // Who has the checkpointer's slot is the checkpointer.
        boolean isFollowed = slots.stream().anyMatch(slot -> slot.isActive() && isCheckpointers(slot));
        return new WalwriterStatus(String.valueOf(walwriter.parameter("server_version")), inserted, flushed,
                isFollowed, isFollowed ? applied(walwriter) : null,
                archive.get(3) == null || archive.get(0) == null ? null : Long.valueOf(archive.get(0)),
                archive.get(1) == null ? null : archive.get(1) + " at " + archive.get(2),
                slots.stream().filter(slot -> !isCheckpointers(slot)).toList(), Math.max(0, clients - 1));
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
