package dev.seawall.walwriter.server;

import dev.seawall.walwriter.client.Address;
import dev.seawall.walwriter.client.Login;
import dev.seawall.walwriter.client.WireClient;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/// A client that commits one numbered message after the other, and wants nothing to do with what happens
/// beside it.
final class Bystander implements AutoCloseable {

    static final String PREFIX = "bystander";

    private final Thread thread;
    private volatile boolean isStopping;
    private volatile int acknowledged;
    private volatile @Nullable Throwable failure;
    private volatile long[] nanos = new long[4096];

    /// @param first number of its first message
    Bystander(Path socket, int first) throws IOException {
        WireClient client = WireClient.connect(new Address.UnixSocket(socket), Login.of("bystander", "bystander"));
        thread = Thread.ofPlatform().name("bystander").daemon().start(() -> {
            try (client) {
                while (!isStopping) {
                    long begin = System.nanoTime();
                    client.query("select pg_logical_emit_message(true, '" + PREFIX + "', '"
                            + (first + acknowledged) + "')");
                    note(System.nanoTime() - begin);
                }
            } catch (Throwable t) {
                failure = t;
            }
        });
    }

    private void note(long took) {
        if (acknowledged == nanos.length) {
            nanos = Arrays.copyOf(nanos, nanos.length * 2);
        }
        nanos[acknowledged] = took;
        // One thread writes it.
        int next = acknowledged + 1;
        acknowledged = next;
    }

    int acknowledged() {
        return acknowledged;
    }

    /// Waits for its last commit.
    ///
    /// @throws AssertionError if one of them failed
    void stop() throws InterruptedException {
        isStopping = true;
        thread.join(Duration.ofSeconds(60));
        Throwable failed = failure;
        if (failed != null || thread.isAlive()) {
            throw new AssertionError("the client beside the abuse "
                    + (failed == null ? "waits" : "failed") + " after " + acknowledged + " commits", failed);
        }
    }

    /// @param quantile 0.5 for the median
    Duration latency(double quantile) {
        long[] sorted = Arrays.copyOf(nanos, acknowledged);
        Arrays.sort(sorted);
        return Duration.ofNanos(sorted.length == 0 ? 0 : sorted[(int) Math.min(sorted.length - 1,
                Math.ceil(sorted.length * quantile))]);
    }

    @Override
    public String toString() {
        return "%,d commits, latency p50 %.2f ms, p99 %.2f ms, longest %.1f ms".formatted(acknowledged,
                latency(0.5).toNanos() / 1e6, latency(0.99).toNanos() / 1e6, latency(1).toNanos() / 1e6);
    }

    @Override
    public void close() {
        isStopping = true;
    }
}
