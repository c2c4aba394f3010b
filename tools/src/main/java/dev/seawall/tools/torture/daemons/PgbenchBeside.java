package dev.seawall.tools.torture.daemons;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.LongSupplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// PostgreSQL's own load, one short run after the other. A run may fail only if the walwriter was killed in
/// it: whatever else is killed, no transaction of its fails.
final class PgbenchBeside implements AutoCloseable {

    private static final Pattern PROCESSED = Pattern.compile("number of transactions actually processed: (\\d+)");
    private static final Pattern FAILED = Pattern.compile("number of failed transactions: 0 ");

    private final Path program;
    private final Path cluster;
    private final Path script;
    private final LongSupplier walwriterTurns;
    private final AtomicReference<@Nullable Throwable> failure = new AtomicReference<>();
    private final Thread thread = Thread.ofPlatform().name("pgbench").daemon().unstarted(this::run);
    private volatile boolean isStopping;
    private volatile int runs;
    private volatile int brokenRuns;
    private volatile long transactions;

    /// @param walwriterTurns how often the walwriter was killed or took commits again up to now: odd while it is away
    PgbenchBeside(Path program, Path cluster, LongSupplier walwriterTurns) throws IOException {
        this.program = program;
        this.cluster = cluster;
        this.walwriterTurns = walwriterTurns;
        this.script = cluster.resolveSibling("pgbench.sql");
        Files.writeString(script, "select pg_logical_emit_message(true,'x',repeat('a',200));\n");
        thread.start();
    }

    private void run() {
        try {
            while (!isStopping) {
                once();
            }
        } catch (IOException | InterruptedException | RuntimeException e) {
            failure.set(e);
        }
    }

    private void once() throws IOException, InterruptedException {
        long turnsBefore = walwriterTurns.getAsLong();
        Path output = Files.createTempFile("pgbench", ".out");
        try {
            ProcessBuilder builder = new ProcessBuilder(List.of(program.toString(), "-n", "-M", "prepared", "-c", "4",
                    "-j", "1", "-T", "2", "-f", script.toString(), "-h", cluster.toString(), "-U",
                    System.getProperty("user.name"), "postgres")).redirectErrorStream(true)
                    .redirectOutput(output.toFile());
            builder.environment().put("LC_ALL", "C");
            int code = builder.start().waitFor();
            String text = Files.readString(output, StandardCharsets.UTF_8);
            Matcher processed = PROCESSED.matcher(text);
            if (processed.find()) {
                transactions += Long.parseLong(processed.group(1));
            }
            runs++;
            if (code == 0 && FAILED.matcher(text).find()) {
                return;
            }
            brokenRuns++;
            if (walwriterTurns.getAsLong() == turnsBefore && turnsBefore % 2 == 0) {
                throw new IllegalStateException("pgbench failed although nobody killed the walwriter:\n" + text);
            }
            Thread.sleep(200);
        } finally {
            Files.delete(output);
        }
    }

    int runs() {
        return runs;
    }

    /// Those in which the walwriter was killed.
    int brokenRuns() {
        return brokenRuns;
    }

    long transactions() {
        return transactions;
    }

    /// Waits for the run under way.
    void stop() throws InterruptedException {
        isStopping = true;
        thread.join();
        Throwable failed = failure.get();
        if (failed != null) {
            throw new IllegalStateException(String.valueOf(failed.getMessage()), failed);
        }
    }

    @Override
    public void close() {
        isStopping = true;
    }
}
