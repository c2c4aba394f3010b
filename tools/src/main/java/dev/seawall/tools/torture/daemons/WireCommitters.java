package dev.seawall.tools.torture.daemons;

import dev.seawall.walwriter.client.ServerException;
import dev.seawall.walwriter.client.WireClient;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/// Clients that commit numbered messages, each its own numbers, each number once: one whose answer was
/// lost with the connection is never sent again. Every transaction also writes its number to its
/// client's page.
final class WireCommitters implements AutoCloseable {

    static final String PREFIX = "torture";
    static final int RELATION = 16_385;
    private static final int OFFSET = 24;
    private static final Duration RETRY = Duration.ofMillis(10);

    private final Trio trio;
    private final List<Committer> committers = new ArrayList<>();
    private final AtomicReference<@Nullable Throwable> failure = new AtomicReference<>();
    private final AtomicLong losses = new AtomicLong();
    private volatile boolean isStopping;

    /// One client. Its thread writes; others see.
    private final class Committer implements Runnable {
        final int id;
        volatile int attempted;
        volatile long connectedAt;
        volatile long acknowledgedAt;
        /// By number; grown by its thread, read when that has ended.
        final java.util.BitSet acknowledged = new java.util.BitSet();
        final Thread thread;

        Committer(int id) {
            this.id = id;
            this.thread = Thread.ofPlatform().name("committer-" + id).daemon().unstarted(this);
        }

        @Override
        public void run() {
            try {
                while (!isStopping) {
                    long begin = System.nanoTime();
                    try (WireClient client = trio.connect()) {
                        connectedAt = begin;
                        while (!isStopping) {
                            commit(client);
                        }
                    } catch (ServerException e) {
                        if (!e.severity().equals("FATAL")) {
                            throw e;
                        }
                        pause();
                    } catch (IOException e) {
                        pause();
                    }
                }
            } catch (Throwable t) {
                failure.compareAndSet(null, t);
            }
        }

        private void commit(WireClient client) throws IOException {
            int number = attempted + 1;
            attempted = number;
            try {
                client.query("select pg_logical_emit_message(true, '" + PREFIX + "', '" + id + " " + number
                        + "'); select page_write(" + RELATION + ", " + id + ", " + OFFSET + ", '\\x"
                        + "%08x".formatted(number) + "')");
            } catch (IOException e) {
                losses.incrementAndGet();
                throw e;
            }
            acknowledged.set(number);
            acknowledgedAt = System.nanoTime();
        }

        private void pause() {
            LockSupport.parkNanos(RETRY.toNanos());
        }
    }

    WireCommitters(Trio trio, int count) throws IOException {
        this.trio = trio;
        try (WireClient client = trio.connect()) {
            client.query("select page_extend(" + RELATION + ", " + count + ")");
        }
        for (int id = 0; id < count; id++) {
            committers.add(new Committer(id));
        }
        committers.forEach(committer -> committer.thread.start());
    }

    /// Connections that were lost, or refused, with a commit under way.
    long losses() {
        return losses.get();
    }

    /// Whether a commit was acknowledged on a connection made since then.
    boolean haveCommittedSince(long nanoTime) {
        checkFailure();
        return committers.stream().anyMatch(committer -> committer.connectedAt - nanoTime > 0
                && committer.acknowledgedAt - committer.connectedAt > 0);
    }

    /// Whether every one of them has.
    boolean haveAllCommittedSince(long nanoTime) {
        checkFailure();
        return committers.stream().allMatch(committer -> committer.acknowledgedAt - nanoTime > 0);
    }

    void checkFailure() {
        Throwable failed = failure.get();
        if (failed != null) {
            throw new IllegalStateException("a commit failed that should not have: " + failed.getMessage(), failed);
        }
    }

    /// Waits for the last commit of each.
    void stop() throws InterruptedException {
        isStopping = true;
        for (Committer committer : committers) {
            if (!committer.thread.join(Duration.ofSeconds(60))) {
                throw new IllegalStateException("committer " + committer.id + " waits for an answer for a minute");
            }
        }
        checkFailure();
    }

    long acknowledged() {
        return committers.stream().mapToLong(committer -> committer.acknowledged.cardinality()).sum();
    }

    /// Compares what they were told with what is in the log, then with their pages.
    ///
    /// @return commits that are there although their answer was lost
    long compare(LogLedger ledger) throws IOException {
        long unanswered = 0;
        try (WireClient client = trio.connect()) {
            for (Committer committer : committers) {
                unanswered += ledger.compare(committer.id, committer.acknowledged, committer.attempted);
                String page = client.query("select page_read(" + RELATION + ", " + committer.id + ", " + OFFSET
                        + ", 4)").value();
                int found = Integer.parseUnsignedInt(page.substring(page.indexOf('x') + 1), 16);
                int last = ledger.last(committer.id);
                if (found != last) {
                    throw new IllegalStateException("the page of committer " + committer.id + " holds " + found
                            + ", the log's last number is " + last);
                }
            }
        }
        return unanswered;
    }

    @Override
    public void close() {
        isStopping = true;
    }
}
