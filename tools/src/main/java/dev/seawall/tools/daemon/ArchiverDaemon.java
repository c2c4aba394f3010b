package dev.seawall.tools.daemon;

import dev.seawall.archiver.ArchiverStatistics;
import dev.seawall.archiver.process.ArchiverOptions;
import dev.seawall.archiver.process.ArchiverProcess;
import dev.seawall.embedded.ArchiveOptions;
import dev.seawall.embedded.SeawallOptions;
import dev.seawall.settings.Settings;
import dev.seawall.tools.ClusterOptions;
import dev.seawall.tools.ExitCode;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/// `archiver run`: the process that ships segments.
@Command(name = "run", mixinStandardHelpOptions = true,
        description = {
            "Archives what the walwriter of a cluster marks ready, in the foreground.",
            "",
            "It goes on while no walwriter runs, and tries again while the repository is away; nothing is lost "
                + "meanwhile, pg_wal only grows. With archive_mode off it does nothing.",
            "",
            "SIGTERM, SIGINT: finish the file under way, then stop. SIGHUP: read seawall.conf again."},
        footer = {"", "Most people begin with \"walctl start\", which starts all three processes."})
public final class ArchiverDaemon implements Callable<ExitCode> {

    @Mixin
    private final ClusterOptions cluster = new ClusterOptions();

    @Override
    public ExitCode call() {
        return Daemon.run(DaemonRole.ARCHIVER, cluster, ArchiverDaemon::open);
    }

    private static Served open(Daemon.Surroundings in) throws IOException {
        Settings settings = in.settings().current();
        Optional<ArchiveOptions> archive = SeawallOptions.of(settings, in.directory()).archive();
        if (archive.isEmpty()) {
            return new Idle();
        }
        ArchiveOptions options = archive.get();
        ArchiverProcess process = ArchiverProcess.open(in.disk(), in.world(), in.listening(),
                new ArchiverOptions(in.directory(), options.repository(), options.codec(), options.archiveTimeout(),
                        WalwriterAddress.of(settings, in.directory()),
                        WalwriterAddress.replicationLogin("archiver")),
                in.reload());
        in.settings().onReload(changed -> change(process, changed, in.directory()));
        return new Archiving(process);
    }

    private static void change(ArchiverProcess process, Settings changed, Path directory) {
        SeawallOptions.of(changed, directory).archive()
                .ifPresent(archive -> process.change(archive.codec(), archive.archiveTimeout()));
    }

    /// `archive_mode` is on.
    private record Archiving(ArchiverProcess process) implements Served {

        @Override
        public String status() {
            ArchiverStatistics now = process.statistics();
            return "archived " + now.archived() + now.lastArchived().map(last -> ", last " + last.name()).orElse("")
                    + (now.ready() == 0 ? "" : ", " + now.ready() + " waiting")
                    + (isFailing(now) ? ", failing: " + now.lastFailed().orElseThrow().reason() : "")
                    + (process.isConnected() ? "" : ", no walwriter");
        }

        private static boolean isFailing(ArchiverStatistics now) {
            return now.lastFailed().isPresent() && (now.lastArchived().isEmpty()
                    || now.lastFailed().get().at().isAfter(now.lastArchived().get().at()));
        }

        @Override
        public @Nullable Throwable failure() {
            return process.failure();
        }

        @Override
        public void stop(Supplier<StopMode> mode) throws IOException {
            process.close();
        }
    }

    /// `archive_mode` is off: a service that does nothing, until it is started with it on.
    private record Idle() implements Served {

        @Override
        public String status() {
            return "archive_mode is off";
        }

        @Override
        public @Nullable Throwable failure() {
            return null;
        }

        @Override
        public void stop(Supplier<StopMode> mode) {}
    }
}
