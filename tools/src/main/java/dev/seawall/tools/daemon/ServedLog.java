package dev.seawall.tools.daemon;

import dev.seawall.archiver.stream.StreamedBackups;
import dev.seawall.embedded.SeawallOptions;
import dev.seawall.tools.systemd.ListenSockets;
import dev.seawall.walwriter.process.WalwriterProcess;
import java.io.IOException;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// What the walwriter's process runs.
final class ServedLog implements Served {

    private final WalwriterProcess process;

    private ServedLog(WalwriterProcess process) {
        this.process = process;
    }

    static ServedLog open(Daemon.Surroundings in) throws IOException {
        SeawallOptions options = SeawallOptions.of(in.settings().current(), in.directory());
        WalwriterProcess process = WalwriterProcess.open(in.disk(), in.world(), in.listening(), in.directory(),
                in.settings(), options.wal(), options.acceptLossAt(),
                StandbyArchive.of(in.disk(), in.world(), in.directory(), in.settings().current()),
                new StreamedBackups(in.disk(), in.directory()),
                ListenSockets.take(System.getenv(), ProcessHandle.current().pid()));
        in.settings().onReload(
                changed -> process.options(SeawallOptions.of(changed, in.directory()).wal()));
        return new ServedLog(process);
    }

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
        process.stop(() -> mode.get() == StopMode.FAST);
    }
}
