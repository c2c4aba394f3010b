package dev.seawall.walwriter.slots;

import dev.seawall.wal.Lsn;
import dev.seawall.wal.disk.Disk;
import dev.seawall.wal.disk.NoSpaceException;
import dev.seawall.walwriter.DurableLog;
import dev.seawall.walwriter.cluster.Slots;
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
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The slots of an open log: in memory, in `pg_replslot/`, and as claims on the log.
///
/// Order of every change: what keeps more log is claimed before it is durable, what keeps less is durable
/// before the claim goes. Whoever streams reports positions into memory ([#moved]); [#save] makes them
/// durable now and then. A failure to write other than for want of space is the log's: nobody knows what
/// the files hold then.
public final class ReplicationSlots implements Slots, AutoCloseable {

    /// The checkpointer's: it is always there, no client can drop or move it, and it is not counted.
    public static final String CHECKPOINTER = "seawall_checkpointer";

    private static final Logger LOG = LoggerFactory.getLogger(ReplicationSlots.class);

    private final SlotDirectory directory;
    private final DurableLog log;
    private final int maxSlots;
    private final Map<String, PhysicalSlot> slots = new ConcurrentHashMap<>();
    /// For every change but of positions in memory; held during disk calls, never while waiting.
    private final ReentrantLock lock = new ReentrantLock();
    // Guarded by lock.
    private boolean isOutOfSpace;

    private ReplicationSlots(SlotDirectory directory, DurableLog log, int maxSlots) {
        this.directory = directory;
        this.log = log;
        this.maxSlots = maxSlots;
    }

    /// Reads the slots of a log that was just opened, and claims the log they need: before the first
    /// checkpoint, which gives log up.
    ///
    /// @param maxSlots `max_replication_slots`
    /// @throws dev.seawall.wal.WalCorruptException if a slot's file is damaged
    public static ReplicationSlots open(Disk disk, Path cluster, DurableLog log, int maxSlots) throws IOException {
        SlotDirectory directory = SlotDirectory.open(disk, cluster, log.systemId());
        ReplicationSlots opened = new ReplicationSlots(directory, log, maxSlots);
        for (SlotFile file : directory.readAll()) {
            opened.restore(file);
        }
        if (!opened.slots.containsKey(CHECKPOINTER)) {
            Lsn redo = log.redoPoint();
            directory.write(new SlotFile(CHECKPOINTER, redo));
            opened.restore(new SlotFile(CHECKPOINTER, redo));
        }
        log.onCheckpoint(opened::checkpointed);
        return opened;
    }

    private void restore(SlotFile file) {
        if (file.restart().isAfter(log.flushLsn())) {
            // As after a recovery to an earlier point: whoever uses it has log that is no more.
            LOG.warn("a replication slot is ahead of the log slot={} restart={} end={}", file.name(), file.restart(),
                    log.flushLsn());
        }
        PhysicalSlot slot = new PhysicalSlot(file.name(), 0, file.restart());
        claim(slot, file.restart());
        slots.put(slot.name, slot);
    }

    /// Claims the log from `from` on, or moves the claim there.
    private void claim(PhysicalSlot slot, Lsn from) {
        if (!from.isValid()) {
            return;
        }
        if (slot.retention == null) {
            slot.retention = log.retain("replication slot " + slot.name, from);
        } else {
            slot.retention.advance(from);
        }
    }

    @Override
    public Slot createPhysical(String name, boolean reserve, int ownerPid) {
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
            PhysicalSlot slot = new PhysicalSlot(name, ownerPid, Lsn.INVALID);
            if (reserve) {
                reserve(slot);
            }
            if (ownerPid == 0) {
                try {
                    write(slot);
                } catch (SqlException e) {
                    letGo(slot);
                    throw e;
                }
            }
            slots.put(name, slot);
            return slot.view();
        } finally {
            lock.unlock();
        }
    }

    /// Claims the log from the last checkpoint's redo point on: the oldest place that is certainly there.
    private void reserve(PhysicalSlot slot) {
        Lsn from;
        do {
            from = log.redoPoint();
            slot.move(from);
            claim(slot, from);
            // A checkpoint that came between may not have seen the claim, and have let go of more.
        } while (!from.equals(log.redoPoint()));
        slot.saved = slot.restart();
    }

    @Override
    public void drop(String name, int pid) {
        lock.lock();
        try {
            PhysicalSlot slot = idle(name, "drop", pid);
            if (!slot.isTemporary()) {
                diskCall(slot, () -> directory.delete(name));
            }
            slots.remove(name);
            letGo(slot);
        } finally {
            lock.unlock();
        }
    }

    /// A slot that nobody uses and a client may change.
    private PhysicalSlot idle(String name, String verb, int pid) {
        PhysicalSlot slot = known(name);
        if (name.equals(CHECKPOINTER)) {
            throw SqlException.error(SqlState.INSUFFICIENT_PRIVILEGE, "cannot " + verb + " replication slot \"" + name
                    + "\": it keeps the log that crash recovery needs");
        }
        checkFree(slot, pid);
        return slot;
    }

    private PhysicalSlot known(String name) {
        PhysicalSlot slot = slots.get(name);
        if (slot == null) {
            throw SqlException.error(SqlState.UNDEFINED_OBJECT, "replication slot \"" + name + "\" does not exist");
        }
        return slot;
    }

    /// A temporary slot is its own session's.
    private static void checkFree(PhysicalSlot slot, int pid) {
        int user = slot.view().activePid();
        if (slot.activePid != 0 || user != 0 && user != pid) {
            throw SqlException.error(SqlState.OBJECT_IN_USE,
                    "replication slot \"" + slot.name + "\" is active for PID " + user);
        }
    }

    private static void letGo(PhysicalSlot slot) {
        if (slot.retention != null) {
            slot.retention.close();
            slot.retention = null;
        }
    }

    @Override
    public Slot advance(String name, Lsn to, int pid) {
        lock.lock();
        try {
            PhysicalSlot slot = idle(name, "advance", pid);
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
            saveIfMoved(slot);
            return slot.view();
        } finally {
            lock.unlock();
        }
    }

    /// Takes a slot for streaming, until [#release].
    ///
    /// @throws SqlException if there is none (42704) or somebody has it (55006)
    public Slot acquire(String name, int pid) {
        lock.lock();
        try {
            PhysicalSlot slot = known(name);
            checkFree(slot, pid);
            slot.activePid = pid;
            return slot.view();
        } finally {
            lock.unlock();
        }
    }

    /// Gives a slot back; its position is durable then, unless the disk is full.
    public void release(String name, int pid) {
        lock.lock();
        try {
            PhysicalSlot slot = slots.get(name);
            if (slot != null && slot.activePid == pid) {
                slot.activePid = 0;
                if (slot.isMoved()) {
                    trySave(slot);
                }
            }
        } finally {
            lock.unlock();
        }
    }

    /// Whoever streams from a slot has everything before `to`: it need not be kept for them, once
    /// [#save] has made that durable. Not beyond what is durable here.
    public void moved(String name, Lsn to) {
        PhysicalSlot slot = slots.get(name);
        if (slot != null && to.isValid()) {
            slot.move(Lsn.min(to, log.flushLsn()));
        }
    }

    /// The checkpointer's data files hold everything before `redo`, durably. Here and not by the next
    /// report of its stream: the log is about to give up what it can, and next does so a checkpoint later.
    private void checkpointed(Lsn redo) {
        moved(CHECKPOINTER, redo);
        save();
    }

    /// Whether a position was reported that is not durable.
    public boolean isUnsaved() {
        for (PhysicalSlot slot : slots.values()) {
            if (slot.isMoved()) {
                return true;
            }
        }
        return false;
    }

    /// Makes the positions durable that were reported, and lets go of the log before them.
    public void save() {
        for (PhysicalSlot slot : slots.values()) {
            if (slot.isMoved()) {
                lock.lock();
                try {
                    // It may have been dropped meanwhile: its file must not come back.
                    if (slots.get(slot.name) == slot) {
                        trySave(slot);
                    }
                } finally {
                    lock.unlock();
                }
            }
        }
    }

    /// No space is not a failure: the log is kept for longer, and the position saved later.
    private void trySave(PhysicalSlot slot) {
        try {
            saveIfMoved(slot);
            isOutOfSpace = false;
        } catch (SqlException e) {
            boolean isFull = e.state() == SqlState.DISK_FULL;
            if (isFull && !isOutOfSpace) {
                LOG.error("no space to save a replication slot; its log is kept slot={} problem={}", slot.name,
                        e.problem());
            }
            // Any other failure is the log's, and told by it.
            isOutOfSpace |= isFull;
        }
    }

    private void saveIfMoved(PhysicalSlot slot) {
        if (slot.isMoved()) {
            if (slot.isTemporary()) {
                slot.saved = slot.restart();
            } else {
                write(slot);
            }
            claim(slot, slot.saved);
        }
    }

    /// Writes the slot as it is now, durably.
    private void write(PhysicalSlot slot) {
        Lsn restart = slot.restart();
        diskCall(slot, () -> directory.write(new SlotFile(slot.name, restart)));
        slot.saved = restart;
    }

    @FunctionalInterface
    private interface DiskCall {
        void run() throws IOException;
    }

    private void diskCall(PhysicalSlot slot, DiskCall call) {
        try {
            call.run();
        } catch (NoSpaceException e) {
            throw SqlException.error(SqlState.DISK_FULL,
                    "could not save replication slot \"" + slot.name + "\": " + e.getMessage());
        } catch (IOException e) {
            // What the directory holds now is not known before a start has read it again.
            log.fail(e);
            throw SqlException.error(SqlState.IO_ERROR,
                    "could not save replication slot \"" + slot.name + "\": " + e.getMessage());
        }
    }

    @Override
    public void sessionEnded(int pid) {
        for (PhysicalSlot slot : slots.values()) {
            if (slot.ownerPid == pid && slots.remove(slot.name, slot)) {
                lock.lock();
                try {
                    letGo(slot);
                } finally {
                    lock.unlock();
                }
            }
        }
    }

    @Override
    public Optional<Slot> find(String name) {
        return Optional.ofNullable(slots.get(name)).map(PhysicalSlot::view);
    }

    @Override
    public List<Slot> list() {
        return slots.values().stream().map(PhysicalSlot::view).sorted(Comparator.comparing(Slot::name)).toList();
    }

    /// Saves what was reported; the claims end with the log.
    @Override
    public void close() {
        save();
    }
}
