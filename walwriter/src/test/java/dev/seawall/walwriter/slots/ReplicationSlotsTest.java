package dev.seawall.walwriter.slots;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.seawall.sim.SimulatedWorld;
import dev.seawall.wal.Lsn;
import dev.seawall.wal.PageLayout;
import dev.seawall.wal.SegmentName;
import dev.seawall.wal.WalCorruptException;
import dev.seawall.wal.disk.Disk;
import dev.seawall.wal.disk.DiskCall;
import dev.seawall.wal.disk.DiskFile;
import dev.seawall.wal.disk.Fault;
import dev.seawall.wal.disk.SimulatedDisk;
import dev.seawall.walwriter.CheckpointReport;
import dev.seawall.walwriter.Wal;
import dev.seawall.walwriter.WalOptions;
import dev.seawall.walwriter.cluster.Slots.Slot;
import dev.seawall.walwriter.cluster.Slots.WalStatus;
import dev.seawall.walwriter.start.ClusterInit;
import dev.seawall.walwriter.start.LogStart;
import dev.seawall.walwriter.wire.SqlException;
import dev.seawall.walwriter.wire.SqlState;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Set;
import java.util.zip.CRC32C;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

final class ReplicationSlotsTest {

    private static final Path CLUSTER = Path.of("/cluster");
    private static final Path SLOTS = CLUSTER.resolve("pg_replslot");

    private final SimulatedDisk disk = new SimulatedDisk(1);
    private SimulatedWorld world = new SimulatedWorld(1);
    private Wal wal;
    private ReplicationSlots slots;
    private SlotLimit limit = SlotLimit.NONE;
    private int lost;

    @BeforeEach
    void create() throws IOException {
        ClusterInit.create(disk, CLUSTER, ClusterInit.Options.of(4711, new PageLayout(1 << 20)), Instant.EPOCH);
        open();
    }

    private void open() throws IOException {
        wal = Wal.open(LogStart.start(disk, CLUSTER), WalOptions.DEFAULT.withBufferBytes(1 << 16), disk, world);
        slots = openSlots();
    }

    private ReplicationSlots openSlots() throws IOException {
        return ReplicationSlots.open(disk, CLUSTER, wal, 3, () -> limit);
    }

    private void reopen() throws IOException {
        wal.close();
        world.close();
        world = new SimulatedWorld(2);
        open();
    }

    @AfterEach
    void close() throws IOException {
        wal.close();
        world.close();
    }

    private Lsn append() {
        Lsn end = wal.message("app", ByteBuffer.allocate(500));
        wal.flush(end);
        return end;
    }

    private static void assertRefused(SqlState state, Runnable call) {
        assertThatThrownBy(call::run).isInstanceOfSatisfying(SqlException.class,
                e -> assertThat(e.state()).isEqualTo(state));
    }

    @Test
    void the_checkpointers_slot_is_always_there_and_nobodys_to_change() {
        assertThat(slots.find(ReplicationSlots.CHECKPOINTER).orElseThrow().restart()).isEqualTo(wal.redoPoint());
        assertRefused(SqlState.INSUFFICIENT_PRIVILEGE, () -> slots.drop(ReplicationSlots.CHECKPOINTER, 1));
        assertRefused(SqlState.INSUFFICIENT_PRIVILEGE,
                () -> slots.advance(ReplicationSlots.CHECKPOINTER, wal.flushLsn(), 1));
        assertRefused(SqlState.INVALID_NAME, () -> slots.createPhysical(ReplicationSlots.CHECKPOINTER, false, 0));
    }

    @Test
    void the_checkpointers_slot_follows_checkpoints() throws IOException {
        append();
        Lsn redo = wal.layout().startOf(wal.flushLsn());
        wal.checkpointed(new CheckpointReport(wal.systemId(), wal.history().timeline(), redo));

        assertThat(slots.find(ReplicationSlots.CHECKPOINTER).orElseThrow().restart()).isEqualTo(redo);
    }

    @Test
    void a_slot_is_there_after_a_restart_and_a_temporary_one_is_not() throws IOException {
        slots.createPhysical("kept", true, 0);
        slots.createPhysical("mine", true, 7);
        Lsn to = append();
        slots.advance("kept", to, 1);
        reopen();

        assertThat(slots.find("kept").orElseThrow().restart()).isEqualTo(to);
        assertThat(slots.find("mine")).isEmpty();
    }

    @Test
    void a_reported_position_costs_no_disk_call_until_it_is_saved() throws IOException {
        slots.createPhysical("s", true, 0);
        long before = disk.changes();
        Lsn to = append();
        long appended = disk.changes() - before;
        for (int i = 0; i < 100; i++) {
            slots.moved("s", to);
        }
        assertThat(disk.changes() - before).isEqualTo(appended);
        slots.save();
        slots.save();
        assertThat(disk.changes() - before).isBetween(appended + 1, appended + 7);
        reopen();
        assertThat(slots.find("s").orElseThrow().restart()).isEqualTo(to);
    }

    @Test
    void a_slot_that_is_given_back_is_saved() throws IOException {
        slots.createPhysical("s", false, 0);
        slots.acquire("s", 7, () -> lost++);
        Lsn to = append();
        slots.moved("s", to);
        slots.release("s", 8);
        assertThat(slots.find("s").orElseThrow().activePid()).isEqualTo(7);
        slots.release("s", 7);
        reopen();
        assertThat(slots.find("s").orElseThrow().restart()).isEqualTo(to);
    }

    @Test
    void a_slot_has_one_user() {
        slots.createPhysical("s", false, 0);
        slots.acquire("s", 7, () -> lost++);

        assertRefused(SqlState.OBJECT_IN_USE, () -> slots.acquire("s", 8, () -> lost++));
        assertRefused(SqlState.OBJECT_IN_USE, () -> slots.acquire("s", 7, () -> lost++));
        assertRefused(SqlState.OBJECT_IN_USE, () -> slots.drop("s", 7));
        assertRefused(SqlState.OBJECT_IN_USE, () -> slots.advance("s", wal.flushLsn(), 8));
        slots.release("s", 7);
        slots.drop("s", 8);
    }

    @Test
    void a_temporary_slot_is_its_sessions() {
        slots.createPhysical("t", false, 7);

        assertRefused(SqlState.OBJECT_IN_USE, () -> slots.acquire("t", 8, () -> lost++));
        assertRefused(SqlState.OBJECT_IN_USE, () -> slots.drop("t", 8));
        slots.acquire("t", 7, () -> lost++);
        slots.release("t", 7);
        slots.sessionEnded(8);
        assertThat(slots.find("t")).isPresent();
        slots.sessionEnded(7);
        assertThat(slots.find("t")).isEmpty();
    }

    @Test
    void positions_only_go_forward_and_not_beyond_what_is_durable() {
        slots.createPhysical("s", false, 0);
        assertRefused(SqlState.OBJECT_NOT_IN_PREREQUISITE_STATE, () -> slots.advance("s", wal.flushLsn(), 1));
        Lsn first = append();
        slots.moved("s", first);
        slots.moved("s", first.plus(-100));
        assertThat(slots.find("s").orElseThrow().restart()).isEqualTo(first);
        assertRefused(SqlState.OBJECT_NOT_IN_PREREQUISITE_STATE, () -> slots.advance("s", first.plus(-8), 1));
        assertThat(slots.advance("s", Lsn.MAX, 1).restart()).isEqualTo(wal.flushLsn());
    }

    @Test
    void a_full_disk_refuses_a_slot_and_forgets_it() throws IOException {
        disk.inject(new Fault.NoSpace(), 1, call -> call.operation() == DiskCall.Operation.WRITE
                && call.path().startsWith(SLOTS));

        assertRefused(SqlState.DISK_FULL, () -> slots.createPhysical("s", true, 0));
        assertThat(slots.find("s")).isEmpty();
        assertThat(disk.list(SLOTS)).containsExactly(ReplicationSlots.CHECKPOINTER);
        assertThat(wal.failure()).isNull();
        slots.createPhysical("s", true, 0);
    }

    @Test
    void a_failed_sync_of_a_slot_is_final() {
        disk.inject(new Fault.InputOutputError(), 1, call -> call.operation() == DiskCall.Operation.SYNC
                && call.path().startsWith(SLOTS));

        assertRefused(SqlState.IO_ERROR, () -> slots.createPhysical("s", true, 0));
        assertThat(wal.failure()).isNotNull();
    }

    @Test
    void a_damaged_file_is_named_and_not_passed_over() throws IOException {
        slots.createPhysical("s", true, 0);
        Path file = SLOTS.resolve("s");
        for (int at = 0; at < SlotFile.BYTES; at++) {
            disk.flip(file, at, 1);
            assertThatThrownBy(() -> openSlots()).as("byte %d", at)
                    .isInstanceOf(WalCorruptException.class).hasMessageContaining("\"" + file + "\"");
            disk.flip(file, at, 1);
        }
        for (long size : new long[] {0, 1, SlotFile.BYTES - 1, SlotFile.BYTES + 1}) {
            try (DiskFile open = disk.open(file, Set.of())) {
                open.truncate(size);
            }
            assertThatThrownBy(() -> openSlots()).as("%d bytes", size)
                    .isInstanceOf(WalCorruptException.class).hasMessageContaining("\"" + file + "\"");
        }
        disk.delete(file);
        try (DiskFile open = disk.open(SLOTS.resolve("Not a slot"), Set.of(Disk.Open.CREATE))) {
            assertThatThrownBy(() -> openSlots())
                    .isInstanceOf(WalCorruptException.class).hasMessageContaining("Not a slot");
            assertThat(open.size()).isZero();
        }
    }

    @Test
    void a_slots_file_under_another_name_is_not_believed() throws IOException {
        slots.createPhysical("s", true, 0);
        disk.rename(SLOTS.resolve("s"), SLOTS.resolve("other"));

        assertThatThrownBy(() -> openSlots())
                .isInstanceOf(WalCorruptException.class).hasMessageContaining("is called \"s\"");
    }

    private void checkpointAfterSegments(int count) throws IOException {
        for (int i = 0; i < count; i++) {
            append();
            wal.switchSegment();
        }
        append();
        wal.checkpointed(new CheckpointReport(wal.systemId(), wal.history().timeline(),
                wal.layout().startOf(wal.flushLsn())));
        world.letPass(Duration.ofMillis(50));
    }

    private Slot slot(String name) {
        return slots.find(name).orElseThrow();
    }

    private boolean isThere(Lsn lsn) throws IOException {
        return disk.exists(CLUSTER.resolve("pg_wal").resolve(
                new SegmentName(wal.history().timeline(), wal.layout().segmentOf(lsn)).fileName(wal.layout())));
    }

    @Test
    void a_slot_that_is_too_far_behind_loses_its_log_for_good() throws IOException {
        limit = new SlotLimit(2 << 20, 0, 1 << 20);
        slots.createPhysical("s", true, 0);
        slots.createPhysical("mine", true, 7);
        slots.createPhysical("unused", false, 0);
        Lsn from = slot("s").restart();
        checkpointAfterSegments(2);
        assertThat(slot("s").walStatus()).isEqualTo(WalStatus.RESERVED);
        assertThat(slot("s").safeWalSize()).isEqualTo(wal.layout().startOf(wal.layout().segmentOf(from)).plus(3 << 20)
                .minus(wal.flushLsn()));
        wal.switchSegment();
        append();
        assertThat(slot("s").walStatus()).isEqualTo(WalStatus.UNRESERVED);
        assertThat(isThere(from)).isTrue();
        checkpointAfterSegments(0);

        for (int life = 0; life < 2; life++) {
            assertThat(slot("s")).returns(Lsn.INVALID, Slot::restart).returns(WalStatus.LOST, Slot::walStatus)
                    .returns(null, Slot::safeWalSize);
            assertThat(slot("unused").walStatus()).isNull();
            assertThat(isThere(from)).isFalse();
            assertRefused(SqlState.OBJECT_NOT_IN_PREREQUISITE_STATE, () -> slots.advance("s", wal.flushLsn(), 1));
            reopen();
        }
        slots.drop("s", 1);
    }

    @Test
    void whoever_streams_from_a_slot_that_is_lost_is_told_once_and_not_believed_any_more() throws IOException {
        limit = new SlotLimit(1 << 20, 0, 1 << 20);
        slots.createPhysical("s", true, 0);
        slots.acquire("s", 7, () -> lost++);
        checkpointAfterSegments(3);
        checkpointAfterSegments(3);
        slots.moved("s", wal.flushLsn());

        assertThat(lost).isOne();
        assertThat(slot("s").isLost()).isTrue();
        slots.release("s", 7);
        assertThat(slot("s").isLost()).isTrue();
        // As in PostgreSQL 15: what has a place to go on from may use it again.
        slots.acquire("s", 8, () -> lost++);
        Lsn to = append();
        slots.moved("s", to);
        slots.release("s", 8);
        reopen();
        assertThat(slot("s")).returns(to, Slot::restart).returns(WalStatus.RESERVED, Slot::walStatus);
    }

    @Test
    void without_limit_and_below_it_nothing_is_lost() throws IOException {
        slots.createPhysical("s", true, 0);
        Lsn from = slot("s").restart();
        checkpointAfterSegments(5);
        assertThat(slot("s")).returns(from, Slot::restart).returns(null, Slot::safeWalSize);
        limit = new SlotLimit(0, 6 << 20, 1 << 20);
        checkpointAfterSegments(0);
        assertThat(slot("s")).returns(from, Slot::restart).returns(WalStatus.EXTENDED, Slot::walStatus);
        assertThat(isThere(from)).isTrue();
    }

    @Test
    void a_full_disk_does_not_keep_the_log_of_a_lost_slot() throws IOException {
        limit = new SlotLimit(1 << 20, 0, 1 << 20);
        slots.createPhysical("s", true, 0);
        Lsn from = slot("s").restart();
        disk.inject(new Fault.NoSpace(), 1, call -> call.operation() == DiskCall.Operation.WRITE
                && call.path().startsWith(SLOTS.resolve("s.tmp")));
        checkpointAfterSegments(3);
        assertThat(isThere(from)).isFalse();
        assertThat(wal.failure()).isNull();

        // The file says otherwise.
        reopen();
        assertThat(slot("s")).returns(WalStatus.LOST, Slot::walStatus).returns(Lsn.INVALID, Slot::restart);
    }

    @Test
    void a_file_of_the_first_version_is_read() throws IOException {
        ByteBuffer first = ByteBuffer.allocate(100).order(ByteOrder.LITTLE_ENDIAN);
        first.put(0, SlotFile.physical("old", new Lsn(0x1000028)).encode(wal.systemId()), 0, 96);
        first.putInt(8, 1).putInt(12, 100);
        CRC32C crc = new CRC32C();
        crc.update(first.slice(0, 96));
        first.putInt(96, (int) crc.getValue());
        try (DiskFile file = disk.open(SLOTS.resolve("old"), Set.of(Disk.Open.CREATE))) {
            file.write(first, 0);
        }

        assertThat(openSlots().find("old").orElseThrow().restart()).isEqualTo(new Lsn(0x1000028));
    }
}
