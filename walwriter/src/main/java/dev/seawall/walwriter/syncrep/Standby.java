package dev.seawall.walwriter.syncrep;

import dev.seawall.wal.Lsn;
import dev.seawall.walwriter.cluster.SyncCommits.Level;

/// Who streams, as far as commits may wait for it.
///
/// @param isStreaming it has caught up
/// @param flush       [Lsn#INVALID] if it doesn't say what it has for good: then nobody can wait for it
public record Standby(int pid, String applicationName, boolean isStreaming, Lsn write, Lsn flush, Lsn apply) {

    Lsn at(Level level) {
        return switch (level) {
            case WRITE -> write;
            case FLUSH -> flush;
            case APPLY -> apply;
        };
    }
}
