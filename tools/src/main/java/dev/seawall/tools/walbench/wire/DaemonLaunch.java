package dev.seawall.tools.walbench.wire;

import dev.seawall.tools.ExitCode;
import dev.seawall.tools.ExitCodeException;
import dev.seawall.tools.daemon.DaemonRole;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/// Starts a daemon in the foreground, as a child of this process, by its launcher in `tools/bin`: with the
/// flags that it has in earnest.
final class DaemonLaunch {

    private DaemonLaunch() {}

    /// @param words where its standard output and error go
    static Process start(DaemonRole role, Path cluster, Path words) throws IOException {
        List<String> command = new ArrayList<>(role.command());
        Path launcher = Path.of(System.getProperty("seawall.home", "."), "tools", "bin", command.removeFirst());
        if (!Files.isExecutable(launcher)) {
            throw new ExitCodeException(ExitCode.NOT_FOUND, "there is no \"" + launcher + "\" to start "
                    + role.article() + " by\nHINT: Run walbench by its launcher, tools/bin/walbench.");
        }
        command.addFirst(launcher.toString());
        command.addAll(List.of("-D", cluster.toString()));
        return new ProcessBuilder(command).redirectInput(Path.of("/dev/null").toFile())
                .redirectErrorStream(true).redirectOutput(words.toFile()).start();
    }
}
