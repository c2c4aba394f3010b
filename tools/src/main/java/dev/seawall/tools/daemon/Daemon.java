package dev.seawall.tools.daemon;

import dev.seawall.settings.LiveSettings;
import dev.seawall.settings.Settings;
import dev.seawall.settings.SettingsException;
import dev.seawall.tools.ClusterOptions;
import dev.seawall.tools.ExitCode;
import dev.seawall.tools.Program;
import dev.seawall.tools.systemd.SystemdSupervisor;
import dev.seawall.tools.systemd.WatchedWorld;
import dev.seawall.wal.disk.Disk;
import dev.seawall.wal.disk.LinuxDisk;
import dev.seawall.wal.role.SystemWorld;
import dev.seawall.wal.role.World;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// A process around a role: opens it, tells the supervisor, reloads on SIGHUP, stops on SIGTERM and
/// SIGINT, and ends with the exit code that says what to do when the role has failed.
///
/// Runs in the foreground, in the thread of its main. Signals only leave a note; this thread acts on it,
/// and between two notes asks the role how it is. The watchdog is fed by this loop and the role's own.
final class Daemon {

    /// Opens what is to be served.
    @FunctionalInterface
    interface Opener {
        Served open(Surroundings in) throws Exception;
    }

    /// Where a role runs.
    ///
    /// @param world     its roles' loops feed the watchdog
    /// @param listening the same world for roles that wait for other processes: theirs do not
    /// @param directory the cluster's
    /// @param reload    has the configuration read again, soon
    record Surroundings(Disk disk, World world, World listening, Path directory, LiveSettings settings,
            Supervisor supervisor, Runnable reload) {}

    private static final Duration LOOK = Duration.ofSeconds(1);
    private static final Duration LOOK_WHILE_STOPPING = Duration.ofMillis(100);

    private final Logger log = LoggerFactory.getLogger(Daemon.class);
    private final DaemonRole role;
    private final World plain = new SystemWorld();
    private final WatchedWorld world;
    /// This thread is one of the loops that have to come round.
    private final WatchedWorld.Pulse pulse;
    private final Disk disk = new LinuxDisk();
    private final Supervisor supervisor;
    private final Duration look;
    private final Thread thread = Thread.currentThread();
    private final AtomicReference<@Nullable StopMode> stopMode = new AtomicReference<>();
    private final AtomicBoolean isReloadWanted = new AtomicBoolean();
    private final AtomicReference<@Nullable Throwable> stray = new AtomicReference<>();

    private Daemon(DaemonRole role, Supervisor supervisor) {
        this.role = role;
        this.supervisor = supervisor;
        this.world = new WatchedWorld(plain, supervisor);
        this.pulse = world.watch();
        // Three looks in the time after which the watchdog bites.
        this.look = supervisor.watchdogInterval().map(interval -> interval.dividedBy(3))
                .filter(third -> third.compareTo(LOOK) < 0).orElse(LOOK);
    }

    /// Runs a daemon to its end.
    static ExitCode run(DaemonRole role, ClusterOptions cluster, Opener opener) {
        DaemonLog.configure(System.getenv());
        Daemon daemon = new Daemon(role,
                SystemdSupervisor.of(System.getenv(), ProcessHandle.current().pid()));
        try {
            return daemon.run(cluster, opener);
        } catch (Exception e) {
            return daemon.endedBy(e);
        } catch (Throwable t) {
            daemon.log.error("{} ended", role.lowerCase(), t);
            return ExitCode.BUG;
        }
    }

    private ExitCode run(ClusterOptions cluster, Opener opener) throws Exception {
        Path directory = cluster.existing(disk);
        LiveSettings settings = LiveSettings.load(
                () -> Settings.load(disk, directory, System.getenv(), cluster.overrides()));
        // Before anything that a signal would have to end in order.
        takeSignals();
        Thread.setDefaultUncaughtExceptionHandler((_, cause) -> {
            stray.compareAndSet(null, cause);
            world.unpark(thread);
        });
        try (PidFile _ = PidFile.take(disk, directory, role)) {
            Served served = opener.open(new Surroundings(disk, world, plain, directory, settings,
                    supervisor, this::wantReload));
            return serve(served, settings);
        }
    }

    private void takeSignals() {
        boolean areTaken = Signals.handle("TERM", () -> note(StopMode.SMART))
                & Signals.handle("INT", () -> note(StopMode.FAST))
                & Signals.handle("HUP", this::wantReload);
        if (!areTaken) {
            log.warn("started with signals ignored, as a shell does in the background: of SIGTERM, SIGINT and SIGHUP"
                    + " not all will work\nHINT: Start it by \"walctl start\", systemd, or its launcher.");
        }
    }

    private void wantReload() {
        isReloadWanted.set(true);
        world.unpark(thread);
    }

    /// A later signal may be more urgent, never less.
    private void note(StopMode mode) {
        stopMode.accumulateAndGet(mode, (before, wanted) -> before == StopMode.FAST ? before : wanted);
        world.unpark(thread);
    }

    private ExitCode serve(Served served, LiveSettings settings) throws Exception {
        log.info("{} ready pid={} {}", role.lowerCase(), ProcessHandle.current().pid(), served.status());
        supervisor.ready(served.status());
        while (failureOf(served) == null && stopMode.get() == null) {
            world.park(() -> stopMode.get() != null || isReloadWanted.get() || failureOf(served) != null,
                    look.toNanos());
            if (isReloadWanted.compareAndSet(true, false)) {
                reload(settings);
                supervisor.ready(served.status());
            }
            supervisor.status(served.status());
            pulse.beat();
        }
        Throwable failure = failureOf(served);
        if (failure == null) {
            log.info("{} stopping mode={}", role.lowerCase(), stopMode.get());
            supervisor.stopping("stopping, " + stopMode.get());
        }
        failure = stop(served, failure);
        if (failure == null) {
            log.info("{} stopped", role.lowerCase());
            return ExitCode.DONE;
        }
        return endedBy(failure);
    }

    private @Nullable Throwable failureOf(Served served) {
        Throwable failure = served.failure();
        return failure == null ? stray.get() : failure;
    }

    private void reload(LiveSettings settings) {
        supervisor.reloading();
        try {
            LiveSettings.Reloaded reloaded = settings.reload();
            log.info("configuration read again changed={}", reloaded.changed());
            if (!reloaded.atRestart().isEmpty()) {
                log.warn("settings have new values that only a restart takes settings={}", reloaded.atRestart());
            }
        } catch (SettingsException | IOException e) {
            log.error("configuration could not be read again; the old values stay: {}", Program.describe(e));
        }
    }

    /// Stops in a thread of its own, so that the watchdog is fed and a more urgent signal is seen.
    ///
    /// @param failure why, if it is not by request
    /// @return what went wrong, first of all that
    private @Nullable Throwable stop(Served served, @Nullable Throwable failure) {
        AtomicReference<@Nullable Throwable> failed = new AtomicReference<>();
        AtomicBoolean isStopped = new AtomicBoolean();
        Thread.ofPlatform().name("stop").daemon().start(() -> {
            try {
                served.stop(() -> failure != null || stopMode.get() == StopMode.FAST ? StopMode.FAST : StopMode.SMART);
            } catch (Throwable t) {
                failed.set(t);
            } finally {
                isStopped.set(true);
                world.unpark(thread);
            }
        });
        while (!world.park(isStopped::get, LOOK_WHILE_STOPPING.toNanos())) {
            pulse.beat();
        }
        return failure == null ? failed.get() : failure;
    }

    /// Says once why, and how the process exits.
    private ExitCode endedBy(Throwable failure) {
        ExitCode code = failure instanceof Exception known ? Program.codeOf(known) : ExitCode.BUG;
        if (code == ExitCode.BUG) {
            log.error("{} ended by an error in Seawall", role.lowerCase(), failure);
        } else {
            log.error("{} ended: {}", role.lowerCase(), Program.describe((Exception) failure));
        }
        supervisor.status("ended: " + failure.getMessage());
        return code;
    }
}
