package dev.seawall.walwriter.standby;

import dev.seawall.wal.disk.Disk;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/// `standby.signal`, an empty file in a cluster's directory: it is a standby, until it is promoted.
public final class StandbySignal {

    public static final String NAME = "standby.signal";

    /// What goes with a promotion.
    static final List<String> ALL = List.of(NAME, "recovery.signal", "backup_label");

    private StandbySignal() {}

    public static boolean isThere(Disk disk, Path directory) throws IOException {
        return disk.exists(directory.resolve(NAME));
    }
}
