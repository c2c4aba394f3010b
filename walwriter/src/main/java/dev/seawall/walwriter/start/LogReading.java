package dev.seawall.walwriter.start;

import dev.seawall.wal.Checkpoint;
import dev.seawall.wal.Lsn;
import dev.seawall.wal.PageLayout;
import dev.seawall.wal.read.ParallelRead;
import dev.seawall.wal.read.ReadOutcome;
import dev.seawall.wal.read.WalReader;
import dev.seawall.wal.read.Watermarks;
import java.io.IOException;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Reads the log that a writer goes on with, from a checkpoint's redo point to where no valid record stands: a
/// long one by all processors.
///
/// @param length of the segments that there are to read, at most
record LogReading(PageLayout layout, Checkpoint checkpoint, long length) {

    private static final Logger LOG = LoggerFactory.getLogger(LogReading.class);

    private static final long SOME_BYTES = 2 << 20;

    /// A piece of the log, gathered by itself.
    private record ScanOfPiece(Checkpoint checkpoint) implements ParallelRead.Digest<LogScan> {

        @Override
        public LogScan begin() {
            return new LogScan(checkpoint, new Watermarks());
        }

        @Override
        public void take(LogScan piece, WalReader at) {
            piece.see(at);
        }
    }

    /// @return why reading stopped
    ReadOutcome.NoRecord readOn(WalReader reader, LogScan scan) throws IOException {
        LOG.info("reading the log from={}", reader.position());
        // Most of those segments may be prepared ones: first whether there is a log that goes on.
        ReadOutcome.NoRecord none = readTo(reader.position().plus(SOME_BYTES), reader, scan);
        if (none == null && length > ParallelRead.LONG_WAY) {
            readPieces(reader, scan);
        }
        while (none == null) {
            none = readTo(Lsn.MAX, reader, scan);
        }
        LOG.info("log read end={} reason=\"{}\"", reader.position(), none.reason());
        return none;
    }

    private static ReadOutcome.@Nullable NoRecord readTo(Lsn to, WalReader reader, LogScan scan) throws IOException {
        while (reader.position().isBefore(to)) {
            ReadOutcome.NoRecord none = reader.step();
            if (none != null) {
                return none;
            }
            scan.see(reader);
        }
        return null;
    }

    private void readPieces(WalReader reader, LogScan scan) throws IOException {
        Optional<ParallelRead<LogScan>> begun =
                ParallelRead.begin(reader, layout, Lsn.MAX, new ScanOfPiece(checkpoint));
        if (begun.isEmpty()) {
            return;
        }
        try (ParallelRead<LogScan> pieces = begun.get()) {
            ParallelRead.Piece<LogScan> piece = pieces.next();
            while (piece != null) {
                scan.add(piece.content());
                piece = pieces.next();
            }
        }
    }
}
