package dev.seawall.peers;

import java.io.IOException;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/// One record on its way to a log that calls back: the least that a caller can wait for. One thread waits.
class Acknowledgement {

    private final Thread waiter = Thread.currentThread();
    private volatile @Nullable String outcome;

    private static final String DURABLE = "";

    /// @param problem empty: it is durable
    final void complete(String problem) {
        outcome = problem;
        LockSupport.unpark(waiter);
    }

    final boolean isDone() {
        return outcome != null;
    }

    /// @throws IOException if it failed
    final void await() throws IOException {
        String what = outcome;
        while (what == null) {
            LockSupport.park(this);
            what = outcome;
        }
        if (!what.equals(DURABLE)) {
            throw new IOException(what);
        }
    }
}
