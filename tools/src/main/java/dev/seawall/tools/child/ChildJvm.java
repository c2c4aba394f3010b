package dev.seawall.tools.child;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// A JVM like this one, running another main class. It never outlives its owner: closing it kills
/// it, and a child whose input ends is expected to exit.
///
/// One thread at a time, but for [#kill], which any may call.
public final class ChildJvm implements AutoCloseable {

    /// What the shell shows of a process that died of SIGKILL.
    public static final int KILLED = 128 + 9;

    private final Process process;
    private final BufferedReader output;
    private final OutputStream input;

    private ChildJvm(Process process) {
        this.process = process;
        this.output = new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
        this.input = process.getOutputStream();
    }

    /// Starts `main` with this JVM's flags and class path. Its standard error is ours.
    public static ChildJvm start(Class<?> main, List<String> arguments) throws IOException {
        List<String> command = new ArrayList<>();
        command.add(ProcessHandle.current().info().command().orElse(System.getProperty("java.home") + "/bin/java"));
        for (String flag : ManagementFactory.getRuntimeMXBean().getInputArguments()) {
            // A debugger's port and an agent's file are one process's only.
            if (!flag.startsWith("-agent") && !flag.startsWith("-javaagent") && !flag.startsWith("-XX:AOT")) {
                command.add(flag);
            }
        }
        // Short-lived: the optimizing compiler would only be in the way of its start.
        command.add("-XX:TieredStopAtLevel=1");
        command.add("-Xshare:auto");
        command.add("-cp");
        command.add(System.getProperty("java.class.path"));
        command.add(main.getName());
        command.addAll(arguments);
        return new ChildJvm(new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT).start());
    }

    public long pid() {
        return process.pid();
    }

    /// The next line of its standard output; empty when there will be none.
    public Optional<String> readLine() throws IOException {
        return Optional.ofNullable(output.readLine());
    }

    /// Gives it a line to read. That it died meanwhile is found out by reading.
    public void writeLine(String line) {
        try {
            input.write((line + "\n").getBytes(StandardCharsets.UTF_8));
            input.flush();
        } catch (IOException e) {
            // A broken pipe: it is dead, and its output, which tells how far it came, is still there.
        }
    }

    /// SIGKILL: no handler, no last words, no flush. Returns at once.
    public void kill() {
        // By its handle: Process.destroyForcibly also closes our end of its output, and with it would
        // go what it had acknowledged.
        process.toHandle().destroyForcibly();
    }

    /// Waits for its end.
    ///
    /// @return its exit code, [#KILLED] after [#kill]
    public int await() {
        boolean isInterrupted = false;
        while (true) {
            try {
                int code = process.waitFor();
                if (isInterrupted) {
                    Thread.currentThread().interrupt();
                }
                return code;
            } catch (InterruptedException e) {
                isInterrupted = true;
            }
        }
    }

    @Override
    public void close() throws IOException {
        kill();
        await();
        output.close();
    }
}
