package dev.seawall.tools.control;

import dev.seawall.tools.daemon.DaemonRole;
import dev.seawall.tools.daemon.PidFile;
import dev.seawall.tools.daemon.ProcessId;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// A daemon of a cluster that runs now.
///
/// @param since when its process began
/// @param unit  of systemd's that runs it; empty: nobody would start it again
public record RunningDaemon(DaemonRole role, ProcessId process, Instant since, Optional<String> unit) {

    /// What systemd runs has a control group by its unit's name. A daemon that was started by hand may
    /// be in the group of some other service, so the name must tell its role.
    private static final Pattern UNIT = Pattern.compile(
            "/([^/\n]*(?:walwriter|checkpointer|archiver)[^/\n]*\\.service)$", Pattern.MULTILINE);

    public static Optional<RunningDaemon> find(Path cluster, DaemonRole role) throws IOException {
        Optional<ProcessId> process = PidFile.find(cluster, role);
        if (process.isEmpty()) {
            return Optional.empty();
        }
        long pid = process.get().pid();
        Instant since = ProcessHandle.of(pid).flatMap(handle -> handle.info().startInstant()).orElse(Instant.EPOCH);
        return Optional.of(new RunningDaemon(role, process.get(), since, unitOf(pid)));
    }

    /// All that run, in the order of their start.
    public static List<RunningDaemon> all(Path cluster) throws IOException {
        List<RunningDaemon> found = new ArrayList<>();
        for (DaemonRole role : DaemonRole.values()) {
            find(cluster, role).ifPresent(found::add);
        }
        return found;
    }

    private static Optional<String> unitOf(long pid) {
        try {
            Matcher unit = UNIT.matcher(Files.readString(Path.of("/proc", Long.toString(pid), "cgroup")));
            return unit.find() ? Optional.of(unit.group(1)) : Optional.empty();
        } catch (IOException e) {
            // It has just ended, or the kernel has no control groups, and so no systemd.
            return Optional.empty();
        }
    }

    boolean isAlive() {
        return process.isAlive();
    }

    /// Sends a signal, unless the process has ended and its number may be another's.
    ///
    /// @param name without SIG: `INT`
    void signal(String name) throws IOException {
        if (!isAlive()) {
            return;
        }
        // The shell's own: Java knows SIGTERM and SIGKILL only, and the program kill need not be there.
        Process kill = new ProcessBuilder("sh", "-c", "kill -" + name + " " + process)
                .redirectErrorStream(true).start();
        String said = new String(kill.getInputStream().readAllBytes(), java.nio.charset.StandardCharsets.UTF_8);
        try {
            if (kill.waitFor() != 0 && isAlive()) {
                throw new IOException("could not send SIG" + name + " to " + role.lowerCase() + ", process " + process
                        + ": " + said.strip());
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted while sending SIG" + name, e);
        }
    }

    /// `walwriter, process 4711`.
    @Override
    public String toString() {
        return role.lowerCase() + ", process " + process;
    }
}
