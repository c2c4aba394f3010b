package dev.seawall.tools.child;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/// A JVM that says one line: the least that any start of a process of ours can take.
public final class BareJvm {

    private BareJvm() {}

    /// @param args none
    public static void main(String[] args) {
        System.out.println("here");
    }

    /// Starts one with the flags that the walwriter has.
    ///
    /// @return time until its line was read
    public static Duration start() throws IOException {
        List<String> command = new ArrayList<>(List.of(System.getProperty("java.home") + "/bin/java"));
        ManagementFactory.getRuntimeMXBean().getInputArguments().stream()
                .filter(flag -> !flag.startsWith("-agent") && !flag.startsWith("-javaagent")
                        && !flag.startsWith("-XX:AOT") && !flag.startsWith("-Xm"))
                .forEach(command::add);
        command.addAll(List.of("-Xms16m", "-Xmx512m", "-cp", System.getProperty("java.class.path"),
                BareJvm.class.getName()));
        long begin = System.nanoTime();
        Process process = new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.DISCARD).start();
        try (var lines = process.inputReader()) {
            if (lines.readLine() == null) {
                throw new IOException("a bare JVM said nothing");
            }
            return Duration.ofNanos(System.nanoTime() - begin);
        } finally {
            process.destroyForcibly();
        }
    }
}
