package dev.seawall.walwriter.link;

import dev.seawall.walwriter.start.StartedLog;
import dev.seawall.walwriter.start.UnattachedEnd;
import java.nio.file.Path;

/// What the log was opened with, for those who follow it from here.
///
/// @param nextXid    64 bits, from near the log's end: it tells the epoch
/// @param unattached what `base/` must not be ahead of
public record LinkOrigin(Path walDirectory, long nextXid, UnattachedEnd unattached) {

    public static LinkOrigin of(StartedLog started, UnattachedEnd unattached) {
        return new LinkOrigin(started.walDirectory(), started.nextXid(), unattached);
    }
}
