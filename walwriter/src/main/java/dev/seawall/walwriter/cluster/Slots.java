package dev.seawall.walwriter.cluster;

import dev.seawall.wal.Lsn;
import java.util.List;
import java.util.Optional;

/// The replication slots: who follows the log under a name, and from where on it is kept for them.
///
/// What is said to have been done is durable, unless the slot is temporary. Errors are
/// [dev.seawall.walwriter.wire.SqlException]s with PostgreSQL's states and words. Thread-safe.
public interface Slots {

    /// A slot at one moment.
    ///
    /// @param activePid session that streams from it; 0 if none does
    /// @param restart   log from here on is kept; [Lsn#INVALID] if nothing is reserved
    record Slot(String name, boolean isTemporary, int activePid, Lsn restart) {}

    /// @param ownerPid of a temporary slot, which ends with that session; 0 for one that stays
    /// @param reserve  whether log is kept from now on; else from the first time it is used
    Slot createPhysical(String name, boolean reserve, int ownerPid);

    /// @param pid session that asks: a temporary slot is in use by its own session, and free to it
    void drop(String name, int pid);

    /// Moves the position forward, not beyond what is durable.
    ///
    /// @param pid session that asks
    Slot advance(String name, Lsn to, int pid);

    Optional<Slot> find(String name);

    List<Slot> list();

    /// Drops the temporary slots of a session that has ended.
    void sessionEnded(int pid);
}
