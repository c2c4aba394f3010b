package dev.seawall.wal.disk;

/// The simulated machine is dead: thrown by every call of a [SimulatedDisk] from the cut until its
/// restart. An Error, so that no product code takes it for a disk's refusal and goes on.
public final class PowerCut extends Error {

    private static final long serialVersionUID = 1L;

    PowerCut(String where) {
        super(where);
    }
}
