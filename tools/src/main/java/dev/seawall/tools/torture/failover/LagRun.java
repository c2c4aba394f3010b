package dev.seawall.tools.torture.failover;

import dev.seawall.tools.Quantity;
import dev.seawall.tools.torture.daemons.Figures;
import dev.seawall.tools.torture.daemons.Report;
import dev.seawall.wal.Lsn;
import dev.seawall.wal.PageLayout;
import dev.seawall.walwriter.client.WireClient;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/// One run: a primary logs so many bytes a second, and every second it is told how far each standby's
/// receiving and redo are behind, in bytes and in time.
///
/// Time behind is how long ago the primary's log ended where the standby's does now.
public final class LagRun {

    private static final int MESSAGE_BYTES = 1_000_000;
    /// One after another, a client's commits may come to no more.
    private static final long BYTES_PER_CLIENT = 30_000_000;
    /// Nobody waits for a standby, and whoever does not read is not cut off.
    private static final String SETTINGS = """
            wal_keep_size = 2GB
            max_wal_size = 1GB
            wal_sender_timeout = 0
            """;
    private static final Duration TICK = Duration.ofMillis(10);

    /// How a run is to be.
    ///
    /// @param bytesPerSecond of log
    /// @param deaf           replication connections to the primary that never read
    public record Plan(long bytesPerSecond, int seconds, int deaf, long seed) {}

    /// When the primary's log ended where.
    private record Mark(long nanos, Lsn end) {}

    private final Plan plan;
    private final PrintStream out;
    private final List<Mark> marks = new ArrayList<>();
    private final Map<String, Object> counts = new LinkedHashMap<>();
    private final LagSeries received = new LagSeries();
    private final LagSeries replayed = new LagSeries();
    private long mostResident;
    private final Figures figures = new Figures();
    private final AtomicReference<@Nullable Throwable> failure = new AtomicReference<>();
    private volatile boolean isStopping;

    private LagRun(Plan plan, PrintStream out) {
        this.plan = plan;
        this.out = out;
    }

    /// Makes the clusters in `directory`, and loads them.
    ///
    /// @param out one line a second
    public static Report run(Plan plan, Path directory, PrintStream out) throws IOException, InterruptedException {
        return new LagRun(plan, out).run(directory);
    }

    private Report run(Path directory) throws IOException, InterruptedException {
        try (Replicas replicas = new Replicas(directory, plan.seed(), PageLayout.DEFAULT, SETTINGS, null)) {
            Node primary = replicas.primary();
            long before = ResidentMemory.of(primary.pid());
            try (DeafReceivers _ = new DeafReceivers(primary, plan.deaf())) {
                Lsn begin = primary.flushed();
                long begun = System.nanoTime();
                List<Thread> clients = new ArrayList<>();
                for (long rest = plan.bytesPerSecond(); rest > 0; rest -= BYTES_PER_CLIENT) {
                    long rate = Math.min(rest, BYTES_PER_CLIENT);
                    clients.add(Thread.ofPlatform().name("load").daemon().start(() -> load(primary, rate)));
                }
                long logged = sample(replicas, begin, begun);
                isStopping = true;
                for (Thread client : clients) {
                    client.join();
                }
                checkFailure();
                Duration caughtUp = catchUp(replicas);
                figures.add("after the load: all standbys have redone everything", caughtUp);
                counts.put("bytes_per_second_asked_for", plan.bytesPerSecond());
                counts.put("bytes_per_second_logged", logged / plan.seconds());
                count("received", received);
                count("replayed", replayed);
                counts.put("primary_resident_bytes_before", before);
                counts.put("primary_resident_bytes_after", ResidentMemory.of(primary.pid()));
                counts.put("most_resident_bytes_of_a_walwriter", mostResident);
                counts.put("receivers_that_never_read", plan.deaf());
            }
        }
        return new Report(figures, counts, plan.seed(), verdict("receiving", received) + ", "
                + verdict("redo", replayed) + "; all standbys have caught up");
    }

    private void count(String what, LagSeries series) {
        counts.put("bytes_not_" + what + "_most", series.most());
        counts.put("bytes_not_" + what + "_in_the_middle_third", series.middle());
        counts.put("bytes_not_" + what + "_in_the_last_third", series.last());
        counts.put("is_" + what + "_bounded", series.isBounded(plan.bytesPerSecond()));
    }

    private String verdict(String what, LagSeries series) {
        return series.isBounded(plan.bytesPerSecond()) ? what + " keeps up"
                : what + " falls behind by " + Quantity.bytes(series.growth()) + " more each second";
    }

    private void load(Node primary, long bytesPerSecond) {
        try (WireClient client = primary.connect()) {
            long begun = System.nanoTime();
            for (long bytes = 0; !isStopping; bytes += MESSAGE_BYTES) {
                double due = (double) bytes / bytesPerSecond * 1e9;
                LockSupport.parkNanos((long) due - (System.nanoTime() - begun));
                client.query("select pg_logical_emit_message(true, 'lag', repeat('l', " + MESSAGE_BYTES + "))");
            }
        } catch (Throwable t) {
            failure.compareAndSet(null, t);
        }
    }

    private void checkFailure() {
        Throwable failed = failure.get();
        if (failed != null) {
            throw new IllegalStateException("the load failed: " + failed.getMessage(), failed);
        }
    }

    /// @return bytes that were logged meanwhile
    private long sample(Replicas replicas, Lsn begin, long begun) throws IOException {
        Lsn last = begin;
        try (WireClient client = replicas.primary().connect()) {
            for (int second = 1; second <= plan.seconds(); second++) {
                while (System.nanoTime() - begun < second * 1_000_000_000L) {
                    LockSupport.parkNanos(TICK.toNanos());
                    Lsn end = Lsn.parse(client.query("select pg_current_wal_flush_lsn()").value());
                    marks.add(new Mark(System.nanoTime(), end));
                    checkFailure();
                }
                Lsn end = marks.getLast().end();
                out.println(line(second, end.minus(last), replicas.standbys()));
                for (Node node : replicas.all()) {
                    mostResident = Math.max(mostResident, ResidentMemory.of(node.pid()));
                }
                last = end;
            }
        }
        return last.minus(begin);
    }

    private String line(int second, long logged, List<Node> standbys) throws IOException {
        StringBuilder line = new StringBuilder(
                String.format(Locale.ROOT, "%4d s  %9s/s", second, Quantity.bytes(logged)));
        Lsn end = marks.getLast().end();
        long mostNotReceived = 0;
        long mostNotReplayed = 0;
        for (Node standby : standbys) {
            Lsn there = standby.received();
            Lsn redone = standby.replayed();
            line.append("   ").append(standby).append(": ").append(behind("received", end, there))
                    .append(", ").append(behind("replayed", end, redone));
            mostNotReceived = Math.max(mostNotReceived, end.minus(there));
            mostNotReplayed = Math.max(mostNotReplayed, end.minus(redone));
        }
        received.add(mostNotReceived);
        replayed.add(mostNotReplayed);
        return line.toString();
    }

    private String behind(String what, Lsn end, Lsn at) {
        Duration time = timeBehind(at);
        figures.add("a standby's log " + what + ": behind by", time);
        return what + " -" + Quantity.bytes(Math.max(0, end.minus(at))) + " " + Quantity.time(time);
    }

    /// Since when the primary's log is longer than this.
    private Duration timeBehind(Lsn at) {
        for (int i = marks.size() - 1; i >= 0; i--) {
            if (!at.isBefore(marks.get(i).end())) {
                return i == marks.size() - 1 ? Duration.ZERO
                        : Duration.ofNanos(marks.getLast().nanos() - marks.get(i + 1).nanos());
            }
        }
        return marks.isEmpty() ? Duration.ZERO
                : Duration.ofNanos(marks.getLast().nanos() - marks.getFirst().nanos());
    }

    private static Duration catchUp(Replicas replicas) throws IOException {
        long begun = System.nanoTime();
        Lsn end = replicas.primary().flushed();
        for (Node standby : replicas.standbys()) {
            standby.await(() -> !standby.replayed().isBefore(end), "replay " + end);
        }
        return Duration.ofNanos(System.nanoTime() - begun);
    }
}
