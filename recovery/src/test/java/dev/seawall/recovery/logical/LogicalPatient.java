package dev.seawall.recovery.logical;

import static org.assertj.core.api.Assertions.assertThat;

import dev.seawall.sim.Patient;
import dev.seawall.sim.SimulatedWorld;
import dev.seawall.wal.Lsn;
import dev.seawall.wal.PageLayout;
import dev.seawall.wal.disk.Disk;
import dev.seawall.wal.disk.SimulatedDisk;
import dev.seawall.walwriter.CheckpointReport;
import dev.seawall.walwriter.Transaction;
import dev.seawall.walwriter.Wal;
import dev.seawall.walwriter.WalOptions;
import dev.seawall.walwriter.cluster.ClusterLog;
import dev.seawall.walwriter.cluster.LogicalSlots.Client;
import dev.seawall.walwriter.cluster.LogicalSlots.Request;
import dev.seawall.walwriter.logical.LogicalDecoding;
import dev.seawall.walwriter.segments.FlushPath;
import dev.seawall.walwriter.slots.ReplicationSlots;
import dev.seawall.walwriter.slots.SlotLimit;
import dev.seawall.walwriter.start.ClusterInit;
import dev.seawall.walwriter.start.LogStart;
import dev.seawall.walwriter.subscription.Subscriptions;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;

/// A consumer by a logical slot, of transactions that overlap, while the log gives up what it can: under the
/// power-cut table. Every commit that was acknowledged is told once at least, in order, no aborted one ever.
record LogicalPatient(String name, int steps) implements Patient {

    private static final Path CLUSTER = Path.of("/cluster");
    private static final PageLayout LAYOUT = new PageLayout(1 << 20);
    private static final String SLOT = "consumer";
    private static final int OPEN_MAX = 3;
    private static final WalOptions OPTIONS = WalOptions.DEFAULT.withBufferBytes(1 << 16)
            .withFlushPath(FlushPath.CACHED).withWalBytes(2 << 20, 4 << 20);

    @Override
    public SimulatedDisk image(long seed) throws IOException {
        SimulatedDisk disk = new SimulatedDisk(seed);
        ClusterInit.create(disk, CLUSTER, ClusterInit.Options.of(4711, LAYOUT), Instant.EPOCH);
        try (SimulatedWorld world = new SimulatedWorld(seed); Opened opened = new Opened(disk, world)) {
            opened.subscriptions.create(SLOT, "test_decoding", 0);
        }
        return disk;
    }

    @Override
    public Life life(long seed) {
        return new ConsumerLife(seed);
    }

    private static final class Opened implements AutoCloseable {

        final Wal wal;
        final ReplicationSlots slots;
        final Subscriptions subscriptions;

        Opened(Disk disk, SimulatedWorld world) throws IOException {
            wal = Wal.open(LogStart.start(disk, CLUSTER), OPTIONS, disk, world);
            try {
                slots = ReplicationSlots.open(disk, CLUSTER, wal, 2, () -> SlotLimit.NONE);
            } catch (Throwable t) {
                wal.close();
                throw t;
            }
            subscriptions = new Subscriptions(new ClusterLog(wal), slots, LogicalDecoding.load(), disk, world, CLUSTER,
                    () -> 2_000);
        }

        @Override
        public void close() throws IOException {
            wal.close();
        }
    }

    /// A transaction as its client knows it.
    private record Open(Transaction transaction, String text) {}

    private final class ConsumerLife implements Life {

        private final SplittableRandom random;
        /// Acknowledged, in commit order.
        private final List<String> committed = new ArrayList<>();
        /// May have committed: nobody was told.
        private final Set<String> unknown = new HashSet<>();
        /// What the consumer was told, repeats left out.
        private final List<String> told = new ArrayList<>();
        private Lsn toldUpTo = Lsn.INVALID;
        private int next;

        ConsumerLife(long seed) {
            random = new SplittableRandom(seed);
        }

        @Override
        public void operate(Disk disk, SimulatedWorld world) throws Exception {
            List<Open> open = new ArrayList<>();
            try (Opened opened = new Opened(disk, world)) {
                for (int i = 0; i < steps; i++) {
                    step(opened, open, world);
                }
            }
        }

        private void step(Opened opened, List<Open> open, SimulatedWorld world) throws IOException {
            switch (random.nextInt(10)) {
                case 0, 1, 2 -> begin(opened, open);
                case 3, 4 -> commit(open);
                case 5 -> abort(open);
                case 6, 7 -> consume(opened, random.nextInt(6), random.nextInt(3) == 0);
                case 8 -> fill(opened.wal);
                default -> checkpoint(opened, open, world);
            }
        }

        private void begin(Opened opened, List<Open> open) {
            if (open.size() < OPEN_MAX) {
                Transaction transaction = opened.wal.begin();
                String text = "m" + next++;
                open.add(new Open(transaction, text));
                transaction.message("app", bytes(text + " " + "x".repeat(random.nextInt(2_000))));
            }
        }

        private void commit(List<Open> open) {
            if (!open.isEmpty()) {
                Open one = open.remove(random.nextInt(open.size()));
                unknown.add(one.text());
                one.transaction().commit();
                unknown.remove(one.text());
                committed.add(one.text());
            }
        }

        private void abort(List<Open> open) {
            if (!open.isEmpty()) {
                open.remove(random.nextInt(open.size())).transaction().abort();
            }
        }

        private void fill(Wal wal) {
            wal.switchSegment();
            wal.flush(wal.message("app", bytes("outside")));
        }

        private ByteBuffer bytes(String text) {
            return ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8));
        }

        /// Gives up the log that only the slot could need: no transaction is open.
        private void checkpoint(Opened opened, List<Open> open, SimulatedWorld world) throws IOException {
            if (open.isEmpty()) {
                opened.wal.checkpointed(new CheckpointReport(opened.wal.systemId(), opened.wal.history().timeline(),
                        LAYOUT.startOf(opened.wal.flushLsn())));
                world.letPass(Duration.ofMillis(50));
            }
        }

        /// As a consumer does it that tells repeats by the commits' positions.
        private void consume(Opened opened, int atMost, boolean isPeek) {
            String[] text = {""};
            opened.subscriptions.changes(new Request(SLOT, Lsn.INVALID, atMost, List.of(), true, "test", isPeek),
                    new Client(1, () -> { }), (lsn, _, bytes) -> {
                        String line = StandardCharsets.UTF_8.decode(bytes).toString();
                        if (line.startsWith("message: transactional: 1")) {
                            text[0] = line.replaceFirst("(?s).* content:(\\S*).*", "$1");
                        } else if (line.startsWith("COMMIT") && lsn.isAfter(toldUpTo)) {
                            told.add(text[0]);
                            toldUpTo = lsn;
                        }
                    });
        }

        @Override
        public void recover(Disk disk, SimulatedWorld world) throws Exception {
            try (Opened opened = new Opened(disk, world)) {
                consume(opened, 0, random.nextBoolean());
                List<String> known = new ArrayList<>(told);
                known.removeAll(unknown);
                assertThat(known).as("told of what was acknowledged").containsExactlyElementsOf(committed);
                // What was told has happened, what was not has not.
                committed.clear();
                committed.addAll(told);
                unknown.clear();
            }
        }
    }
}
