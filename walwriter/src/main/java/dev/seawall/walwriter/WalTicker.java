package dev.seawall.walwriter;

import dev.seawall.wal.Lsn;
import dev.seawall.wal.PageLayout;
import dev.seawall.wal.SegmentNumber;
import dev.seawall.wal.record.body.Watermark;
import dev.seawall.wal.disk.NoSpaceException;
import dev.seawall.wal.role.Role;
import dev.seawall.wal.role.World;
import dev.seawall.walwriter.segments.ArchiveStatus;
import dev.seawall.walwriter.segments.SegmentDirectory;
import dev.seawall.walwriter.start.ControlStore;
import dev.seawall.walwriter.start.LowWaterMark;
import java.io.IOException;
import java.time.Duration;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// What the log does by itself now and then: leaves evidence of what was durable, flushes what
/// nobody waits for, and hands complete segments to the archiver.
///
/// A watermark is logged every 100 ms or 1 MiB while something is durable that no watermark speaks
/// of; the last of them when the log goes idle. Each segment that the log has left behind raises
/// the low-water mark in the control file and, with archiving, gets its `.ready`.
final class WalTicker implements Role {

    static final Duration INTERVAL = Duration.ofMillis(100);
    static final long WATERMARK_BYTES = 1 << 20;
    private static final Duration RETRY = Duration.ofSeconds(1);
    private static final Logger LOG = LoggerFactory.getLogger(WalTicker.class);

    private final World world;
    private final SegmentDirectory directory;
    private final ArchiveStatus archiveStatus;
    private final ControlStore control;
    private final boolean isArchiving;
    private final Appender appender;
    private final InsertPosition position;
    private final FlushProgress progress;
    private final CommitClock clock;
    private final Consumer<Throwable> onFailure;
    private final Runnable segmentReady;

    private final Insertion place = new Insertion();
    private volatile long nextTick;
    /// Everything durable before it has a watermark, or is one.
    private volatile long watermarked;
    private volatile long refusedUntil;
    private volatile long completedSegments;
    /// Not before then are segments completed: there was no space for the mark of one.
    private volatile long retryAt;

    WalTicker(World world, SegmentDirectory directory, ArchiveStatus archiveStatus, ControlStore control,
            boolean isArchiving, Appender appender, InsertPosition position, FlushProgress progress,
            CommitClock clock, Runnable segmentReady, Consumer<Throwable> onFailure) {
        this.world = world;
        this.directory = directory;
        this.archiveStatus = archiveStatus;
        this.control = control;
        this.isArchiving = isArchiving;
        this.appender = appender;
        this.position = position;
        this.progress = progress;
        this.clock = clock;
        this.segmentReady = segmentReady;
        this.onFailure = onFailure;
        this.retryAt = world.nanoTime();
        this.nextTick = retryAt + INTERVAL.toNanos();
        Lsn at = progress.durableRecordEnd();
        this.watermarked = at.value();
        this.refusedUntil = world.nanoTime();
        this.completedSegments = directory.layout().segmentOf(at).value();
    }

    @Override
    public String name() {
        return "walwriter";
    }

    /// Whether the flusher should wake this role after a flush.
    boolean isDue() {
        Lsn durable = progress.durableRecordEnd();
        return durable.value() - watermarked >= WATERMARK_BYTES && world.nanoTime() - refusedUntil >= 0
                || directory.layout().segmentOf(durable).value() > completedSegments && world.nanoTime() >= retryAt;
    }

    @Override
    public boolean hasWork() {
        return progress.failure() == null && (isDue() || world.nanoTime() >= nextTick && isBehind());
    }

    private boolean isBehind() {
        return progress.durableRecordEnd().value() > watermarked
                || position.insertEnd().value() > progress.durable();
    }

    @Override
    public Duration nap() {
        return INTERVAL;
    }

    @Override
    public void step() throws IOException {
        if (!hasWork()) {
            clock.follow();
            return;
        }
        nextTick = world.nanoTime() + INTERVAL.toNanos();
        clock.follow();
        completeSegments();
        if (progress.durableRecordEnd().value() > watermarked) {
            logWatermark();
        }
        Lsn inserted = position.insertEnd();
        if (inserted.value() > progress.durable()) {
            progress.want(inserted.value());
        }
    }

    private void logWatermark() {
        Lsn claimed = progress.durableRecordEnd();
        new Watermark(claimed).encode(place.record);
        if (!appender.tryAppendSystem(place, place.record)) {
            // No room for it now: not again before the next tick.
            refusedUntil = nextTick;
        } else {
            // Directly behind what it speaks of, it leaves nothing to be said but of itself: idle.
            watermarked = place.from == claimed.value() ? place.end : claimed.value();
        }
    }

    private void completeSegments() throws IOException {
        PageLayout layout = directory.layout();
        Lsn durable = progress.durableRecordEnd();
        long current = layout.segmentOf(durable).value();
        if (current == completedSegments || world.nanoTime() < retryAt) {
            return;
        }
        control.write(new LowWaterMark(directory.timeline(), durable));
        if (isArchiving) {
            markReady(current);
            segmentReady.run();
        } else {
            completedSegments = current;
        }
    }

    /// No space is not a failure: what has no mark yet gets it later, and is kept as long.
    private void markReady(long end) throws IOException {
        while (completedSegments < end) {
            String name = directory.fileName(new SegmentNumber(completedSegments));
            try {
                archiveStatus.markReady(name);
            } catch (NoSpaceException e) {
                LOG.error("no space to mark a log segment for the archive; tried again segment={} problem={}", name,
                        e.getMessage());
                retryAt = world.nanoTime() + RETRY.toNanos();
                return;
            }
            completedSegments++;
        }
    }

    @Override
    public void failed(Throwable cause) {
        onFailure.accept(cause);
    }

    /// Frees memory. After the role has ended.
    void close() {
        place.record.close();
    }
}
