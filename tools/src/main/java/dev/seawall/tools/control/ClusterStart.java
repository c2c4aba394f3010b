package dev.seawall.tools.control;

import dev.seawall.settings.Settings;
import dev.seawall.tools.ExitCode;
import dev.seawall.tools.ExitCodeException;
import dev.seawall.tools.daemon.DaemonRole;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.locks.LockSupport;

/// Starts daemons and waits until they work, or says why not.
///
/// When one of them fails, those that were started with it are stopped again.
final class ClusterStart {

    private static final Duration POLL = Duration.ofMillis(50);

    private final Path cluster;
    private final Settings settings;
    private final Map<String, String> overrides;
    private final Path logs;
    private final List<Launch> launched = new ArrayList<>();

    /// @param overrides what of `settings` was given on the command line
    ClusterStart(Path cluster, Settings settings, Map<String, String> overrides, Path logs) {
        this.cluster = cluster;
        this.settings = settings;
        this.overrides = overrides;
        this.logs = logs;
    }

    /// @param patience zero: does not wait
    void start(Set<DaemonRole> roles, Duration patience) throws IOException {
        boolean isDone = false;
        try {
            for (DaemonRole role : DaemonRole.values()) {
                if (roles.contains(role)) {
                    launched.add(Launch.start(role, cluster, overrides, logs));
                }
            }
            if (!patience.isZero()) {
                await(System.nanoTime() + patience.toNanos(), patience);
            }
            isDone = true;
        } catch (UnfinishedException e) {
            isDone = true;
            throw e.asExitCode();
        } finally {
            if (!isDone) {
                launched.forEach(Launch::stop);
            }
        }
        for (Launch launch : launched) {
            System.out.println("started the " + launch.role().lowerCase() + ", its log is " + launch.log());
        }
    }

    /// Not ready in time, which is no failure: what was started goes on.
    private static final class UnfinishedException extends IOException {

        private static final long serialVersionUID = 1L;

        UnfinishedException(String message) {
            super(message);
        }

        ExitCodeException asExitCode() {
            return new ExitCodeException(ExitCode.UNFINISHED, String.valueOf(getMessage()));
        }
    }

    private void await(long deadline, Duration patience) throws IOException {
        while (true) {
            List<String> missing = new ArrayList<>();
            for (Launch launch : launched) {
                if (!launch.isAlive()) {
                    throw new ExitCodeException(launch.exitCode(), "the " + launch.role().lowerCase()
                            + " did not start: " + launch.exitCode().meaning() + "\nThe end of " + launch.log() + ":\n"
                            + launch.lastWords());
                }
                if (!isReady(launch.role())) {
                    missing.add(launch.role().lowerCase());
                }
            }
            if (missing.isEmpty()) {
                return;
            }
            if (System.nanoTime() - deadline > 0) {
                throw new UnfinishedException(String.join(" and ", missing) + " not ready after "
                        + patience.toSeconds() + " s; they go on starting\nHINT: Look into " + logs
                        + ", and at \"walctl status\".");
            }
            LockSupport.parkNanos(POLL.toNanos());
        }
    }

    private boolean isReady(DaemonRole role) throws IOException {
        return RunningDaemon.find(cluster, role).isPresent() && switch (role) {
            case WALWRITER -> RunningWalwriter.answers(cluster, settings);
            // With a walwriter it has to find base/ in order before it counts.
            case CHECKPOINTER -> RunningDaemon.find(cluster, DaemonRole.WALWRITER).isEmpty() && !isLaunched(
                    DaemonRole.WALWRITER) || RunningWalwriter.hasCheckpointer(cluster, settings);
            case ARCHIVER -> true;
        };
    }

    private boolean isLaunched(DaemonRole role) {
        return launched.stream().anyMatch(launch -> launch.role() == role);
    }
}
