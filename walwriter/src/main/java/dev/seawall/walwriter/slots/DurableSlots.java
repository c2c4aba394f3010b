package dev.seawall.walwriter.slots;

import dev.seawall.wal.Lsn;
import dev.seawall.wal.disk.NoSpaceException;
import dev.seawall.walwriter.DurableLog;
import dev.seawall.walwriter.wire.SqlException;
import dev.seawall.walwriter.wire.SqlState;
import java.io.IOException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// What makes slots durable, and moves their claims on the log.
///
/// Order of every change: what keeps more log is claimed before it is durable, what keeps less is durable
/// before the claim goes. A failure to write other than for want of space is the log's: nobody knows what
/// the files hold then. Called under the slots' lock.
final class DurableSlots {

    private static final Logger LOG = LoggerFactory.getLogger(DurableSlots.class);

    private final SlotDirectory directory;
    private final DurableLog log;
    private boolean isOutOfSpace;

    DurableSlots(SlotDirectory directory, DurableLog log) {
        this.directory = directory;
        this.log = log;
    }

    /// Claims the log from `from` on, or moves the claim there.
    void claim(ReplicationSlot slot, Lsn from) {
        if (!from.isValid()) {
            return;
        }
        if (slot.retention == null) {
            slot.retention = log.retain("replication slot " + slot.name, from);
        } else {
            slot.retention.advance(from);
        }
    }

    void letGo(ReplicationSlot slot) {
        if (slot.retention != null) {
            slot.retention.close();
            slot.retention = null;
        }
    }

    /// Claims the log from the last checkpoint's redo point on: the oldest place that is certainly there.
    void reserve(ReplicationSlot slot) {
        Lsn from;
        do {
            from = log.redoPoint();
            slot.move(from);
            claim(slot, from);
            // A checkpoint that came between may not have seen the claim, and have let go of more.
        } while (!from.equals(log.redoPoint()));
        slot.saved = slot.file();
    }

    /// Writes a slot that is new, if it is to stay.
    void create(ReplicationSlot slot) {
        if (!slot.isTemporary()) {
            try {
                write(slot);
            } catch (SqlException e) {
                letGo(slot);
                throw e;
            }
        }
    }

    void delete(ReplicationSlot slot) {
        if (!slot.isTemporary()) {
            diskCall(slot, () -> directory.delete(slot.name));
        }
    }

    /// No space is not a failure: the log is kept for longer, and the slot saved later.
    void trySave(ReplicationSlot slot) {
        try {
            saveIfMoved(slot);
            isOutOfSpace = false;
        } catch (SqlException e) {
            boolean isFull = e.state() == SqlState.DISK_FULL;
            if (isFull && !isOutOfSpace) {
                LOG.error("no space to save a replication slot; it is saved later slot={} problem={}", slot.name,
                        e.problem());
            }
            // Any other failure is the log's, and told by it.
            isOutOfSpace |= isFull;
        }
    }

    void saveIfMoved(ReplicationSlot slot) {
        if (slot.isMoved()) {
            if (slot.isTemporary()) {
                slot.saved = slot.file();
            } else {
                write(slot);
            }
            claim(slot, slot.saved.restart());
        }
    }

    /// Writes the slot as it is now, durably.
    private void write(ReplicationSlot slot) {
        SlotFile file = slot.file();
        diskCall(slot, () -> directory.write(file));
        slot.saved = file;
    }

    @FunctionalInterface
    private interface DiskCall {
        void run() throws IOException;
    }

    private void diskCall(ReplicationSlot slot, DiskCall call) {
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
}
