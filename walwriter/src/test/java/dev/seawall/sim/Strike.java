package dev.seawall.sim;

import dev.seawall.wal.disk.DiskCall;
import dev.seawall.wal.disk.Fault;

/// What happens to an operation's disk call: the columns of a [PowerCutTable].
public enum Strike {
    CUT_BEFORE(new Fault.Cut(Fault.Phase.BEFORE)),
    CUT_DURING(new Fault.Cut(Fault.Phase.DURING)),
    CUT_AFTER(new Fault.Cut(Fault.Phase.AFTER)),
    /// The call fails (EIO); a sync loses pages and lies from then on.
    ERROR(new Fault.InputOutputError()),
    /// The device fails behind a buffered write that said OK.
    WRITE_BACK_ERROR(new Fault.WriteBackError());

    private final Fault fault;

    Strike(Fault fault) {
        this.fault = fault;
    }

    Fault fault() {
        return fault;
    }

    boolean canHit(DiskCall.Operation operation) {
        return this != WRITE_BACK_ERROR || operation == DiskCall.Operation.WRITE;
    }
}
