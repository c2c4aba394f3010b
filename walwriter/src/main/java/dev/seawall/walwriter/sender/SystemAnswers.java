package dev.seawall.walwriter.sender;

import dev.seawall.wal.Lsn;
import dev.seawall.wal.TimelineHistory;
import dev.seawall.wal.TimelineId;
import dev.seawall.wal.disk.Disk;
import dev.seawall.wal.disk.DiskFile;
import dev.seawall.wal.role.World;
import dev.seawall.walwriter.DurableLog;
import dev.seawall.walwriter.cluster.Slots.Kind;
import dev.seawall.walwriter.cluster.Slots.Slot;
import dev.seawall.walwriter.session.ReplicationConnection;
import dev.seawall.walwriter.slots.ReplicationSlots;
import dev.seawall.walwriter.subscription.Subscriptions;
import dev.seawall.walwriter.wire.Column;
import dev.seawall.walwriter.wire.MessageOutput;
import dev.seawall.walwriter.wire.PgType;
import dev.seawall.walwriter.wire.Replies;
import dev.seawall.walwriter.wire.SqlException;
import dev.seawall.walwriter.wire.SqlState;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// The commands that are answered at once: what the system is, slots, histories.
final class SystemAnswers {

    private static final Duration WAIT_STEP = Duration.ofMillis(100);
    /// Far more than a history has.
    private static final int HISTORY_BYTES_MAX = 1 << 20;

    private static final List<Column> SYSTEM = List.of(new Column("systemid", PgType.TEXT),
            new Column("timeline", PgType.INT4), new Column("xlogpos", PgType.TEXT), new Column("dbname", PgType.TEXT));
    private static final List<Column> SLOT = List.of(new Column("slot_type", PgType.TEXT),
            new Column("restart_lsn", PgType.TEXT), new Column("restart_tli", PgType.INT8));
    private static final List<Column> CREATED = List.of(new Column("slot_name", PgType.TEXT),
            new Column("consistent_point", PgType.TEXT), new Column("snapshot_name", PgType.TEXT),
            new Column("output_plugin", PgType.TEXT));
    private static final List<Column> HISTORY = List.of(new Column("filename", PgType.TEXT),
            new Column("content", PgType.TEXT));
    private static final List<Column> NEXT_TIMELINE = List.of(new Column("next_tli", PgType.INT8),
            new Column("next_tli_startpos", PgType.TEXT));

    private final DurableLog log;
    private final ReplicationSlots slots;
    private final Disk disk;
    private final World world;
    private final Path directory;

    /// @param directory `pg_wal`
    SystemAnswers(DurableLog log, ReplicationSlots slots, Disk disk, World world, Path directory) {
        this.log = log;
        this.slots = slots;
        this.disk = disk;
        this.world = world;
        this.directory = directory;
    }

    void identify(ReplicationConnection connection) throws IOException {
        MessageOutput out = connection.out();
        Replies.rowDescription(out, SYSTEM);
        row(out, Long.toUnsignedString(log.systemId()), log.history().timeline().toString(), log.flushLsn().toString(),
                connection.isOfDatabase() ? connection.database() : null);
        Replies.complete(out, "IDENTIFY_SYSTEM");
    }

    void readSlot(String name, MessageOutput out) throws IOException {
        Optional<Slot> slot = slots.find(name);
        if (slot.isPresent() && slot.get().kind() == Kind.LOGICAL) {
            throw SqlException.error(SqlState.FEATURE_NOT_SUPPORTED,
                    "cannot use READ_REPLICATION_SLOT with a logical replication slot");
        }
        Replies.rowDescription(out, SLOT);
        if (slot.isEmpty()) {
            row(out, null, null, null);
        } else if (slot.get().restart().isValid()) {
            Lsn restart = slot.get().restart();
            row(out, "physical", restart.toString(), log.history().timelineAt(restart).toString());
        } else {
            row(out, "physical", null, null);
        }
        Replies.complete(out, "READ_REPLICATION_SLOT");
    }

    void createSlot(ReplicationCommand.CreateSlot create, ReplicationConnection connection) throws IOException {
        slots.createPhysical(create.slot(), create.isReserving(), create.isTemporary() ? connection.pid() : 0);
        MessageOutput out = connection.out();
        Replies.rowDescription(out, CREATED);
        row(out, create.slot(), "0/0", null, null);
        Replies.complete(out, "CREATE_REPLICATION_SLOT");
    }

    void createLogicalSlot(ReplicationCommand.CreateLogicalSlot create, Subscriptions subscriptions,
            ReplicationConnection connection) throws IOException {
        Slot slot = subscriptions.create(create.slot(), create.plugin(), create.isTemporary() ? connection.pid() : 0);
        MessageOutput out = connection.out();
        Replies.rowDescription(out, CREATED);
        row(out, create.slot(), slot.confirmed().toString(), null, slot.plugin());
        Replies.complete(out, "CREATE_REPLICATION_SLOT");
    }

    void dropSlot(ReplicationCommand.DropSlot drop, ReplicationConnection connection) throws IOException {
        while (drop.isWaiting() && isUsedByOther(drop.slot(), connection.pid())) {
            world.park(connection::isTerminated, WAIT_STEP.toNanos());
            connection.checkInterrupts();
        }
        slots.drop(drop.slot(), connection.pid());
        Replies.complete(connection.out(), "DROP_REPLICATION_SLOT");
    }

    /// A temporary one of another session is: it ends with that.
    private boolean isUsedByOther(String name, int pid) {
        return slots.find(name).map(slot -> slot.activePid() != 0 && slot.activePid() != pid).orElse(false);
    }

    void history(TimelineId timeline, MessageOutput out) throws IOException {
        String name = TimelineHistory.fileName(timeline);
        String content = read(name);
        Replies.rowDescription(out, HISTORY);
        row(out, name, content);
        Replies.complete(out, "TIMELINE_HISTORY");
    }

    private String read(String name) {
        try (DiskFile file = disk.open(directory.resolve(name), Set.of(Disk.Open.READ_ONLY))) {
            ByteBuffer content = ByteBuffer.allocate((int) Math.min(file.size(), HISTORY_BYTES_MAX));
            file.read(content, 0);
            return StandardCharsets.UTF_8.decode(content.flip()).toString();
        } catch (NoSuchFileException e) {
            throw SqlException.error(SqlState.UNDEFINED_FILE,
                    "could not open file \"pg_wal/" + name + "\": No such file or directory");
        } catch (IOException e) {
            throw SqlException.error(SqlState.IO_ERROR,
                    "could not read file \"pg_wal/" + name + "\": " + e.getMessage());
        }
    }

    void nextTimeline(TimelineId next, Lsn from, MessageOutput out) throws IOException {
        Replies.rowDescription(out, NEXT_TIMELINE);
        row(out, next.toString(), from.toString());
    }

    private static void row(MessageOutput out, @Nullable String... values) throws IOException {
        out.begin('D').int16(values.length);
        for (String value : values) {
            if (value == null) {
                out.int32(-1);
            } else {
                out.value(value);
            }
        }
        out.end();
    }
}
