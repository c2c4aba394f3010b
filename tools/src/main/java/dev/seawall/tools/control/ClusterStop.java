package dev.seawall.tools.control;

import dev.seawall.tools.ExitCode;
import dev.seawall.tools.ExitCodeException;
import dev.seawall.tools.daemon.DaemonRole;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.locks.LockSupport;

/// Stops daemons: the walwriter first, which needs the checkpointer for the last checkpoint.
final class ClusterStop {

    /// PostgreSQL's three.
    enum Mode {
        /// Clients come to their end by themselves.
        SMART("TERM"),
        /// Clients are cut off.
        FAST("INT"),
        /// Nobody is asked; the next start is one after a crash.
        IMMEDIATE("KILL");

        private final String signal;

        Mode(String signal) {
            this.signal = signal;
        }
    }

    private static final Duration POLL = Duration.ofMillis(50);

    private final Path cluster;
    private final Mode mode;

    ClusterStop(Path cluster, Mode mode) {
        this.cluster = cluster;
        this.mode = mode;
    }

    /// @return who ran
    Set<DaemonRole> stop(Set<DaemonRole> roles, Duration patience) throws IOException {
        List<RunningDaemon> running = RunningDaemon.all(cluster).stream()
                .filter(daemon -> roles.contains(daemon.role())).toList();
        running.forEach(ClusterStop::requireOurs);
        long deadline = System.nanoTime() + patience.toNanos();
        // Against the order of the start.
        for (RunningDaemon daemon : running.reversed()) {
            daemon.signal(daemon.role() == DaemonRole.WALWRITER || mode == Mode.IMMEDIATE ? mode.signal : "TERM");
            await(daemon, deadline, patience);
            System.out.println("stopped the " + daemon.role().lowerCase());
        }
        Set<DaemonRole> stopped = EnumSet.noneOf(DaemonRole.class);
        running.forEach(daemon -> stopped.add(daemon.role()));
        return stopped;
    }

    /// What systemd runs it would start again, or think failed.
    private static void requireOurs(RunningDaemon daemon) {
        daemon.unit().ifPresent(unit -> {
            throw new ExitCodeException(ExitCode.USAGE, "the " + daemon + ", is run by systemd as " + unit
                    + "\nHINT: Use \"systemctl stop seawall.target\", or systemctl with that unit.");
        });
    }

    private void await(RunningDaemon daemon, long deadline, Duration patience) {
        while (daemon.isAlive()) {
            if (System.nanoTime() - deadline > 0) {
                throw new ExitCodeException(ExitCode.UNFINISHED, "the " + daemon + ", has not stopped after "
                        + patience.toSeconds() + " s; it goes on stopping" + (mode == Mode.SMART
                        ? "\nHINT: It waits for its clients; \"walctl stop -m fast\" cuts them off." : ""));
            }
            LockSupport.parkNanos(POLL.toNanos());
        }
    }
}
