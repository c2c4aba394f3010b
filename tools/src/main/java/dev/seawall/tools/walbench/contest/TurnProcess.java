package dev.seawall.tools.walbench.contest;

import dev.seawall.tools.ExitCode;
import dev.seawall.tools.ExitCodeException;
import dev.seawall.tools.walbench.load.Load;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/// A contestant's turn in a JVM of its own: same flags and heap for all, nothing left over from the one before.
///
/// [#stop] may be called by any thread, at any time.
final class TurnProcess {

    /// Room for every peer, and the same for each: fixed, so that no turn pays for a heap that grows.
    private static final List<String> HEAP = List.of("-Xms2g", "-Xmx2g", "-XX:+UseSerialGC");
    private static final Duration STOPPED_IN = Duration.ofSeconds(20);
    private static final int LAST_LINES = 12;

    private final Contestant contestant;
    private final Path directory;
    private @Nullable Process process;
    private boolean isStopped;

    /// @param directory its own, not there yet
    TurnProcess(Contestant contestant, Path directory) {
        this.contestant = contestant;
        this.directory = directory;
    }

    /// Called now and then while a turn goes on.
    @FunctionalInterface
    interface Waiting {
        void after(Duration time);
    }

    /// @throws IOException if the turn failed, with what its process said last
    List<Outcome> run(Duration firstWarmUp, Duration time, List<Load> loads, Waiting waiting)
            throws IOException, InterruptedException {
        Path home = Files.createDirectories(directory.resolve("log"));
        Path outcomes = directory.resolve("outcomes");
        Path words = directory.resolve("words");
        Process started = start(Turn.arguments(contestant, home, outcomes, firstWarmUp, time, loads), words);
        long begin = System.nanoTime();
        while (!started.waitFor(100, TimeUnit.MILLISECONDS)) {
            waiting.after(Duration.ofNanos(System.nanoTime() - begin));
        }
        if (isStopped()) {
            // Whoever stopped it cleans up.
            throw new ExitCodeException(ExitCode.UNFINISHED, "interrupted");
        }
        if (started.exitValue() != ExitCode.DONE.code()) {
            throw new IOException("its process ended with exit code " + started.exitValue() + "\n" + last(words));
        }
        return Files.readAllLines(outcomes).stream().map(Outcome::parse).toList();
    }

    private synchronized Process start(List<String> arguments, Path words) throws IOException {
        if (isStopped) {
            throw new IOException("interrupted");
        }
        List<String> command = new ArrayList<>();
        command.add(ProcessHandle.current().info().command().orElse(System.getProperty("java.home") + "/bin/java"));
        for (String flag : ManagementFactory.getRuntimeMXBean().getInputArguments()) {
            // A debugger's port, an agent's file and a cache of classes are one process's only.
            if (!flag.startsWith("-agent") && !flag.startsWith("-javaagent") && !flag.startsWith("-XX:AOT")) {
                command.add(flag);
            }
        }
        command.addAll(HEAP);
        command.addAll(contestant.jvmFlags());
        command.addAll(List.of("-Dorg.slf4j.simpleLogger.defaultLogLevel=warn", "-cp",
                System.getProperty("java.class.path"), Turn.class.getName()));
        command.addAll(arguments);
        Process started = new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(words.toFile()).start();
        process = started;
        return started;
    }

    private static String last(Path words) throws IOException {
        List<String> lines = Files.readAllLines(words);
        return String.join("\n", lines.subList(Math.max(0, lines.size() - LAST_LINES), lines.size()));
    }

    private synchronized boolean isStopped() {
        return isStopped;
    }

    /// Ends the process and waits until it has ended.
    synchronized void stop() {
        isStopped = true;
        Process started = process;
        if (started == null || !started.isAlive()) {
            return;
        }
        List<ProcessHandle> programs = started.descendants().toList();
        // Politely first: it may have a server to stop.
        started.destroy();
        try {
            if (!started.waitFor(STOPPED_IN.toMillis(), TimeUnit.MILLISECONDS)) {
                started.destroyForcibly().waitFor();
            }
        } catch (InterruptedException e) {
            started.destroyForcibly();
            Thread.currentThread().interrupt();
        }
        // A program that it was waiting for would go on to write into a directory that is removed.
        for (ProcessHandle program : programs) {
            program.destroyForcibly();
            program.onExit().join();
        }
    }
}
