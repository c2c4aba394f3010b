package dev.seawall.walwriter.start;

import dev.seawall.wal.disk.Disk;
import java.io.IOException;
import java.nio.file.Path;

/// The start after a crash or a clean stop.
public final class LogStart {

    private LogStart() {}

    /// Locks the directory, finds the log's end and erases what is stale behind it.
    ///
    /// @throws DirectoryLock.InUseException if another writer has the directory
    /// @throws dev.seawall.wal.WalCorruptException if something that was durable is not there now
    public static StartedLog start(Disk disk, Path directory) throws IOException {
        throw new IllegalStateException("not written yet");
    }
}
