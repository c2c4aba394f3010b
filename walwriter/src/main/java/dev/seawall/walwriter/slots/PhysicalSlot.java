package dev.seawall.walwriter.slots;

import dev.seawall.wal.Lsn;
import dev.seawall.walwriter.Retention;
import dev.seawall.walwriter.cluster.Slots.Slot;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/// A slot in memory.
///
/// Its position runs ahead of the file's: reports come often, and none is worth a sync. The log's claim
/// follows the file.
final class PhysicalSlot {

    final String name;
    /// Session that a temporary slot ends with; 0 for one that stays.
    final int ownerPid;

    /// Only forward; 0 if nothing is reserved.
    private final AtomicLong restart;
    /// Who streams from it, or 0. Written under the slots' lock.
    volatile int activePid;

    // Guarded by the slots' lock.
    Lsn saved;
    @Nullable Retention retention;

    PhysicalSlot(String name, int ownerPid, Lsn restart) {
        this.name = name;
        this.ownerPid = ownerPid;
        this.restart = new AtomicLong(restart.value());
        this.saved = restart;
    }

    boolean isTemporary() {
        return ownerPid != 0;
    }

    Lsn restart() {
        return new Lsn(restart.get());
    }

    /// Moves the position forward in memory.
    void move(Lsn to) {
        restart.accumulateAndGet(to.value(), (a, b) -> Long.compareUnsigned(a, b) < 0 ? b : a);
    }

    boolean isMoved() {
        return restart.get() != saved.value();
    }

    Slot view() {
        return new Slot(name, isTemporary(), activePid != 0 ? activePid : ownerPid, restart());
    }
}
