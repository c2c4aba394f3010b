package dev.seawall.tools.man;

import dev.seawall.tools.ExitCode;
import dev.seawall.tools.archiver.Archiver;
import dev.seawall.tools.daemon.CheckpointerDaemon;
import dev.seawall.tools.daemon.WalwriterDaemon;
import dev.seawall.tools.testfsync.Waltestfsync;
import dev.seawall.tools.walbench.Walbench;
import dev.seawall.tools.walctl.Walctl;
import dev.seawall.tools.walreplay.Walreplay;
import java.util.List;
import java.util.concurrent.Callable;

/// All commands that `tools/bin` launches, but for `waldump`, whose help is pg_waldump's.
final class Commands {

    private Commands() {}

    static List<Callable<ExitCode>> all() {
        return List.of(new Walctl(), new WalwriterDaemon(), new CheckpointerDaemon(), new Archiver(),
                new Walreplay(), new Walbench(), new Waltestfsync());
    }
}
