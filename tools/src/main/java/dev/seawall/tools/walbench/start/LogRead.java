package dev.seawall.tools.walbench.start;

import dev.seawall.wal.SegmentName;
import dev.seawall.wal.disk.Disk;
import dev.seawall.wal.disk.DiskFile;
import dev.seawall.wal.disk.OffHeap;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Set;

/// All segments of a log read past the page cache, one after another, and nothing done with what they hold: the
/// least that a start can take which has to know them.
final class LogRead {

    private static final int PIECE_BYTES = 1 << 20;

    private final Disk disk;
    private final Path log;

    LogRead(Disk disk, Path log) {
        this.disk = disk;
        this.log = log;
    }

    /// @param bytes    that there were
    /// @param duration of reading them
    record Done(long bytes, Duration duration) {}

    Done run() throws IOException {
        List<String> segments = disk.list(log).stream().filter(SegmentName::isSegmentName).sorted().toList();
        long bytes = 0;
        try (OffHeap memory = OffHeap.allocate(PIECE_BYTES)) {
            ByteBuffer piece = memory.view(0, PIECE_BYTES);
            long begin = System.nanoTime();
            for (String segment : segments) {
                try (DiskFile file = disk.open(log.resolve(segment), Set.of(Disk.Open.READ_ONLY, Disk.Open.DIRECT))) {
                    bytes += read(file, piece);
                }
            }
            return new Done(bytes, Duration.ofNanos(System.nanoTime() - begin));
        }
    }

    private static long read(DiskFile file, ByteBuffer piece) throws IOException {
        long at = 0;
        while (true) {
            int read = file.read(piece.clear(), at);
            at += read;
            if (read < PIECE_BYTES) {
                return at;
            }
        }
    }
}
