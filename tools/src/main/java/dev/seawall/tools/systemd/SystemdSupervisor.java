package dev.seawall.tools.systemd;

import dev.seawall.tools.daemon.Supervisor;
import dev.seawall.wal.disk.NotifySocket;
import java.io.IOException;
import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// systemd, as the environment of a unit with Type=notify names it.
///
/// What cannot be told is lost, and the first loss is logged: a service must not end because its
/// service manager does not listen.
public final class SystemdSupervisor implements Supervisor {

    private static final Logger LOG = LoggerFactory.getLogger(SystemdSupervisor.class);

    private final NotifySocket socket;
    private final Optional<Duration> watchdogInterval;
    private final AtomicReference<String> lastStatus = new AtomicReference<>("");
    private final AtomicBoolean hasComplained = new AtomicBoolean();
    private volatile boolean isStopping;

    private SystemdSupervisor(NotifySocket socket, Optional<Duration> watchdogInterval) {
        this.socket = socket;
        this.watchdogInterval = watchdogInterval;
    }

    /// The supervisor of a process, or [Supervisor#NONE] if its environment names none that is understood.
    ///
    /// @param pid of this process: a watchdog that is meant for another is not fed
    public static Supervisor of(Map<String, String> environment, long pid) {
        String name = environment.get("NOTIFY_SOCKET");
        if (name == null || name.isEmpty()) {
            return NONE;
        }
        try {
            return new SystemdSupervisor(new NotifySocket(name), watchdogInterval(environment, pid));
        } catch (IOException | NumberFormatException e) {
            LOG.warn("systemd is not told how this process fares problem={}", e.getMessage());
            return NONE;
        }
    }

    /// Half of what systemd waits for: a tick that comes late by as much again is in time.
    private static Optional<Duration> watchdogInterval(Map<String, String> environment, long pid) {
        String limit = environment.get("WATCHDOG_USEC");
        String watched = environment.get("WATCHDOG_PID");
        if (limit == null || watched != null && !watched.equals(Long.toString(pid))) {
            return Optional.empty();
        }
        Duration half = Duration.of(Long.parseLong(limit), ChronoUnit.MICROS).dividedBy(2);
        return half.isPositive() ? Optional.of(half) : Optional.empty();
    }

    @Override
    public void ready(String status) {
        tell("READY=1\n" + statusLine(status));
    }

    @Override
    public void status(String text) {
        String line = oneLine(text);
        if (!line.equals(lastStatus.get())) {
            tell(statusLine(text));
        }
    }

    @Override
    public void reloading() {
        // The time is for units with Type=notify-reload, which systemd has from 253 on.
        tell("RELOADING=1\nMONOTONIC_USEC=" + TimeUnit.NANOSECONDS.toMicros(System.nanoTime()));
    }

    @Override
    public void stopping(String status) {
        isStopping = true;
        tell("STOPPING=1\n" + statusLine(status));
    }

    @Override
    public Optional<Duration> watchdogInterval() {
        return watchdogInterval;
    }

    @Override
    public void watchdogTick() {
        try {
            // Told by threads that have other work to do than to wait for systemd: the next tick will do.
            socket.offer(isStopping ? "WATCHDOG=1\n" + extension() : "WATCHDOG=1");
        } catch (IOException e) {
            complain(e);
        }
    }

    /// As long as its loops turn, a process that stops is not stuck: its last checkpoint takes as long as
    /// it takes, and how long it waits for others it knows itself.
    private String extension() {
        Duration by = watchdogInterval.orElse(Duration.ZERO).multipliedBy(4);
        return "EXTEND_TIMEOUT_USEC=" + TimeUnit.NANOSECONDS.toMicros(by.toNanos());
    }

    private String statusLine(String text) {
        String line = oneLine(text);
        lastStatus.set(line);
        return "STATUS=" + line;
    }

    private static String oneLine(String text) {
        return text.replace('\n', ' ');
    }

    private void tell(String message) {
        try {
            socket.send(message);
        } catch (IOException e) {
            complain(e);
        }
    }

    private void complain(IOException problem) {
        if (hasComplained.compareAndSet(false, true)) {
            LOG.warn("systemd was not told; this is said once problem={}", problem.getMessage());
        }
    }
}
