package dev.seawall.tools.daemon;

import dev.seawall.checkpointer.process.CheckpointerProcess;
import dev.seawall.checkpointer.process.ProcessOptions;
import dev.seawall.embedded.SeawallOptions;
import dev.seawall.recovery.ResourceManager;
import dev.seawall.settings.Settings;
import dev.seawall.settings.StandbySettings;
import dev.seawall.tools.ClusterOptions;
import dev.seawall.tools.ExitCode;
import dev.seawall.tools.Program;
import dev.seawall.walwriter.client.Address;
import dev.seawall.walwriter.client.Login;
import dev.seawall.walwriter.link.ClientChannel;
import java.io.IOException;
import java.util.ServiceLoader;
import java.util.concurrent.Callable;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/// `checkpointer`: the process that turns the log into data files.
@Command(name = "checkpointer", mixinStandardHelpOptions = true, version = "checkpointer (Seawall) 0.1.0",
        description = {
            "Redoes the log of a cluster into its data files and checkpoints them, in the foreground.",
            "",
            "It follows the walwriter's log as it is written, waits while no walwriter runs, and goes on when one is "
                + "back. Commits never wait for it.",
            "",
            "SIGTERM, SIGINT: stop; what was not checkpointed is redone by the next one. SIGHUP: read seawall.conf "
                + "again."},
        footer = {"", "Most people begin with \"walctl start\", which starts all three processes. Stop the walwriter",
            "first: it needs the checkpointer for the last checkpoint."})
public final class CheckpointerDaemon implements Callable<ExitCode> {

    @Mixin
    private final ClusterOptions cluster = new ClusterOptions();

    @Override
    public ExitCode call() {
        return Daemon.run(DaemonRole.CHECKPOINTER, cluster, CheckpointerDaemon::open);
    }

    public static void main(String[] args) {
        Program.main(new CheckpointerDaemon(), args);
    }

    private static Served open(Daemon.Surroundings in) {
        Settings settings = in.settings().current();
        SeawallOptions options = SeawallOptions.of(settings, in.directory());
        Address address = WalwriterAddress.of(settings, in.directory());
        Login login = WalwriterAddress.replicationLogin("checkpointer");
        CheckpointerProcess process = CheckpointerProcess.start(in.disk(), in.world(), in.listening(), in.directory(),
                new ProcessOptions(options.checkpoints(), options.pages(), options.held(),
                        ProcessOptions.USUAL_WINDOW_BYTES,
                        () -> in.settings().get(StandbySettings.RECOVERY_MIN_APPLY_DELAY)),
                () -> ServiceLoader.load(ResourceManager.class).stream().map(ServiceLoader.Provider::get).toList(),
                command -> ClientChannel.open(address, login, command),
                new CheckpointerProcess.Host(_ -> { }, in.reload()));
        in.settings().onReload(
                changed -> process.options(SeawallOptions.of(changed, in.directory()).checkpoints()));
        return new Redoing(process);
    }

    private record Redoing(CheckpointerProcess process) implements Served {

        @Override
        public String status() {
            return process.status();
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
}
