package dev.seawall.walwriter;

import dev.seawall.wal.Lsn;

/// A claim on the log from a position on: nothing from there is removed while it is open.
public interface Retention extends AutoCloseable {

    /// Gives up what lies before `from`; never goes back.
    void advance(Lsn from);

    @Override
    void close();
}
