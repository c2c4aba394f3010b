package dev.seawall.walwriter.slots;

import dev.seawall.wal.Lsn;
import dev.seawall.wal.SegmentName;
import dev.seawall.wal.SegmentNumber;
import dev.seawall.wal.disk.Disk;
import dev.seawall.walwriter.DurableLog;
import dev.seawall.walwriter.cluster.Slots;
import dev.seawall.walwriter.start.ClusterLayout;
import dev.seawall.walwriter.wire.SqlException;
import dev.seawall.walwriter.wire.SqlState;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The slots of an open log: in memory, in `pg_replslot/`, and as claims on the log.
///
/// Whoever streams reports positions into memory ([#moved]); [#save] makes them durable now and then. At
/// each checkpoint a slot that is behind `max_slot_wal_keep_size` loses its log, and its stream ends.
public final class ReplicationSlots implements Slots, AutoCloseable {

    /// The checkpointer's: it is always there, no client can drop or move it, and it is not counted.
    public static final String CHECKPOINTER = "seawall_checkpointer";

    private static final Logger LOG = LoggerFactory.getLogger(ReplicationSlots.class);

    private final DurableSlots durable;
    private final DurableLog log;
    private final int maxSlots;
    private final Supplier<SlotLimit> limit;
    private final Map<String, ReplicationSlot> slots = new ConcurrentHashMap<>();
    /// For every change but of positions in memory; held during disk calls, never while waiting.
    private final ReentrantLock lock = new ReentrantLock();

    private ReplicationSlots(SlotDirectory directory, DurableLog log, int maxSlots, Supplier<SlotLimit> limit) {
        this.durable = new DurableSlots(directory, log);
        this.log = log;
        this.maxSlots = maxSlots;
        this.limit = limit;
    }

    /// Reads the slots of a log that was just opened, and claims the log they need: before the first
    /// checkpoint, which gives log up.
    ///
    /// @param maxSlots `max_replication_slots`
    /// @param limit    how much log slots may keep, now
    /// @throws dev.seawall.wal.WalCorruptException if a slot's file is damaged
    public static ReplicationSlots open(Disk disk, Path cluster, DurableLog log, int maxSlots,
            Supplier<SlotLimit> limit) throws IOException {
        SlotDirectory directory = SlotDirectory.open(disk, cluster, log.systemId());
        ReplicationSlots opened = new ReplicationSlots(directory, log, maxSlots, limit);
        SegmentNumber oldest = oldestSegment(disk.list(ClusterLayout.wal(cluster)), log);
        for (SlotFile file : directory.readAll()) {
            opened.restore(file, oldest);
        }
        if (!opened.slots.containsKey(CHECKPOINTER)) {
            SlotFile checkpointer = SlotFile.physical(CHECKPOINTER, log.redoPoint());
            directory.write(checkpointer);
            opened.restore(checkpointer, oldest);
        }
        log.onCheckpoint(opened::checkpointed);
        return opened;
    }

    private static SegmentNumber oldestSegment(List<String> files, DurableLog log) {
        return files.stream().flatMap(file -> SegmentName.parse(file, log.layout()).stream()).map(SegmentName::number)
                .min(Comparator.naturalOrder()).orElse(new SegmentNumber(0));
    }

    private void restore(SlotFile file, SegmentNumber oldest) {
        if (file.restart().isAfter(log.flushLsn())) {
            // As after a recovery to an earlier point: whoever uses it has log that is no more.
            LOG.warn("a replication slot is ahead of the log slot={} restart={} end={}", file.name(), file.restart(),
                    log.flushLsn());
        }
        ReplicationSlot slot = new ReplicationSlot(file, 0);
        if (!file.name().equals(CHECKPOINTER) && file.restart().isValid()
                && log.layout().segmentOf(file.restart()).isBefore(oldest) && slot.lose(file.restart())) {
            // There was no room to write down that it was given up, or somebody removed it.
            LOG.warn("a replication slot's log is not there slot={} restart={}", file.name(), file.restart());
        }
        durable.claim(slot, slot.restart());
        slots.put(slot.name, slot);
    }

    @Override
    public Slot createPhysical(String name, boolean reserve, int ownerPid) {
        return create(SlotFile.physical(name, Lsn.INVALID), ownerPid, slot -> {
            if (reserve) {
                durable.reserve(slot);
            }
        });
    }

    /// What is unfinished now began behind the last checkpoint's redo point, or that would lie before it.
    @Override
    public Slot createLogical(String name, String plugin, int ownerPid) {
        return create(SlotFile.logical(name, plugin), ownerPid, slot -> {
            durable.reserve(slot);
            slot.confirm(log.flushLsn(), log.history().timeline());
        });
    }

    private Slot create(SlotFile file, int ownerPid, Consumer<ReplicationSlot> begin) {
        String name = file.name();
        SlotName.check(name);
        lock.lock();
        try {
            if (slots.containsKey(name)) {
                throw SqlException.error(SqlState.DUPLICATE_OBJECT,
                        "replication slot \"" + name + "\" already exists");
            }
            // The checkpointer's is one more.
            if (slots.size() > maxSlots) {
                throw SqlException.error(SqlState.CONFIGURATION_LIMIT_EXCEEDED, "all replication slots are in use"
                        + "\nHINT: Free one or increase max_replication_slots.");
            }
            ReplicationSlot slot = new ReplicationSlot(file, ownerPid);
            begin.accept(slot);
            durable.create(slot);
            slots.put(name, slot);
            return view(slot);
        } finally {
            lock.unlock();
        }
    }

    @Override
    public void drop(String name, int pid) {
        lock.lock();
        try {
            ReplicationSlot slot = idle(name, "drop", pid);
            durable.delete(slot);
            slots.remove(name);
            durable.letGo(slot);
        } finally {
            lock.unlock();
        }
    }

    /// A slot that nobody uses and a client may change.
    private ReplicationSlot idle(String name, String verb, int pid) {
        ReplicationSlot slot = known(name);
        if (name.equals(CHECKPOINTER)) {
            throw SqlException.error(SqlState.INSUFFICIENT_PRIVILEGE, "cannot " + verb + " replication slot \"" + name
                    + "\": it keeps the log that crash recovery needs");
        }
        checkFree(slot, pid);
        return slot;
    }

    private ReplicationSlot known(String name) {
        ReplicationSlot slot = slots.get(name);
        if (slot == null) {
            throw SqlException.error(SqlState.UNDEFINED_OBJECT, "replication slot \"" + name + "\" does not exist");
        }
        return slot;
    }

    /// A temporary slot is its own session's.
    private static void checkFree(ReplicationSlot slot, int pid) {
        int user = slot.user();
        if (slot.activePid != 0 || user != 0 && user != pid) {
            throw SqlException.error(SqlState.OBJECT_IN_USE,
                    "replication slot \"" + slot.name + "\" is active for PID " + user);
        }
    }

    @Override
    public Slot advance(String name, Lsn to, int pid) {
        lock.lock();
        try {
            ReplicationSlot slot = idle(name, "advance", pid);
            if (slot.kind == Kind.LOGICAL) {
                throw SqlException.error(SqlState.OBJECT_NOT_IN_PREREQUISITE_STATE,
                        "cannot use a logical replication slot for physical replication");
            }
            Lsn target = Lsn.min(to, log.flushLsn());
            if (!slot.restart().isValid()) {
                throw SqlException.error(SqlState.OBJECT_NOT_IN_PREREQUISITE_STATE, "replication slot \"" + name
                        + "\" cannot be advanced").withDetail("This slot has never previously reserved WAL, or it has"
                        + " been invalidated.");
            }
            if (target.isBefore(slot.restart())) {
                throw SqlException.error(SqlState.OBJECT_NOT_IN_PREREQUISITE_STATE,
                        "cannot advance replication slot to " + target + ", minimum is " + slot.restart());
            }
            slot.move(target);
            durable.saveIfMoved(slot);
            return view(slot);
        } finally {
            lock.unlock();
        }
    }

    private Slot view(ReplicationSlot slot) {
        return slot.view(limit.get(), log.flushLsn(), log.layout());
    }

    /// Takes a slot for streaming, until [#release].
    ///
    /// @param onLost called once, briefly, if its log is given up meanwhile: the stream must end
    /// @throws SqlException if there is none (42704) or somebody has it (55006)
    public Slot acquire(String name, int pid, Runnable onLost) {
        lock.lock();
        try {
            ReplicationSlot slot = known(name);
            checkFree(slot, pid);
            slot.use(pid, onLost);
            return view(slot);
        } finally {
            lock.unlock();
        }
    }

    /// Gives a slot back; its position is durable then, unless the disk is full.
    public void release(String name, int pid) {
        lock.lock();
        try {
            ReplicationSlot slot = slots.get(name);
            if (slot != null && slot.activePid == pid) {
                slot.activePid = 0;
                slot.onLost = null;
                if (slot.isMoved()) {
                    durable.trySave(slot);
                }
            }
        } finally {
            lock.unlock();
        }
    }

    /// Whoever streams from a slot has everything before `to`: it need not be kept for them, once
    /// [#save] has made that durable. Not beyond what is durable here.
    public void moved(String name, Lsn to) {
        ReplicationSlot slot = slots.get(name);
        if (slot != null && to.isValid()) {
            slot.move(Lsn.min(to, log.flushLsn()));
        }
    }

    /// The client of a logical slot has everything that committed before `to`: it need not be told again.
    ///
    /// @param restart where a decoder may begin for somebody who has that
    /// @return whether that is news
    public boolean confirmed(String name, Lsn to, Lsn restart) {
        ReplicationSlot slot = slots.get(name);
        if (slot == null || !slot.confirm(Lsn.min(to, log.flushLsn()), log.history().timeline())) {
            return false;
        }
        slot.move(restart);
        return true;
    }

    /// The checkpointer's data files hold everything before `redo`, durably. Here and not by the next
    /// report of its stream: the log is about to give up what it can, and next does so a checkpoint later.
    private void checkpointed(Lsn redo) {
        moved(CHECKPOINTER, redo);
        save();
        SegmentNumber first = log.layout().segmentOf(redo);
        SegmentNumber oldest = limit.get().oldest(log.flushLsn(), log.layout());
        for (ReplicationSlot slot : slots.values()) {
            // Recovery needs what the checkpointer's keeps, whatever the limit.
            if (!slot.name.equals(CHECKPOINTER)) {
                giveUp(slot, first.isBefore(oldest) ? first : oldest);
            }
        }
    }

    /// Takes a slot's log away if it keeps any of before `oldest`.
    private void giveUp(ReplicationSlot slot, SegmentNumber oldest) {
        lock.lock();
        try {
            Lsn at = slot.restart();
            // Reports may come meanwhile.
            while (at.isValid() && log.layout().segmentOf(at).isBefore(oldest) && slots.get(slot.name) == slot) {
                if (slot.lose(at)) {
                    LOG.warn("invalidated a replication slot that exceeded max_slot_wal_keep_size: what follows by it"
                            + " must be made anew, or get the log from the archive slot={} restart={} limit={}{}",
                            slot.name, at, limit.get().slotKeepBytes(),
                            slot.activePid == 0 ? "" : " terminating_pid=" + slot.activePid);
                    durable.trySave(slot);
                    // Also without room to write it down: else a full disk stayed full. A start looks whether
                    // the log is there.
                    durable.letGo(slot);
                    if (slot.onLost != null) {
                        slot.onLost.run();
                    }
                }
                at = slot.restart();
            }
        } finally {
            lock.unlock();
        }
    }

    /// Whether something was reported that is not durable.
    public boolean isUnsaved() {
        for (ReplicationSlot slot : slots.values()) {
            if (slot.isMoved()) {
                return true;
            }
        }
        return false;
    }

    /// Makes the positions durable that were reported, and lets go of the log before them.
    public void save() {
        for (ReplicationSlot slot : slots.values()) {
            if (slot.isMoved()) {
                lock.lock();
                try {
                    // It may have been dropped meanwhile: its file must not come back.
                    if (slots.get(slot.name) == slot) {
                        durable.trySave(slot);
                    }
                } finally {
                    lock.unlock();
                }
            }
        }
    }

    @Override
    public void sessionEnded(int pid) {
        for (ReplicationSlot slot : slots.values()) {
            if (slot.ownerPid == pid && slots.remove(slot.name, slot)) {
                lock.lock();
                try {
                    durable.letGo(slot);
                } finally {
                    lock.unlock();
                }
            }
        }
    }

    @Override
    public Optional<Slot> find(String name) {
        return Optional.ofNullable(slots.get(name)).map(this::view);
    }

    @Override
    public List<Slot> list() {
        return slots.values().stream().map(this::view).sorted(Comparator.comparing(Slot::name)).toList();
    }

    /// Saves what was reported; the claims end with the log.
    @Override
    public void close() {
        save();
    }
}
