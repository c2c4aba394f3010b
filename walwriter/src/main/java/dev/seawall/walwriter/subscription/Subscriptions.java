package dev.seawall.walwriter.subscription;

import dev.seawall.wal.Lsn;
import dev.seawall.wal.TimelineHistory;
import dev.seawall.wal.disk.Disk;
import dev.seawall.wal.read.SegmentFiles;
import dev.seawall.wal.read.WalReader;
import dev.seawall.wal.role.World;
import dev.seawall.walwriter.cluster.ClusterLog;
import dev.seawall.walwriter.cluster.LogicalSlots;
import dev.seawall.walwriter.cluster.Slots.Kind;
import dev.seawall.walwriter.cluster.Slots.Slot;
import dev.seawall.walwriter.logical.DecodedOutput;
import dev.seawall.walwriter.logical.LogicalDecoder;
import dev.seawall.walwriter.logical.LogicalDecoding;
import dev.seawall.walwriter.logical.OutputPlugin;
import dev.seawall.walwriter.logical.PluginOption;
import dev.seawall.walwriter.query.WalErrors;
import dev.seawall.walwriter.slots.ReplicationSlots;
import dev.seawall.walwriter.start.ClusterLayout;
import dev.seawall.walwriter.start.ControlStore;
import dev.seawall.walwriter.wire.SqlException;
import dev.seawall.walwriter.wire.SqlState;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Semaphore;
import java.util.function.LongSupplier;
import java.util.function.Predicate;
import java.util.function.Supplier;

/// What can be had of logical slots: decoders at their positions, for streams and for functions.
public final class Subscriptions implements LogicalSlots {

    /// Where decoders keep what waits for its commit, a directory a slot.
    public static final String DIRECTORY = "pg_logical";

    private static final Predicate<Lsn> NEVER_ENOUGH = _ -> false;

    private final ClusterLog log;
    private final ReplicationSlots slots;
    private final Optional<LogicalDecoding> decoding;
    private final Disk disk;
    private final World world;
    private final Path cluster;
    private final LongSupplier workMemory;
    /// One processor is never occupied by reading old log.
    private final Semaphore turns = new Semaphore(Math.max(1, Runtime.getRuntime().availableProcessors() - 1));

    /// @param decoding   who decodes; empty where nobody was put together with this
    /// @param cluster    the cluster's directory
    /// @param workMemory `logical_decoding_work_mem`, which may change
    public Subscriptions(ClusterLog log, ReplicationSlots slots, Optional<LogicalDecoding> decoding, Disk disk,
            World world, Path cluster, LongSupplier workMemory) {
        this.log = log;
        this.slots = slots;
        this.decoding = decoding;
        this.disk = disk;
        this.world = world;
        this.cluster = cluster;
        this.workMemory = workMemory;
    }

    @Override
    public Slot create(String name, String plugin, int ownerPid) {
        checkNotInRecovery();
        return slots.createLogical(name, OutputPlugin.named(plugin).word(), ownerPid);
    }

    private void checkNotInRecovery() {
        if (log.isInRecovery()) {
            throw SqlException.error(SqlState.FEATURE_NOT_SUPPORTED,
                    "logical decoding cannot be used while in recovery"
                            + "\nHINT: Connect to the primary, or promote this standby.");
        }
    }

    /// Takes a slot, to stream from it.
    ///
    /// @param onLost see [ReplicationSlots#acquire]
    /// @param from   where the client would like to begin; before what it has confirmed: there
    /// @throws SqlException if the slot cannot be used so
    public SlotDecoder stream(String slot, int pid, Runnable onLost, Lsn from, List<PluginOption> options,
            DecodedOutput into) {
        return open(slot, pid, onLost, acquired -> Lsn.max(from, acquired.confirmed()), log::flushLsn,
                plugin -> plugin.open(options, into), NEVER_ENOUGH);
    }

    private interface Start {
        Lsn of(Slot acquired);
    }

    private interface Output {
        OutputPlugin.Open of(OutputPlugin plugin);
    }

    private SlotDecoder open(String name, int pid, Runnable onLost, Start start, Supplier<Lsn> limit, Output output,
            Predicate<Lsn> isEnough) {
        Slot slot = slots.acquire(name, pid, onLost);
        try {
            checkUsable(slot);
            OutputPlugin.Open plugin = output.of(OutputPlugin.named(slot.plugin()));
            LogicalDecoder decoder = decoding().open(source(slot, start.of(slot), limit), room(name),
                    plugin.changes(), isEnough);
            return new SlotDecoder(slots, name, pid, decoder, plugin.isBinary());
        } catch (IOException e) {
            slots.release(name, pid);
            throw WalErrors.of(e);
        } catch (Throwable t) {
            slots.release(name, pid);
            throw t;
        }
    }

    private LogicalDecoding decoding() {
        return decoding.orElseThrow(() -> SqlException.error(SqlState.FEATURE_NOT_SUPPORTED,
                "logical decoding is not there"
                        + "\nHINT: Put the module seawall-recovery on the class path of this server."));
    }

    private void checkUsable(Slot slot) {
        checkNotInRecovery();
        if (slot.kind() != Kind.LOGICAL) {
            throw SqlException.error(SqlState.OBJECT_NOT_IN_PREREQUISITE_STATE,
                    "cannot use physical replication slot for logical decoding");
        }
        if (slot.isLost()) {
            throw SqlException.error(SqlState.OBJECT_NOT_IN_PREREQUISITE_STATE,
                    "cannot read from logical replication slot \"" + slot.name() + "\"")
                    .withDetail("This slot has been invalidated because it exceeded the maximum reserved size.");
        }
        TimelineHistory history = log.history();
        Lsn left = history.switchPointOf(slot.timeline());
        if (left.isBefore(slot.confirmed())) {
            throw SqlException.error(SqlState.OBJECT_NOT_IN_PREREQUISITE_STATE, "replication slot \"" + slot.name()
                    + "\" is of another history").withDetail("Its client has confirmed timeline " + slot.timeline()
                    + " up to " + slot.confirmed() + "; this cluster, on timeline " + history.timeline()
                    + (left.isValid() ? ", left that timeline at " + left : ", does not come from that timeline") + ".")
                    .withHint("Drop the slot and create it anew. What its client has that this cluster has not must be"
                            + " undone there.");
        }
        if (log.flushLsn().isBefore(slot.confirmed())) {
            throw SqlException.error(SqlState.OBJECT_NOT_IN_PREREQUISITE_STATE, "replication slot \"" + slot.name()
                    + "\" is ahead of the log").withDetail("Its client has confirmed " + slot.confirmed()
                    + "; the log ends at " + log.flushLsn() + ".").withHint("Drop the slot and create it anew.");
        }
    }

    private LogicalDecoding.Source source(Slot slot, Lsn after, Supplier<Lsn> limit) throws IOException {
        long xid = ControlStore.peek(disk, world, cluster).checkpoint().nextXid();
        SegmentFiles files = new SegmentFiles(disk, ClusterLayout.wal(cluster), log.layout(), log.history());
        WalReader reader = new WalReader(new PoliteLog(files, turns), log.layout());
        return new LogicalDecoding.Source(reader, log.layout(), slot.restart(), after, xid, limit);
    }

    private LogicalDecoding.Room room(String slot) throws IOException {
        Path all = cluster.resolve(DIRECTORY);
        disk.createDirectory(all);
        return new LogicalDecoding.Room(disk, world, all.resolve(slot), workMemory.getAsLong());
    }

    @Override
    public void changes(Request request, Client client, DecodedOutput into) {
        Lsn end = log.flushLsn();
        int[] count = {0};
        DecodedOutput counting = (lsn, xid, text) -> {
            count[0]++;
            into.write(lsn, xid, text);
        };
        Predicate<Lsn> isEnough = at -> request.upTo().isValid() && at.isAtLeast(request.upTo())
                || request.atMost() > 0 && count[0] >= request.atMost();
        try (SlotDecoder decoder = open(request.slot(), client.pid(), () -> { }, Slot::confirmed, () -> end,
                plugin -> plugin.open(request.options(), counting), isEnough)) {
            if (decoder.isBinary() && !request.isBinary()) {
                throw SqlException.error(SqlState.FEATURE_NOT_SUPPORTED, "logical decoding output plugin \""
                        + slots.find(request.slot()).map(Slot::plugin).orElse("") + "\" produces binary output, but"
                        + " function \"" + request.function() + "\" expects textual data");
            }
            run(decoder, client);
            if (!request.isPeek()) {
                decoder.confirm(decoder.position());
            }
        } catch (IOException e) {
            throw WalErrors.of(e);
        }
    }

    private static void run(SlotDecoder decoder, Client client) throws IOException {
        while (decoder.hasWork()) {
            client.checkInterrupts().run();
            decoder.step();
        }
    }

    @Override
    public Slot advance(String name, Lsn to, Client client) {
        Lsn end = log.flushLsn();
        Lsn target = Lsn.min(to, end);
        try (SlotDecoder decoder = open(name, client.pid(), () -> { }, slot -> untold(slot, target), () -> end,
                plugin -> plugin.open(List.of(), (_, _, _) -> { }), at -> at.isAtLeast(target))) {
            run(decoder, client);
            decoder.confirm(Lsn.min(target, decoder.position()));
        } catch (IOException e) {
            throw WalErrors.of(e);
        }
        return slots.find(name).orElseThrow(() -> SqlException.error(SqlState.UNDEFINED_OBJECT,
                "replication slot \"" + name + "\" does not exist"));
    }

    /// Where who only moves a slot begins to be told of commits: nowhere.
    private static Lsn untold(Slot slot, Lsn target) {
        if (target.isBefore(slot.confirmed())) {
            throw SqlException.error(SqlState.OBJECT_NOT_IN_PREREQUISITE_STATE,
                    "cannot advance replication slot to " + target + ", minimum is " + slot.confirmed());
        }
        return Lsn.MAX;
    }
}
