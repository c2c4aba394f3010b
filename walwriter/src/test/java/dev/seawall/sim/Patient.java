package dev.seawall.sim;

import dev.seawall.wal.disk.Disk;
import dev.seawall.wal.disk.SimulatedDisk;

/// An operation of the product that a [PowerCutTable] cuts short at each of its disk calls.
public interface Patient {

    /// As the table's first column shows it.
    String name();

    /// The disk that every life begins with; asked for once.
    SimulatedDisk image(long seed) throws Exception;

    /// A new life, which knows what it promised to whom.
    Life life(long seed);

    /// What one cluster goes through. Between two calls the machine or the process has died; nothing
    /// that was made in one call may be used in the next but what is remembered of promises.
    interface Life {

        /// Does the operation, once or for a while. The power may go at any call; errors of the disk
        /// come as what the product makes of them.
        void operate(Disk disk, SimulatedWorld world) throws Exception;

        /// Starts anew, and checks that all promises were kept: with an [AssertionError] if not. What
        /// it showed is a promise too from then on. It may be cut short itself.
        void recover(Disk disk, SimulatedWorld world) throws Exception;
    }
}
