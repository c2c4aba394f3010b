package dev.seawall.walwriter.query;

import dev.seawall.settings.LiveSettings;
import dev.seawall.settings.Settings;
import dev.seawall.sim.SimulatedWorld;
import dev.seawall.wal.Lsn;
import dev.seawall.wal.TimelineId;
import dev.seawall.wal.disk.SimulatedDisk;
import dev.seawall.wal.read.ReadOutcome;
import dev.seawall.wal.read.WalReader;
import dev.seawall.wal.record.RelationId;
import dev.seawall.wal.record.WalRecord;
import dev.seawall.walwriter.CheckpointReport;
import dev.seawall.walwriter.Wal;
import dev.seawall.walwriter.WalOptions;
import dev.seawall.walwriter.cluster.ArchiverActivity;
import dev.seawall.walwriter.cluster.Backups;
import dev.seawall.walwriter.cluster.CheckpointerActivity;
import dev.seawall.walwriter.cluster.Checkpointing;
import dev.seawall.walwriter.cluster.Cluster;
import dev.seawall.walwriter.cluster.ClusterLog;
import dev.seawall.walwriter.cluster.NotConnectedException;
import dev.seawall.walwriter.cluster.Senders;
import dev.seawall.walwriter.cluster.Sessions;
import dev.seawall.walwriter.logical.LogicalDecoding;
import dev.seawall.walwriter.query.builtin.Builtins;
import dev.seawall.walwriter.query.plan.SelectPlan;
import dev.seawall.walwriter.slots.ReplicationSlots;
import dev.seawall.walwriter.slots.SlotLimit;
import dev.seawall.walwriter.sql.SqlParser;
import dev.seawall.walwriter.sql.Statement;
import dev.seawall.walwriter.start.ClusterFixture;
import dev.seawall.walwriter.start.LogStart;
import dev.seawall.walwriter.subscription.Subscriptions;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// A log on the simulated disk with everything that functions ask for, and statements executed on it
/// without a wire. The checkpointer and the other sessions are made up.
public final class CalledLog implements AutoCloseable {

    public final SimulatedWorld world = new SimulatedWorld(1);
    public final SimulatedDisk disk = new SimulatedDisk(1);
    public final Path directory = Path.of("/cluster");
    public final MadeUpCheckpointer checkpointer = new MadeUpCheckpointer();
    public final List<Sessions.Session> sessions = new ArrayList<>();
    public final List<Integer> terminated = new ArrayList<>();
    public final List<Senders.Sender> senders = new ArrayList<>();
    public ArchiverActivity archiver = ArchiverActivity.NONE;
    public final Wal wal;
    public final ReplicationSlots slots;
    public final Catalog catalog = Builtins.catalog();
    private Settings settings;
    private final LiveSettings live;
    public final Backups backups = new Backups();

    public CalledLog() throws IOException {
        disk.makeDirectories(directory);
        new ClusterFixture(disk, directory);
        wal = Wal.open(LogStart.start(disk, directory), WalOptions.DEFAULT.withBufferBytes(1 << 20), disk, world);
        slots = ReplicationSlots.open(disk, directory, wal, 4, () -> SlotLimit.NONE);
        settings = Settings.defaults();
        live = LiveSettings.load(() -> settings);
    }

    /// What the next reload finds.
    public void configure(Settings next) {
        settings = next;
    }

    public Cluster cluster() {
        return new Cluster(new ClusterLog(wal), live, checkpointer, () -> archiver, slots, subscriptions(),
                () -> List.copyOf(senders), new MadeUpSessions(), backups, disk, world, directory,
                "owner", ClusterFixture.NOW);
    }

    private Subscriptions subscriptions() {
        return new Subscriptions(new ClusterLog(wal), slots, LogicalDecoding.load(), disk, world, directory,
                () -> 1 << 20);
    }

    /// The rows of a SELECT.
    public List<List<@Nullable Object>> select(Caller caller, String text, @Nullable Object... parameters) {
        SelectPlan plan = SelectPlan.of((Statement.Select) SqlParser.parse(text).getFirst(), new int[0], catalog);
        List<List<@Nullable Object>> rows = new ArrayList<>();
        plan.execute(caller, parameters, row -> rows.add(Arrays.asList(row)));
        return rows;
    }

    /// The one value of a SELECT.
    public @Nullable Object value(Caller caller, String text, @Nullable Object... parameters) {
        return select(caller, text, parameters).getFirst().getFirst();
    }

    public List<WalRecord> records() throws IOException {
        wal.flush(wal.insertLsn());
        List<WalRecord> records = new ArrayList<>();
        try (WalReader reader = wal.read(ClusterFixture.OPTIONS.startLsn())) {
            while (reader.next() instanceof ReadOutcome.Complete(WalRecord record, _)) {
                records.add(record);
            }
        }
        return records;
    }

    @Override
    public void close() throws IOException {
        try (world; wal; slots) {
            disk.exists(directory);
        }
    }

    /// Tells what a test has put into it.
    public final class MadeUpCheckpointer implements Checkpointing {

        public boolean isConnected = true;
        public int holds;
        public CheckpointerActivity activity = CheckpointerActivity.NONE;
        public final byte[] page = new byte[8192];

        private CheckpointReport report() throws IOException {
            if (!isConnected) {
                throw new NotConnectedException("no checkpointer is connected");
            }
            CheckpointReport report = new CheckpointReport(wal.systemId(), TimelineId.FIRST, wal.flushLsn());
            wal.checkpointed(report);
            return report;
        }

        @Override
        public boolean isConnected() {
            return isConnected;
        }

        @Override
        public CheckpointReport checkpoint(boolean isImmediate, Runnable interrupts) throws IOException {
            return report();
        }

        @Override
        public void readPage(RelationId relation, int block, Lsn upTo, ByteBuffer into) throws IOException {
            if (!isConnected) {
                throw new NotConnectedException("no checkpointer is connected");
            }
            into.put(page);
        }

        @Override
        public Held holdFiles(boolean isImmediate) throws IOException {
            CheckpointReport report = report();
            holds++;
            return new Held() {

                @Override
                public CheckpointReport report() {
                    return report;
                }

                @Override
                public void release() throws IOException {
                    if (!isConnected) {
                        throw new NotConnectedException("no checkpointer is connected");
                    }
                    holds--;
                }
            };
        }

        @Override
        public FileCopy copyFiles(Lsn redoPoint) throws IOException {
            throw new NotConnectedException("no checkpointer is connected");
        }

        @Override
        public CheckpointReport shutDown(Lsn end) throws IOException {
            return report();
        }

        @Override
        public CheckpointerActivity activity() {
            return activity;
        }
    }

    private final class MadeUpSessions implements Sessions {

        @Override
        public List<Session> list() {
            return List.copyOf(sessions);
        }

        @Override
        public boolean terminate(int pid) {
            terminated.add(pid);
            return sessions.removeIf(session -> session.pid() == pid);
        }

        @Override
        public boolean cancel(int pid) {
            return sessions.stream().anyMatch(session -> session.pid() == pid);
        }
    }
}
