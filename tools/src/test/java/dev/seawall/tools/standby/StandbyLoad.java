package dev.seawall.tools.standby;

import dev.seawall.walwriter.client.ServerException;
import dev.seawall.walwriter.client.WireClient;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/// Clients that commit and abort everything that a log can hold, and connect again when the server is away.
///
/// Messages of a few bytes to some megabytes, changes of pages that they share, growing relations, segment
/// switches, checkpoints.
final class StandbyLoad implements AutoCloseable {

    static final List<Integer> RELATIONS = List.of(900_001, 900_002);
    private static final int BLOCKS = 40;
    private static final int CLIENTS = 4;
    private static final int BATCH = 25;

    private final ServedCluster primary;
    private final long seed;
    private final AtomicInteger transactions = new AtomicInteger();
    private final AtomicReference<@Nullable Throwable> failure = new AtomicReference<>();
    private final List<Thread> threads = new ArrayList<>();
    private volatile boolean isStopping;

    StandbyLoad(ServedCluster primary, long seed) throws IOException {
        this.primary = primary;
        this.seed = seed;
        for (int relation : RELATIONS) {
            primary.ask("select page_extend(" + relation + ", " + BLOCKS + ")");
        }
        for (int client = 0; client < CLIENTS; client++) {
            int which = client;
            threads.add(Thread.ofPlatform().daemon().name("load-" + which).start(() -> run(which)));
        }
    }

    /// That were ended, committed or not.
    int transactions() {
        return transactions.get();
    }

    /// Waits until there are so many.
    void await(int count) {
        while (transactions.get() < count) {
            check();
            LockSupport.parkNanos(Duration.ofMillis(10).toNanos());
        }
    }

    private void check() {
        Throwable failed = failure.get();
        if (failed != null) {
            throw new AssertionError("the load failed, seed " + seed + ": " + failed.getMessage(), failed);
        }
    }

    void stop() throws InterruptedException {
        isStopping = true;
        for (Thread thread : threads) {
            if (!thread.join(Duration.ofSeconds(30))) {
                throw new AssertionError("a client of the load waits for an answer, seed " + seed);
            }
        }
        check();
    }

    private void run(int client) {
        Random random = new Random(seed + client);
        try {
            while (!isStopping) {
                try (WireClient connection = primary.connect()) {
                    while (!isStopping) {
                        connection.query(client == 0 && random.nextInt(40) == 0 ? seldom(random) : batch(random));
                        transactions.addAndGet(BATCH);
                    }
                } catch (ServerException e) {
                    if (!e.severity().equals("FATAL")) {
                        throw e;
                    }
                    LockSupport.parkNanos(Duration.ofMillis(20).toNanos());
                } catch (IOException e) {
                    LockSupport.parkNanos(Duration.ofMillis(20).toNanos());
                }
            }
        } catch (Throwable t) {
            failure.compareAndSet(null, t);
        }
    }

    private static String seldom(Random random) {
        return switch (random.nextInt(4)) {
            case 0 -> "checkpoint";
            case 1 -> "select pg_switch_wal()";
            case 2 -> "select page_extend(" + RELATIONS.getFirst() + ", 1)";
            default -> "select pg_logical_emit_message(" + random.nextBoolean() + ", 'big', repeat('b', "
                    + random.nextInt(3_000_000) + "))";
        };
    }

    private static String batch(Random random) {
        StringBuilder sql = new StringBuilder();
        for (int i = 0; i < BATCH; i++) {
            sql.append("begin; ");
            for (int n = random.nextInt(3); n >= 0; n--) {
                sql.append("select pg_logical_emit_message(").append(random.nextInt(8) != 0)
                        .append(", 'twin', repeat('m', ").append(random.nextInt(200)).append(")); ");
            }
            for (int n = random.nextInt(4); n > 0; n--) {
                write(random, sql);
            }
            sql.append(random.nextInt(10) == 0 ? "rollback; " : "commit; ");
        }
        return sql.toString();
    }

    private static void write(Random random, StringBuilder sql) {
        byte[] content = new byte[1 + random.nextInt(random.nextInt(50) == 0 ? 4000 : 60)];
        random.nextBytes(content);
        sql.append("select page_write(").append(RELATIONS.get(random.nextInt(RELATIONS.size()))).append(", ")
                .append(random.nextInt(BLOCKS)).append(", ").append(24 + random.nextInt(8192 - 24 - content.length))
                .append(", '\\x").append(HexFormat.of().formatHex(content)).append("'); ");
    }

    @Override
    public void close() {
        isStopping = true;
    }
}
