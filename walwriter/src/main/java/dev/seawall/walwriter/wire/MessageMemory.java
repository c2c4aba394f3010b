package dev.seawall.walwriter.wire;

import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;

/// The heap that all connections' large messages may take together: one client's must not end the
/// process for everybody.
///
/// Whoever finds none free waits a while, and is then refused. Thread-safe.
public final class MessageMemory {

    /// A message is a buffer first, then a string or bytes of it, then a record.
    private static final int COPIES = 4;
    private static final int UNIT = 64 << 10;
    private static final long PATIENCE_SECONDS = 10;

    private final int units;
    private final Semaphore free;

    /// @param heapBytes for messages and what is made of them
    public MessageMemory(long heapBytes) {
        units = (int) Math.max(1, Math.min(Integer.MAX_VALUE, heapBytes / UNIT));
        // Fair: a large message must get its turn between small ones.
        free = new Semaphore(units, true);
    }

    /// Takes room for a message of so many bytes.
    ///
    /// @return what to give back
    /// @throws SqlException 53200 if there is none for this one, ever or for a while
    int take(int bytes) {
        long wanted = ((long) bytes * COPIES + UNIT - 1) / UNIT;
        if (wanted > units) {
            throw SqlException.fatal(SqlState.OUT_OF_MEMORY, "out of memory: a message of " + bytes
                    + " bytes needs more than the " + (long) units * UNIT / COPIES
                    + " that there is for one\nHINT: Give the walwriter a larger heap, or send less at once.");
        }
        try {
            if (free.tryAcquire((int) wanted, PATIENCE_SECONDS, TimeUnit.SECONDS)) {
                return (int) wanted;
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        throw SqlException.fatal(SqlState.OUT_OF_MEMORY, "out of memory: other connections' large messages take it all");
    }

    void giveBack(int taken) {
        free.release(taken);
    }
}
