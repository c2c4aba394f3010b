package dev.seawall.walwriter.slots;

import static org.assertj.core.api.Assertions.assertThat;

import dev.seawall.sim.Patient;
import dev.seawall.sim.SimulatedWorld;
import dev.seawall.wal.Lsn;
import dev.seawall.wal.PageLayout;
import dev.seawall.wal.SegmentName;
import dev.seawall.wal.SegmentNumber;
import dev.seawall.wal.disk.Disk;
import dev.seawall.wal.disk.SimulatedDisk;
import dev.seawall.walwriter.CheckpointReport;
import dev.seawall.walwriter.Wal;
import dev.seawall.walwriter.WalOptions;
import dev.seawall.walwriter.cluster.Slots.Slot;
import dev.seawall.walwriter.segments.FlushPath;
import dev.seawall.walwriter.start.ClusterInit;
import dev.seawall.walwriter.start.LogStart;
import dev.seawall.walwriter.wire.SqlException;
import dev.seawall.walwriter.wire.SqlState;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;

/// Slots of a log that moves on and gives up segments, under the power-cut table: what was promised of each
/// slot, and that the log it needs is there, or was given up for the limit.
record SlotsPatient(String name, int steps, SlotLimit limit) implements Patient {

    private static final Path CLUSTER = Path.of("/cluster");
    private static final PageLayout LAYOUT = new PageLayout(1 << 20);
    private static final List<String> NAMES = List.of("a", "b", "c_1");
    private static final WalOptions OPTIONS = WalOptions.DEFAULT.withBufferBytes(1 << 16)
            .withFlushPath(FlushPath.CACHED).withWalBytes(2 << 20, 4 << 20);

    @Override
    public SimulatedDisk image(long seed) throws IOException {
        SimulatedDisk disk = new SimulatedDisk(seed);
        ClusterInit.create(disk, CLUSTER, ClusterInit.Options.of(4711, LAYOUT), Instant.EPOCH);
        return disk;
    }

    @Override
    public Life life(long seed) {
        return new SlotsLife(seed);
    }

    /// What is known of a slot.
    ///
    /// @param isThere empty while a call that changes it has not come back
    /// @param least   position that was said to be durable
    /// @param most    position that was reported
    private record Known(Optional<Boolean> isThere, Lsn least, Lsn most) {
        static final Known NONE = new Known(Optional.of(false), Lsn.INVALID, Lsn.INVALID);
    }

    private final class SlotsLife implements Life {

        private final SplittableRandom random;
        private final Map<String, Known> known = new HashMap<>();

        SlotsLife(long seed) {
            random = new SplittableRandom(seed);
        }

        private Known of(String slot) {
            return known.getOrDefault(slot, Known.NONE);
        }

        @Override
        public void operate(Disk disk, SimulatedWorld world) throws Exception {
            try (Wal wal = Wal.open(LogStart.start(disk, CLUSTER), OPTIONS, disk, world)) {
                ReplicationSlots slots = ReplicationSlots.open(disk, CLUSTER, wal, 2, () -> limit);
                for (int i = 0; i < steps; i++) {
                    step(slots, wal, world);
                }
            }
        }

        private void step(ReplicationSlots slots, Wal wal, SimulatedWorld world) throws IOException {
            String name = NAMES.get(random.nextInt(NAMES.size()));
            try {
                switch (random.nextInt(8)) {
                    case 0 -> create(name, slots, true);
                    case 1 -> create(name, slots, false);
                    case 2 -> drop(name, slots);
                    case 3 -> advance(name, slots, wal);
                    case 4, 5 -> report(name, slots, wal);
                    case 6 -> fill(wal);
                    default -> checkpoint(wal, world);
                }
            } catch (SqlException e) {
                assertThat(e.state()).isIn(SqlState.DUPLICATE_OBJECT, SqlState.UNDEFINED_OBJECT,
                        SqlState.CONFIGURATION_LIMIT_EXCEEDED, SqlState.OBJECT_NOT_IN_PREREQUISITE_STATE,
                        SqlState.DISK_FULL, SqlState.IO_ERROR);
                if (e.state() != SqlState.DISK_FULL && e.state() != SqlState.IO_ERROR) {
                    settle(name, slots);
                }
            }
        }

        /// Nothing was done: what is there is what was there.
        private void settle(String name, ReplicationSlots slots) {
            Known before = of(name);
            known.put(name, new Known(Optional.of(slots.find(name).isPresent()), before.least(), before.most()));
        }

        private void create(String name, ReplicationSlots slots, boolean isReserving) {
            Known before = of(name);
            known.put(name, new Known(Optional.empty(), before.least(), Lsn.MAX));
            try {
                Slot slot = slots.createPhysical(name, isReserving, 0);
                known.put(name, new Known(Optional.of(true), slot.restart(), slot.restart()));
            } catch (SqlException e) {
                if (e.state() == SqlState.DUPLICATE_OBJECT) {
                    known.put(name, before);
                }
                throw e;
            }
        }

        private void drop(String name, ReplicationSlots slots) {
            known.computeIfPresent(name, (_, one) -> new Known(Optional.empty(), one.least(), one.most()));
            slots.drop(name, 1);
            known.put(name, Known.NONE);
        }

        private void advance(String name, ReplicationSlots slots, Wal wal) {
            Lsn to = wal.flushLsn();
            known.computeIfPresent(name, (_, one) -> new Known(one.isThere(), one.least(), to));
            Slot slot = slots.advance(name, to, 1);
            known.put(name, new Known(Optional.of(true), slot.restart(), slot.restart()));
        }

        private void report(String name, ReplicationSlots slots, Wal wal) {
            Lsn to = wal.flushLsn();
            known.computeIfPresent(name, (_, one) -> new Known(one.isThere(), one.least(), to));
            slots.moved(name, to);
            if (random.nextBoolean()) {
                slots.save();
            }
        }

        private void fill(Wal wal) {
            wal.flush(wal.message("app", ByteBuffer.allocate(3000)));
            wal.switchSegment();
            wal.flush(wal.message("app", ByteBuffer.allocate(100)));
        }

        private void checkpoint(Wal wal, SimulatedWorld world) throws IOException {
            wal.checkpointed(new CheckpointReport(wal.systemId(), wal.history().timeline(),
                    wal.layout().startOf(wal.flushLsn())));
            world.letPass(Duration.ofMillis(50));
        }

        @Override
        public void recover(Disk disk, SimulatedWorld world) throws Exception {
            try (Wal wal = Wal.open(LogStart.start(disk, CLUSTER), OPTIONS, disk, world)) {
                ReplicationSlots slots = ReplicationSlots.open(disk, CLUSTER, wal, 2, () -> limit);
                for (String name : NAMES) {
                    check(name, slots.find(name), wal.flushLsn());
                }
                assertThat(slots.find(ReplicationSlots.CHECKPOINTER)).isPresent();
                for (Slot slot : slots.list()) {
                    checkLog(slot, wal, disk);
                }
                // Nor may the next checkpoint take what a slot has.
                fill(wal);
                checkpoint(wal, world);
                for (Slot slot : slots.list()) {
                    checkLog(slot, wal, disk);
                }
            }
        }

        private void check(String name, Optional<Slot> found, Lsn end) {
            Known one = of(name);
            one.isThere().ifPresent(isThere ->
                    assertThat(found.isPresent()).as("slot %s is there", name).isEqualTo(isThere));
            if (found.isPresent() && found.get().isLost()) {
                SegmentNumber at = LAYOUT.segmentOf(one.least());
                assertThat(!one.least().isValid() || at.isBefore(limit.oldest(end, LAYOUT)))
                        .as("slot %s was lost, which was at %s at least", name, one.least()).isTrue();
                known.put(name, new Known(Optional.of(true), Lsn.INVALID, Lsn.INVALID));
            } else if (found.isPresent()) {
                Lsn restart = found.get().restart();
                assertThat(restart).as("position of slot %s", name).isBetween(one.least(), one.most());
                known.put(name, new Known(Optional.of(true), restart, restart));
            } else {
                known.put(name, Known.NONE);
            }
        }

        private void checkLog(Slot slot, Wal wal, Disk disk) throws IOException {
            if (!slot.restart().isValid()) {
                return;
            }
            SegmentNumber last = LAYOUT.segmentOf(wal.flushLsn().plus(-1));
            for (SegmentNumber at = LAYOUT.segmentOf(slot.restart()); !last.isBefore(at); at = at.next()) {
                String name = new SegmentName(wal.history().timeline(), at).fileName(LAYOUT);
                assertThat(disk.exists(CLUSTER.resolve("pg_wal").resolve(name)))
                        .as("segment %s, needed by slot %s from %s on", name, slot.name(), slot.restart()).isTrue();
            }
        }
    }
}
