package dev.seawall.archiver;

import dev.seawall.archiver.ArchiverStatistics.Event;
import dev.seawall.archiver.SegmentCheck.Behind;
import dev.seawall.wal.disk.Disk;
import dev.seawall.wal.role.Role;
import dev.seawall.wal.role.World;
import dev.seawall.walwriter.segments.ArchiveStatus;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Archives what is marked `.ready`, one file at a time, in PostgreSQL's order.
///
/// A file that cannot be archived stops the line: it is tried again, three times a second apart,
/// then at growing distances up to a minute, and nothing later is tried meanwhile, so the archive
/// has no holes. The segment is kept for as long as that takes.
///
/// Nothing but `.done` says that a file was archived, and that is set after the repository holds it
/// durably; so this may die at any point, and what it did last is done again, which finds it done.
public final class Archiver implements Role {

    private static final Logger LOG = LoggerFactory.getLogger(Archiver.class);

    /// Names taken from one look at the directory when many wait; a new history file, which goes
    /// first, waits behind no more than these.
    private static final int BATCH = 64;
    /// A look is this old at the most, and so is what is told of how much waits.
    private static final long LOOK_NANOS = 1_000_000_000L;
    private static final int QUICK_TRIES = 3;
    private static final Duration QUICK_RETRY = Duration.ofSeconds(1);
    private static final Duration SLOWEST_RETRY = Duration.ofSeconds(60);

    private final Disk disk;
    private final World world;
    private final Path pgWal;
    private final ArchiveStatus status;
    private final int segmentBytes;
    private final Behind behind;

    // The archiver's own thread only.
    private final Queue<String> batch = new ArrayDeque<>();
    private Map<String, Event> waitingSince = Map.of();
    private int failuresInRow;
    private long lookedAt;

    private volatile WalFiles files;
    private volatile boolean isWoken = true;
    private volatile long notBefore;
    private volatile ArchiverStatistics statistics = ArchiverStatistics.NONE;

    /// @param pgWal where the segments are, with their `archive_status`
    public Archiver(Disk disk, World world, Path pgWal, WalFiles files, int segmentBytes) {
        this(disk, world, pgWal, files, segmentBytes, Behind.COMPLETE);
    }

    /// @param pgWal  where the segments are, with their `archive_status`
    /// @param behind what is known of the log behind a segment that is ready
    public Archiver(Disk disk, World world, Path pgWal, WalFiles files, int segmentBytes, Behind behind) {
        this.behind = behind;
        this.disk = disk;
        this.world = world;
        this.pgWal = pgWal;
        this.status = new ArchiveStatus(disk, pgWal);
        this.files = files;
        this.segmentBytes = segmentBytes;
        this.notBefore = world.nanoTime();
    }

    @Override
    public String name() {
        return "archiver";
    }

    /// Something new is ready, or it is time to look again. Any thread; whoever started the role
    /// wakes its thread, too.
    public void wake() {
        isWoken = true;
    }

    /// Takes another way to store, from the next file on.
    public void storeBy(WalFiles other) {
        files = other;
    }

    public ArchiverStatistics statistics() {
        return statistics;
    }

    @Override
    public boolean hasWork() {
        return isWoken && isDue();
    }

    private boolean isDue() {
        return world.nanoTime() - notBefore >= 0;
    }

    /// A minute at most: another process may have marked something ready.
    @Override
    public Duration nap() {
        long untilDue = notBefore - world.nanoTime();
        return untilDue > 0 && failuresInRow > 0 ? Duration.ofNanos(untilDue) : SLOWEST_RETRY;
    }

    /// Archives one file, or finds that none waits or that it is too early to try again.
    @Override
    public void step() {
        if (!isDue()) {
            return;
        }
        // Before looking: a wake-up after this is for the next look.
        isWoken = false;
        String name = ".ready files";
        try {
            if (batch.isEmpty() || world.nanoTime() - lookedAt >= LOOK_NANOS) {
                look();
            }
            String first = batch.peek();
            if (first == null) {
                return;
            }
            name = first;
            if (!status.removeIfOrphan(name)) {
                archive(name);
            }
            batch.remove();
            succeeded();
        } catch (IOException e) {
            failed(name, e);
        }
    }

    private void look() throws IOException {
        batch.clear();
        lookedAt = world.nanoTime();
        List<String> ready = status.ready();
        // With few waiting each is preceded by a look, so that a history file is next at once.
        ready.stream().limit(ready.size() > BATCH ? BATCH : 1).forEach(batch::add);
        Map<String, Event> since = new HashMap<>();
        for (String name : ready) {
            Event known = waitingSince.get(name);
            since.put(name, known != null ? known : new Event(name, world.now()));
        }
        waitingSince = since;
        Optional<Event> oldest = since.values().stream()
                .min(java.util.Comparator.comparing(Event::at).thenComparing(Event::name));
        statistics = statistics.waiting(ready.size(), (long) ready.size() * segmentBytes, oldest);
    }

    private void archive(String name) throws IOException {
        long from = world.nanoTime();
        Path file = pgWal.resolve(name);
        files.archive(file, behind);
        status.markDone(name);
        statistics = statistics.archived(name, world.now());
        LOG.info("archived file={} elapsed={}ms", name, Duration.ofNanos(world.nanoTime() - from).toMillis());
    }

    private void succeeded() {
        failuresInRow = 0;
        // There may be more; the next look finds out.
        isWoken = true;
    }

    private void failed(String name, IOException failure) {
        failuresInRow++;
        batch.clear();
        String reason = String.valueOf(failure.getMessage());
        statistics = statistics.failed(name, world.now(), reason);
        Duration pause = pause();
        notBefore = world.nanoTime() + pause.toNanos();
        isWoken = true;
        if (failure instanceof ArchiveConflictException) {
            LOG.error("could not archive file={} failures={} retry_in={}s: {}",
                    name, failuresInRow, pause.toSeconds(), reason);
        } else {
            LOG.warn("could not archive file={} failures={} retry_in={}s: {}",
                    name, failuresInRow, pause.toSeconds(), reason);
        }
    }

    private Duration pause() {
        if (failuresInRow < QUICK_TRIES) {
            return QUICK_RETRY;
        }
        int doublings = Math.min(failuresInRow - QUICK_TRIES + 1, 6);
        Duration pause = QUICK_RETRY.multipliedBy(1L << doublings);
        return pause.compareTo(SLOWEST_RETRY) < 0 ? pause : SLOWEST_RETRY;
    }

    /// An error of the archiver's own code; the segments are kept.
    @Override
    public void failed(Throwable cause) {
        statistics = statistics.failed("archiver", world.now(), "the archiver ended: " + cause);
        LOG.error("archiver ended", cause);
    }

}
