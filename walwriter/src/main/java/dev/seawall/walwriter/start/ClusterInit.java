package dev.seawall.walwriter.start;

import dev.seawall.wal.Lsn;
import dev.seawall.wal.PageLayout;
import dev.seawall.wal.disk.Disk;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;

/// Makes a new cluster's directory, so that a crash leaves either a cluster or something that is
/// recognized as none.
public final class ClusterInit {

    private ClusterInit() {}

    /// What a new cluster is given.
    ///
    /// @param systemId       any number but 0; [#systemId(Instant, long)] makes one
    /// @param startLsn       start of a segment, not of the first (LSN 0 means none)
    /// @param firstXid       64 bits, at least 3; where a real cluster's twin begins
    /// @param maxConnections bounds open transactions; a standby must not have less
    public record Options(long systemId, Lsn startLsn, long firstXid, PageLayout layout, int maxConnections) {

        public static final int MAX_CONNECTIONS_DEFAULT = 100;
    }

    /// PostgreSQL's convention: seconds in the high half, then microseconds and twelve bits of chance.
    public static long systemId(Instant now, long chance) {
        return now.getEpochSecond() << 32 | (long) (now.getNano() / 1_000) << 12 | chance & 0xFFF;
    }

    /// Creates a cluster in `directory`, which must not exist or be empty, but for `seawall.conf`.
    public static void create(Disk disk, Path directory, Options options, Instant now) throws IOException {
        throw new IllegalStateException("not written yet");
    }
}
