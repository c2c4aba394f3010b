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
public final class WireCommitters implements AutoCloseable {

    public static final String PREFIX = "torture";
    public static final int RELATION = 16_385;
    private static final int OFFSET = 24;
    private static final Duration RETRY = Duration.ofMillis(10);
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    /// Where to commit; asked for each connection.
    @FunctionalInterface
    public interface Server {
        WireClient connect() throws IOException;
    }

    private final Server server;
    private final List<Committer> committers = new ArrayList<>();
    private final AtomicReference<@Nullable Throwable> failure = new AtomicReference<>();
    private final AtomicLong losses = new AtomicLong();
    private volatile boolean isStopping;
    private volatile boolean isPaused;

    /// One client. Its thread writes; others see.
    private final class Committer implements Runnable {
        final int id;
        volatile int attempted;
        volatile long connectedAt;
        volatile long acknowledgedAt;
        volatile boolean isCommitting;
        volatile @Nullable WireClient connection;
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
                    try (WireClient client = server.connect()) {
                        connectedAt = begin;
                        connection = client;
                        while (!isStopping) {
                            if (isPaused) {
                                pause();
                            } else {
                                commit(client);
                            }
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
            isCommitting = true;
            try {
                if (!isPaused) {
                    commitNext(client);
                }
            } finally {
                isCommitting = false;
            }
        }

        private void commitNext(WireClient client) throws IOException {
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

    /// Makes their pages, and starts them.
    public WireCommitters(Server server, int count) throws IOException {
        this.server = server;
        try (WireClient client = server.connect()) {
            client.query("select page_extend(" + RELATION + ", " + count + ")");
        }
        for (int id = 0; id < count; id++) {
            committers.add(new Committer(id));
        }
        committers.forEach(committer -> committer.thread.start());
    }

    /// Connections that were lost, or refused, with a commit under way.
    public long losses() {
        return losses.get();
    }

    /// Whether a commit was acknowledged on a connection made since then.
    public boolean haveCommittedSince(long nanoTime) {
        checkFailure();
        return committers.stream().anyMatch(committer -> committer.connectedAt - nanoTime > 0
                && committer.acknowledgedAt - committer.connectedAt > 0);
    }

    /// Whether any commit was acknowledged since then.
    public boolean hasAnyCommittedSince(long nanoTime) {
        checkFailure();
        return committers.stream().anyMatch(committer -> committer.acknowledgedAt - nanoTime > 0);
    }

    /// Whether every one of them has.
    public boolean haveAllCommittedSince(long nanoTime) {
        checkFailure();
        return committers.stream().allMatch(committer -> committer.acknowledgedAt - nanoTime > 0);
    }

    /// Returns when none has a commit under way, and lets none begin one.
    public void pause() {
        isPaused = true;
        long end = System.nanoTime() + PATIENCE.toNanos();
        for (Committer committer : committers) {
            while (committer.isCommitting) {
                checkFailure();
                if (System.nanoTime() - end > 0) {
                    throw new IllegalStateException("committer " + committer.id + " waits for an answer for a minute");
                }
                LockSupport.parkNanos(RETRY.toNanos());
            }
        }
    }

    public void resume() {
        isPaused = false;
    }

    /// Those who wait at a server that is no longer the one to commit at give up and ask the new one.
    public void moveOn() throws IOException {
        for (Committer committer : committers) {
            WireClient client = committer.connection;
            if (client != null) {
                client.close();
            }
        }
    }

    public void checkFailure() {
        Throwable failed = failure.get();
        if (failed != null) {
            throw new IllegalStateException("a commit failed that should not have: " + failed.getMessage(), failed);
        }
    }

    /// Waits for the last commit of each.
    public void stop() throws InterruptedException {
        isStopping = true;
        for (Committer committer : committers) {
            if (!committer.thread.join(PATIENCE)) {
                throw new IllegalStateException("committer " + committer.id + " waits for an answer for a minute");
            }
        }
        checkFailure();
    }

    /// How many they are: each has a page of that number.
    public int count() {
        return committers.size();
    }

    public long acknowledged() {
        return committers.stream().mapToLong(committer -> committer.acknowledged.cardinality()).sum();
    }

    /// Compares what they were told with what is in the log, then with their pages.
    ///
    /// @return commits that are there although their answer was lost
    public long compare(LogLedger ledger) throws IOException {
        long unanswered = 0;
        try (WireClient client = server.connect()) {
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
