package dev.seawall.walwriter.subscription;

import dev.seawall.wal.Lsn;
import dev.seawall.walwriter.logical.LogicalDecoder;
import dev.seawall.walwriter.slots.ReplicationSlots;
import java.io.IOException;
import java.util.concurrent.locks.ReentrantLock;

/// A logical slot in use: decodes from where it is, and moves it on as its client confirms.
///
/// One thread decodes; any may confirm.
public final class SlotDecoder implements AutoCloseable {

    private final ReplicationSlots slots;
    private final String slot;
    private final int pid;
    private final LogicalDecoder decoder;
    private final boolean isBinary;
    private final ReentrantLock lock = new ReentrantLock();
    // Guarded by lock.
    private boolean isClosed;

    SlotDecoder(ReplicationSlots slots, String slot, int pid, LogicalDecoder decoder, boolean isBinary) {
        this.slots = slots;
        this.slot = slot;
        this.pid = pid;
        this.decoder = decoder;
        this.isBinary = isBinary;
    }

    /// Whether what is written is not said to be text.
    public boolean isBinary() {
        return isBinary;
    }

    /// Whether there is more to decode, and nothing keeps it from being decoded now.
    public boolean hasWork() {
        return !decoder.isStopped() && decoder.hasWork();
    }

    /// Decodes some records.
    ///
    /// @throws IOException whatever the reason: what the receiver threw, a disk's failure, damaged log
    public void step() throws IOException {
        decoder.step();
    }

    /// All before this was decoded, and what committed in it was told.
    public Lsn position() {
        return decoder.position();
    }

    /// The client has all that committed before `to`. Durable when the slots are next saved.
    public void confirm(Lsn to) {
        lock.lock();
        try {
            // A late word: the slot may be another's by now.
            if (!isClosed && slots.confirmed(slot, to, decoder.restartFor(to))) {
                decoder.confirmed(to);
            }
        } finally {
            lock.unlock();
        }
    }

    /// Gives the slot back.
    @Override
    public void close() throws IOException {
        lock.lock();
        isClosed = true;
        lock.unlock();
        try {
            decoder.close();
        } finally {
            slots.release(slot, pid);
        }
    }
}
