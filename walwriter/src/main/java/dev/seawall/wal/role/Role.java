package dev.seawall.wal.role;

import java.time.Duration;

/// A step machine: one daemon's work, cut into pieces that a thread or the simulator runs.
public interface Role {

    /// The thread's name, such as `wal-flusher`.
    String name();

    /// Whether [#step] would find something to do now. Cheap, and safe from any thread.
    boolean hasWork();

    /// Does one piece of work, or nothing when there is none. One thread at a time. Whatever is
    /// thrown ends the role for good.
    void step() throws Exception;

    /// How long the thread may sleep when there is no work before it looks again.
    Duration nap();

    /// Told once, when [#step] threw: latches the failure and wakes all who would wait in vain.
    void failed(Throwable cause);
}
