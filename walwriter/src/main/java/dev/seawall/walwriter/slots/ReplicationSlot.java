package dev.seawall.walwriter.slots;

import dev.seawall.wal.Lsn;
import dev.seawall.wal.PageLayout;
import dev.seawall.wal.TimelineId;
import dev.seawall.walwriter.Retention;
import dev.seawall.walwriter.cluster.Slots.Kind;
import dev.seawall.walwriter.cluster.Slots.Slot;
import dev.seawall.walwriter.cluster.Slots.WalStatus;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/// A slot in memory.
///
/// Its position runs ahead of the file's: reports come often, and none is worth a sync. The log's claim
/// follows the file.
final class ReplicationSlot {

    /// Instead of a position: the log was given up under whoever streams, whose reports count no more.
    private static final long TAKEN_AWAY = Lsn.MAX.value();

    final String name;
    final Kind kind;
    /// Of a logical slot; else empty.
    final String plugin;
    /// Session that a temporary slot ends with; 0 for one that stays.
    final int ownerPid;

    /// Only forward; 0 if nothing is reserved.
    private final AtomicLong restart;
    /// What the client of a logical slot has for good, and on which timeline. Written in this order and read in
    /// the other, behind `restart`: so that whatever a file has is true, if of a moment ago.
    private volatile int timeline;
    private volatile long confirmed;
    /// Who streams from it, or 0. Written under the slots' lock.
    volatile int activePid;
    /// Where it was when it lost its log; [Lsn#INVALID] if it has it, or never had any. Written under the
    /// slots' lock.
    volatile Lsn lostAt;

    // Guarded by the slots' lock.
    SlotFile saved;
    @Nullable Retention retention;
    @Nullable Runnable onLost;

    ReplicationSlot(SlotFile file, int ownerPid) {
        this.name = file.name();
        this.kind = file.kind();
        this.plugin = file.plugin();
        this.ownerPid = ownerPid;
        this.restart = new AtomicLong(file.restart().value());
        this.timeline = file.timeline();
        this.confirmed = file.confirmed().value();
        this.lostAt = file.lostAt();
        this.saved = file;
    }

    boolean isTemporary() {
        return ownerPid != 0;
    }

    Lsn restart() {
        long now = restart.get();
        return now == TAKEN_AWAY ? Lsn.INVALID : new Lsn(now);
    }

    /// Moves the position forward in memory.
    void move(Lsn to) {
        restart.accumulateAndGet(to.value(), (a, b) -> Long.compareUnsigned(a, b) < 0 ? b : a);
    }

    /// A logical slot's client has more for good; only whoever uses the slot calls this.
    ///
    /// @return whether that is news
    boolean confirm(Lsn to, TimelineId on) {
        if (!to.isAfter(new Lsn(confirmed))) {
            return false;
        }
        timeline = on.value();
        confirmed = to.value();
        return true;
    }

    /// Gives its log up. Not if it has moved meanwhile.
    boolean lose(Lsn at) {
        boolean isLost = restart.compareAndSet(at.value(), activePid == 0 ? 0 : TAKEN_AWAY);
        if (isLost) {
            lostAt = at;
        }
        return isLost;
    }

    /// Whoever streams from now on may report again: a physical slot that lost its log is of use from there on.
    void use(int pid, Runnable whenLost) {
        restart.compareAndSet(TAKEN_AWAY, 0);
        activePid = pid;
        onLost = whenLost;
    }

    /// What its file should have.
    SlotFile file() {
        Lsn now = restart();
        Lsn has = new Lsn(confirmed);
        return new SlotFile(name, kind, now, has, timeline, now.isValid() ? Lsn.INVALID : lostAt, plugin);
    }

    boolean isMoved() {
        return !file().equals(saved);
    }

    Slot view(SlotLimit limit, Lsn end, PageLayout layout) {
        Lsn from = restart();
        WalStatus status = from.isValid() ? limit.status(from, end, layout) : lostAt.isValid() ? WalStatus.LOST : null;
        return new Slot(name, kind, isTemporary(), user(), from, new Lsn(confirmed),
                new TimelineId(Math.max(1, timeline)), plugin, status,
                from.isValid() ? limit.safeBytes(from, end, layout) : null);
    }

    /// Whom it belongs to now; 0: nobody.
    int user() {
        return activePid != 0 ? activePid : ownerPid;
    }
}
