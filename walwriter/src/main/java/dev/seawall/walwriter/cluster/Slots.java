package dev.seawall.walwriter.cluster;

import dev.seawall.wal.Lsn;
import dev.seawall.wal.TimelineId;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// The replication slots: who follows the log under a name, and from where on it is kept for them.
///
/// What is said to have been done is durable, unless the slot is temporary. Errors are
/// [dev.seawall.walwriter.wire.SqlException]s with PostgreSQL's states and words. Thread-safe.
public interface Slots {

    /// Who follows by a slot.
    enum Kind {
        /// Takes the log as it is.
        PHYSICAL,
        /// Takes what is decoded from it.
        LOGICAL
    }

    /// How certain it is that a slot's log is there.
    enum WalStatus {
        /// It is, within `max_wal_size`.
        RESERVED,
        /// It is, though `max_wal_size` is exceeded: the slot keeps it.
        EXTENDED,
        /// It may go at the next checkpoint: the slot is behind `max_slot_wal_keep_size`.
        UNRESERVED,
        /// It is gone, or may be.
        LOST
    }

    /// A slot at one moment.
    ///
    /// @param activePid   session that streams from it; 0 if none does
    /// @param restart     log from here on is kept; [Lsn#INVALID] if nothing is reserved, or it was lost
    /// @param confirmed   what the client of a logical slot has for good; else [Lsn#INVALID]
    /// @param timeline    on which the client of a logical slot has that
    /// @param plugin      a logical slot's; else empty
    /// @param walStatus   null if nothing was ever reserved
    /// @param safeWalSize bytes that may yet be logged before its log is given up; null without such a limit
    record Slot(String name, Kind kind, boolean isTemporary, int activePid, Lsn restart, Lsn confirmed,
            TimelineId timeline, String plugin, @Nullable WalStatus walStatus, @Nullable Long safeWalSize) {

        /// Whether it was too far behind, and its log was given up.
        public boolean isLost() {
            return walStatus == WalStatus.LOST;
        }
    }

    /// @param ownerPid of a temporary slot, which ends with that session; 0 for one that stays
    /// @param reserve  whether log is kept from now on; else from the first time it is used
    Slot createPhysical(String name, boolean reserve, int ownerPid);

    /// @param plugin   what its client wants decoded log to look like
    /// @param ownerPid as above
    /// @return the slot, whose client is to be told what commits behind its confirmed position
    Slot createLogical(String name, String plugin, int ownerPid);

    /// @param pid session that asks: a temporary slot is in use by its own session, and free to it
    void drop(String name, int pid);

    /// Moves the position of a physical slot forward, not beyond what is durable.
    ///
    /// @param pid session that asks
    Slot advance(String name, Lsn to, int pid);

    Optional<Slot> find(String name);

    List<Slot> list();

    /// Drops the temporary slots of a session that has ended.
    void sessionEnded(int pid);
}
