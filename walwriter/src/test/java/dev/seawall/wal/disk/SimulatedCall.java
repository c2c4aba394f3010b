package dev.seawall.wal.disk;

import java.io.IOException;
import org.jspecify.annotations.Nullable;

/// A call to a [SimulatedDisk] under way, and the fault that has struck it, if any.
final class SimulatedCall {

    private final SimulatedDisk disk;
    private final DiskCall call;
    private final @Nullable Fault fault;
    private boolean isCutAtEnd;

    SimulatedCall(SimulatedDisk disk, DiskCall call, @Nullable Fault fault) {
        this.disk = disk;
        this.call = call;
        this.fault = fault;
        this.isCutAtEnd = fault instanceof Fault.Cut;
    }

    boolean isCut() {
        return fault instanceof Fault.Cut;
    }

    /// Whether it goes wrong half-way.
    boolean isPartial() {
        return switch (fault) {
            case null -> false;
            case Fault.Cut(var phase) -> phase == Fault.Phase.DURING;
            case Fault.InputOutputError _, Fault.NoSpace _ -> true;
            case Fault.WriteBackError _, Fault.LostWrite _, Fault.MisdirectedWrite _ -> false;
        };
    }

    boolean isWrittenBackInVain() {
        return fault instanceof Fault.WriteBackError;
    }

    boolean isLost() {
        return fault instanceof Fault.LostWrite;
    }

    boolean isMisdirected() {
        return fault instanceof Fault.MisdirectedWrite;
    }

    long misdirection() {
        return fault instanceof Fault.MisdirectedWrite(long distance) ? distance : 0;
    }

    /// Ends here, if it goes wrong half-way.
    void fail() throws IOException {
        if (!isPartial()) {
            return;
        }
        if (isCut()) {
            throw disk.cut("during " + call);
        }
        if (fault instanceof Fault.NoSpace) {
            throw new NoSpaceException(call + ": simulated disk is full");
        }
        throw new IOException(call + ": simulated input/output error");
    }

    /// As [#fail] for what has no half: when the power goes during it, it has happened or not.
    void failHalfTheTime() throws IOException {
        if (!isCut() || disk.random().nextBoolean()) {
            fail();
        }
    }

    /// For calls that change nothing: there is no telling a cut before from one after.
    void failWithInputOutputError() throws IOException {
        end();
        fail();
    }

    void end() {
        if (isCutAtEnd) {
            throw disk.cut("after " + call);
        }
    }
}
