package dev.seawall.wal.read;

import dev.seawall.wal.Lsn;
import dev.seawall.wal.PageLayout;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.jspecify.annotations.Nullable;

/// A long log read by all processors: cut into pieces, each stepped through by whichever thread is free, and what
/// it made of the records handed over in the log's order. A record belongs to the piece that it begins in.
///
/// What a thread found counts only if its first record follows the last one that counted. Wherever that is not so,
/// or a piece cannot be read by itself, the one who asks reads it, record by record: so the records are the same as
/// one reader's, and so is the place where they end.
///
/// One thread, and its own.
///
/// @param <T> what is made of a piece
public final class ParallelRead<T> implements AutoCloseable {

    /// Bytes from which on it is worth its threads.
    public static final long LONG_WAY = 32L << 20;

    /// Large enough that what is read twice, around its ends, is little; small enough to keep some in memory.
    private static final int PIECE_BYTES = 2 << 20;
    private static final int AHEAD_PER_THREAD = 2;
    /// More are not faster than the one who asks, and all that they have found is kept in memory.
    private static final int THREADS_MAX = 4;

    private final WalReader reader;
    private final PageLayout layout;
    private final Lsn limit;
    private final Digest<T> digest;
    private final Lsn first;

    private final List<WalReader> readers;
    private final BlockingQueue<WalReader> idle;
    private final ExecutorService threads;
    private volatile boolean isClosed;

    /// Pieces that are being read, one after another, and the number of the first.
    private final Deque<Future<@Nullable Found<T>>> ahead = new ArrayDeque<>();
    private long aheadFrom;

    // Up to where all records counted, and the last of them: invalid if it is not known.
    private Lsn end;
    private Lsn lastStart;
    private int lastTimeline;

    /// What is made of the records, by the threads that read them.
    public interface Digest<T> {

        /// For a piece's records; [#take] is told each of them, in order, by one thread.
        T begin();

        /// @param at has just stepped over the record
        void take(T piece, WalReader at);
    }

    /// Records that follow those of the piece before, one at least.
    ///
    /// @param lastStart where the last of them begins
    /// @param end       the byte behind it
    /// @param timeline  that of its last page, unsigned
    public record Piece<T>(T content, Lsn lastStart, Lsn end, int timeline) {}

    /// A piece as a thread finds it, which does not know what is in front of it.
    ///
    /// @param firstPrevious where its first record points back to
    /// @param firstTimeline that of the page it begins on, unsigned
    private record Found<T>(Piece<T> piece, Lsn firstStart, Lsn firstPrevious, int firstTimeline) {}

    /// Begins to read where the reader stands.
    ///
    /// @param reader the caller's, and used for nothing else before this is closed
    /// @param limit  the threads read nothing at or behind it; [Lsn#MAX] for a log that nobody writes
    /// @return empty if the log cannot be read by several threads, or there is one processor
    public static <T> Optional<ParallelRead<T>> begin(WalReader reader, PageLayout layout, Lsn limit,
            Digest<T> digest) {
        int processors = Runtime.getRuntime().availableProcessors();
        return processors == 1 ? Optional.empty()
                : begin(reader, layout, limit, digest, Math.min(processors, THREADS_MAX));
    }

    static <T> Optional<ParallelRead<T>> begin(WalReader reader, PageLayout layout, Lsn limit, Digest<T> digest,
            int count) {
        List<WalReader> readers = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            reader.another().ifPresent(readers::add);
        }
        return readers.isEmpty() ? Optional.empty()
                : Optional.of(new ParallelRead<>(reader, layout, limit, digest, readers));
    }

    private ParallelRead(WalReader reader, PageLayout layout, Lsn limit, Digest<T> digest, List<WalReader> readers) {
        this.reader = reader;
        this.layout = layout;
        this.limit = limit;
        this.digest = digest;
        this.readers = readers;
        this.idle = new ArrayBlockingQueue<>(readers.size(), false, readers);
        this.first = reader.position();
        this.end = first;
        this.lastStart = reader.previous();
        this.lastTimeline = reader.pageTimeline();
        this.aheadFrom = pieceOf(first);
        this.threads = Executors.newFixedThreadPool(readers.size(),
                Thread.ofPlatform().daemon().name("log-reader-", 0).factory());
    }

    private static long pieceOf(Lsn lsn) {
        return lsn.value() / PIECE_BYTES;
    }

    private static Lsn startOf(long piece) {
        return new Lsn(piece * PIECE_BYTES);
    }

    /// The records that come next.
    ///
    /// @return null if there is none that can be read, or all in front of the limit were: the reader, which stands
    ///         there now, will say why
    public @Nullable Piece<T> next() throws IOException {
        if (!end.isBefore(limit)) {
            stepBack();
            return null;
        }
        long number = pieceOf(end);
        Found<T> found = await(number);
        if (found == null || !follows(found)) {
            stepBack();
            found = stepThrough(reader, startOf(number + 1), true);
        }
        if (found == null) {
            return null;
        }
        Piece<T> piece = found.piece();
        end = piece.end();
        lastStart = piece.lastStart();
        lastTimeline = piece.timeline();
        return piece;
    }

    private boolean follows(Found<T> found) {
        return found.firstStart().equals(layout.startOf(end))
                && (!lastStart.isValid() || found.firstPrevious().equals(lastStart))
                && Integer.compareUnsigned(lastTimeline, found.firstTimeline()) <= 0;
    }

    /// Over the last record again: what comes must point back to it, and be of no older timeline.
    private void stepBack() throws IOException {
        if (!reader.position().equals(end)) {
            reader.seek(lastStart);
            if (reader.step() != null) {
                reader.seekBehind(lastStart, end);
            }
        }
    }

    /// @return null if it cannot be read by itself, or was handed over before
    private @Nullable Found<T> await(long number) {
        while (aheadFrom < number && !ahead.isEmpty()) {
            // A long record lies over it.
            ahead.remove().cancel(false);
            aheadFrom++;
        }
        if (number < aheadFrom) {
            return null;
        }
        aheadFrom = number;
        while (ahead.size() <= AHEAD_PER_THREAD * readers.size()) {
            long next = aheadFrom + ahead.size();
            ahead.add(threads.submit(() -> read(next)));
        }
        try {
            aheadFrom++;
            return ahead.remove().get();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return null;
        } catch (ExecutionException e) {
            // Who reads it now meets the same, and says so.
            return null;
        }
    }

    private @Nullable Found<T> read(long number) throws IOException, InterruptedException {
        WalReader own = idle.take();
        try {
            Lsn from = Lsn.max(first, startOf(number));
            Lsn to = startOf(number + 1);
            // Of the last record the next piece's first page may be enough: more is only read if it is not.
            own.limit(Lsn.min(limit, to.plus(PageLayout.PAGE_BYTES)));
            if (from.equals(first)) {
                own.seek(first);
            } else if (own.seekPage(from) != null) {
                return null;
            }
            return stepThrough(own, to, false);
        } finally {
            idle.add(own);
        }
    }

    /// @param isInTurn whether what is in front of it has been read: else the piece is for itself
    /// @return null if there is no record
    private @Nullable Found<T> stepThrough(WalReader by, Lsn to, boolean isInTurn) throws IOException {
        // Of the page that the first begins on: it may end on another.
        int timeline = by.pageTimeline();
        if (stepOr(by, isInTurn) != null || !isInTurn && !by.start().isBefore(to)) {
            return null;
        }
        Lsn firstStart = by.start();
        Lsn firstPrevious = by.inPlace().previous();
        int firstTimeline = timeline == 0 ? by.pageTimeline() : timeline;
        T content = digest.begin();
        digest.take(content, by);
        long lastOne = firstStart.value();
        long lastEnd = by.position().value();
        while (by.position().isBefore(to) && !isClosed) {
            // One that begins behind this piece stands on a page that says another was given up: for this piece by
            // itself nothing is to be told of it.
            if (stepOr(by, isInTurn) != null || !isInTurn && !by.start().isBefore(to)) {
                break;
            }
            digest.take(content, by);
            lastOne = by.start().value();
            lastEnd = by.position().value();
        }
        Piece<T> piece = new Piece<>(content, new Lsn(lastOne), new Lsn(lastEnd), by.pageTimeline());
        return new Found<>(piece, firstStart, firstPrevious, firstTimeline);
    }

    private ReadOutcome.@Nullable NoRecord stepOr(WalReader by, boolean isInTurn) throws IOException {
        ReadOutcome.NoRecord none = by.step();
        if (none == null || isInTurn || !none.isAtLimit()) {
            return none;
        }
        by.limit(limit);
        return by.step();
    }

    /// Ends the threads. The reader stands anywhere.
    @Override
    public void close() throws IOException {
        isClosed = true;
        threads.shutdownNow();
        threads.close();
        for (WalReader other : readers) {
            other.close();
        }
    }
}
