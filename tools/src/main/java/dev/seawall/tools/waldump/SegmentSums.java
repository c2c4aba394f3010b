package dev.seawall.tools.waldump;

import dev.seawall.tools.waldump.text.RecordStatistics;
import dev.seawall.wal.Lsn;
import dev.seawall.wal.PageLayout;
import dev.seawall.wal.SegmentNumber;
import dev.seawall.wal.read.ReadOutcome;
import dev.seawall.wal.read.WalReader;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.BooleanSupplier;

/// Sums up the records of a log by all processors, a segment each: a record belongs to the segment it begins in.
///
/// Only what is beyond doubt counts: good records up to the first bad place, each segment's first being the one that
/// follows the last of the segment before. What is behind, or why there is nothing, is left for one who reads record
/// by record and says what it is.
final class SegmentSums {

    private final DumpRange range;
    private final PageLayout layout;
    private final RecordFilter filter;
    private final Lsn first;
    private final BooleanSupplier isStopped;

    private final Map<Long, Part> parts = new ConcurrentHashMap<>();
    private final AtomicLong nextSegment;
    /// The first segment that is of no use, nor any behind it.
    private final AtomicLong endSegment = new AtomicLong(Long.MAX_VALUE);

    /// What a segment has.
    ///
    /// @param firstStart    of the first record that begins in it or behind it
    /// @param firstPrevious what that points back to
    /// @param lastStart     of the last that begins in it; [Lsn#INVALID] if none does
    /// @param end           the byte after that
    private record Part(
            RecordStatistics sums, Lsn firstStart, Lsn firstPrevious, int firstTimeline, Lsn lastStart, Lsn end,
            int lastTimeline) {}

    /// @param first the range's first record
    SegmentSums(DumpRange range, RecordFilter filter, Lsn first, BooleanSupplier isStopped) {
        this.range = range;
        this.layout = range.directory().layout();
        this.filter = filter;
        this.first = first;
        this.isStopped = isStopped;
        this.nextSegment = new AtomicLong(layout.segmentOf(first).value());
    }

    /// @return start of the last record that counts; [Lsn#INVALID] if none does
    Lsn addTo(RecordStatistics statistics) {
        List<Thread> others = new ArrayList<>();
        for (int i = 1; i < Runtime.getRuntime().availableProcessors(); i++) {
            others.add(Thread.ofPlatform().daemon().start(this::sumUp));
        }
        sumUp();
        for (Thread other : others) {
            join(other);
        }
        Part last = null;
        long number = layout.segmentOf(first).value();
        for (Part part = parts.get(number); part != null; part = parts.get(++number)) {
            if (!part.lastStart().isValid()) {
                if (last == null || last.end().isBefore(layout.startOf(new SegmentNumber(number + 1)))) {
                    break;
                }
                continue;
            }
            if (last != null && !follows(part, last)) {
                break;
            }
            statistics.add(part.sums());
            last = part;
        }
        return last == null ? Lsn.INVALID : last.lastStart();
    }

    private boolean follows(Part part, Part last) {
        return part.firstStart().equals(layout.startOf(last.end())) && part.firstPrevious().equals(last.lastStart())
                && Integer.compareUnsigned(last.lastTimeline(), part.firstTimeline()) <= 0;
    }

    private static void join(Thread thread) {
        try {
            thread.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void sumUp() {
        try (SegmentBytes bytes = new SegmentBytes(range.directory(), range.timeline())) {
            WalReader reader = range.reader(bytes);
            long number = nextSegment.getAndIncrement();
            while (number < endSegment.get() && !isStopped.getAsBoolean()) {
                if (!sumUp(number, reader)) {
                    endSegment.accumulateAndGet(number, Math::min);
                }
                number = nextSegment.getAndIncrement();
            }
        } catch (IOException | RuntimeException e) {
            // Whoever reads on meets the same, and says so.
            endSegment.set(0);
        }
    }

    /// @return false if the segment was not read to its end
    private boolean sumUp(long number, WalReader reader) throws IOException {
        Lsn start = layout.startOf(new SegmentNumber(number));
        Lsn end = layout.startOf(new SegmentNumber(number + 1));
        if (first.isAtLeast(start)) {
            reader.seek(first);
        } else if (reader.findFirst(start) instanceof ReadOutcome.NoRecord) {
            return false;
        }
        RecordStatistics sums = new RecordStatistics(first, range.directory().version());
        Lsn firstStart = reader.position();
        Lsn firstPrevious = Lsn.INVALID;
        int firstTimeline = 0;
        Lsn lastStart = Lsn.INVALID;
        boolean isWhole = true;
        while (reader.position().isBefore(end)) {
            if (isStopped.getAsBoolean() || reader.step() != null) {
                isWhole = false;
                break;
            }
            if (!lastStart.isValid()) {
                firstStart = reader.start();
                firstPrevious = reader.inPlace().previous();
                firstTimeline = reader.timeline().value();
            }
            lastStart = reader.start();
            if (filter.takes(reader.inPlace())) {
                sums.add(reader.inPlace(), reader.position());
            }
        }
        int lastTimeline = lastStart.isValid() ? reader.timeline().value() : 0;
        parts.put(number, new Part(sums, firstStart, firstPrevious, firstTimeline, lastStart, reader.position(),
                lastTimeline));
        return isWhole;
    }
}
