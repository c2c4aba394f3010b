package dev.seawall.walwriter;

import dev.seawall.wal.role.World;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.BooleanSupplier;

/// Where appenders wait for something other than durability: segments, room for insertions, redo.
final class Gate {

    private final World world;
    private final ConcurrentLinkedQueue<Thread> waiting = new ConcurrentLinkedQueue<>();

    Gate(World world) {
        this.world = world;
    }

    /// Waits until the condition holds. Whoever may make it true calls [#open] afterwards.
    void await(BooleanSupplier condition) {
        Thread self = Thread.currentThread();
        // Entered before the condition is looked at, so an opening in between is not missed.
        waiting.add(self);
        try {
            world.park(condition);
        } finally {
            waiting.remove(self);
        }
    }

    /// Lets those who wait look again.
    void open() {
        if (waiting.isEmpty()) {
            return;
        }
        for (Thread thread : waiting) {
            world.unpark(thread);
        }
    }
}
