package dev.seawall.tools.waldump;

import dev.seawall.tools.waldump.text.RecordJson;
import dev.seawall.tools.waldump.text.RecordLines;
import dev.seawall.tools.waldump.text.RecordStatistics;
import dev.seawall.tools.waldump.text.TextOutput;
import dev.seawall.wal.Lsn;
import dev.seawall.wal.read.ParallelRead;
import dev.seawall.wal.read.ReadOutcome;
import dev.seawall.wal.read.WalReader;
import dev.seawall.wal.record.WalRecord;
import dev.seawall.wal.role.SystemWorld;
import dev.seawall.wal.role.World;
import java.io.IOException;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/// One run over the log: reads, filters, shows.
final class DumpRun {

    private static final long SECOND = 1_000_000_000;
    private static final int TRIES_FOR_FILE = 10;

    /// What is shown.
    enum Format { LINES, DETAILED_LINES, JSON, STATISTICS, STATISTICS_BY_KIND, NOTHING }

    private final DumpRange range;
    private final RecordFilter filter;
    private final Format format;
    private final boolean isFollowing;
    private final int stopAfter;
    private final TextOutput out;
    private final World world = new SystemWorld();
    private volatile boolean isStopped;
    // Of the last record read: what messages about the next one name.
    private Lsn lastStart = Lsn.INVALID;

    DumpRun(DumpRange range, RecordFilter filter, Format format, boolean isFollowing, int stopAfter,
            TextOutput out) {
        this.range = range;
        this.filter = filter;
        this.format = format;
        this.isFollowing = isFollowing;
        this.stopAfter = stopAfter;
        this.out = out;
    }

    /// @return the exit code
    int run() {
        CountDownLatch done = new CountDownLatch(1);
        if (isFollowing || isSummingUp()) {
            // Ctrl-C ends the reading, not the command: what was summed up so far is shown.
            Runtime.getRuntime().addShutdownHook(new Thread(() -> stopAndAwait(done)));
        }
        try (SegmentBytes bytes = new SegmentBytes(range.directory(), range.timeline())) {
            dump(range.reader(bytes), bytes);
            return 0;
        } catch (IOException e) {
            throw FatalException.of(String.valueOf(e.getMessage()));
        } finally {
            out.flush();
            done.countDown();
        }
    }

    private boolean isSummingUp() {
        return format == Format.STATISTICS || format == Format.STATISTICS_BY_KIND;
    }

    private void stopAndAwait(CountDownLatch done) {
        isStopped = true;
        try {
            done.await(2, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void dump(WalReader reader, SegmentBytes bytes) throws IOException {
        Lsn first = switch (reader.findFirst(range.start())) {
            case ReadOutcome.Complete(WalRecord record, _) -> record.start();
            case ReadOutcome.NoRecord _ -> throw FatalException.of(bytes.failure() != null
                    ? bytes.failure() : "could not find a valid record after " + range.start());
        };
        if (!first.equals(range.start())
                && range.directory().layout().offsetInSegment(range.start()) != 0) {
            long skipped = first.minus(range.start());
            out.put("first record is after " + range.start() + ", at " + first + ", skipping over " + skipped
                    + (skipped == 1 ? " byte" : " bytes")).endLine();
        }
        RecordStatistics statistics = new RecordStatistics(first, range.directory().version());
        if (isSummingUp() && !isFollowing && stopAfter == 0) {
            sumUp(reader, statistics);
        }
        ReadOutcome.NoRecord end = readAll(reader, bytes, statistics);
        if (isSummingUp()) {
            statistics.show(out, format == Format.STATISTICS_BY_KIND);
        }
        if (end != null && !end.isAtLimit() && !isStopped) {
            throw FatalException.of("error in WAL record at " + lastStart + ": " + end.reason());
        }
    }

    /// By all processors; the reader is left where the records end.
    private void sumUp(WalReader reader, RecordStatistics statistics) throws IOException {
        Optional<ParallelRead<RecordStatistics>> begun = ParallelRead.begin(reader, range.directory().layout(),
                range.end().isValid() ? range.end() : Lsn.MAX, new StatisticsOfPiece(filter, range));
        if (begun.isEmpty()) {
            return;
        }
        try (ParallelRead<RecordStatistics> pieces = begun.get()) {
            ParallelRead.Piece<RecordStatistics> piece = pieces.next();
            while (piece != null && !isStopped) {
                statistics.add(piece.content());
                lastStart = piece.lastStart();
                piece = pieces.next();
            }
        }
    }

    /// @return why there was no further record; null if enough were shown
    private ReadOutcome.@Nullable NoRecord readAll(
            WalReader reader, SegmentBytes bytes, RecordStatistics statistics) throws IOException {
        RecordLines lines = new RecordLines(out, format == Format.DETAILED_LINES, range.directory().version());
        RecordJson json = new RecordJson(out, range.directory().version());
        long shown = 0;
        int triesForFile = 0;
        while (!isStopped) {
            ReadOutcome.NoRecord none = reader.step();
            if (none != null) {
                boolean isFileMissing = bytes.failure() != null;
                if (isFileMissing && (!isFollowing || ++triesForFile > TRIES_FOR_FILE)) {
                    throw FatalException.of(bytes.failure());
                }
                if (!isFollowing || none.isAtLimit()) {
                    return none;
                }
                out.flush();
                world.park(() -> isStopped, isFileMissing ? SECOND / 2 : SECOND);
                continue;
            }
            triesForFile = 0;
            lastStart = reader.start();
            if (!filter.takes(reader.inPlace())) {
                continue;
            }
            switch (format) {
                case LINES, DETAILED_LINES -> lines.show(reader.record());
                case JSON -> json.show(reader.record());
                case STATISTICS, STATISTICS_BY_KIND -> statistics.add(reader.inPlace(), reader.position());
                case NOTHING -> { }
            }
            if (++shown == stopAfter) {
                return null;
            }
        }
        return null;
    }
}
