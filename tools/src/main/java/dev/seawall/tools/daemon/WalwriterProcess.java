package dev.seawall.tools.daemon;

import dev.seawall.embedded.SeawallOptions;
import dev.seawall.settings.Settings;
import dev.seawall.wal.disk.Disk;
import dev.seawall.walwriter.Wal;
import dev.seawall.walwriter.start.LogStart;
import java.io.IOException;
import java.nio.file.Path;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// The walwriter, put together: the log, and the server in front of it.
final class WalwriterProcess implements Served {

    private final Wal wal;

    private WalwriterProcess(Wal wal) {
        this.wal = wal;
    }

    static WalwriterProcess open(Daemon.Surroundings in) throws IOException {
        Disk disk = in.disk();
        Path directory = in.directory();
        Settings settings = in.settings().current();
        SeawallOptions options = SeawallOptions.of(settings, directory);
        Wal wal = Wal.open(LogStart.start(disk, directory, options.acceptLossAt()), options.wal(), disk, in.world());
        return new WalwriterProcess(wal);
    }

    @Override
    public String status() {
        return "timeline " + wal.history().timeline() + ", log up to " + wal.insertLsn() + ", durable up to "
                + wal.flushLsn();
    }

    @Override
    public @Nullable Throwable failure() {
        return wal.failure();
    }

    @Override
    public void stop(Supplier<StopMode> mode) throws IOException {
        wal.close();
    }
}
