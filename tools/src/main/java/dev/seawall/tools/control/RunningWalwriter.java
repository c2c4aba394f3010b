package dev.seawall.tools.control;

import dev.seawall.settings.Settings;
import dev.seawall.tools.ExitCode;
import dev.seawall.tools.ExitCodeException;
import dev.seawall.tools.daemon.DaemonRole;
import dev.seawall.tools.daemon.WalwriterAddress;
import dev.seawall.walwriter.client.Login;
import dev.seawall.walwriter.client.ServerException;
import dev.seawall.walwriter.client.WireClient;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;

/// A cluster's walwriter, as commands reach it: by its Unix socket, as the operating system's user.
public final class RunningWalwriter {

    private static final Duration TIMEOUT = Duration.ofSeconds(30);
    private static final Duration PATIENCE = Duration.ofSeconds(5);

    private RunningWalwriter() {}

    /// A connection, if a walwriter runs.
    ///
    /// @return empty: none does, so that the caller may open the cluster itself
    /// @throws ExitCodeException if one runs and cannot be reached, which is no reason to open anything
    public static Optional<WireClient> connect(Path cluster, Settings settings) throws IOException {
        if (RunningDaemon.find(cluster, DaemonRole.WALWRITER).isEmpty()) {
            return Optional.empty();
        }
        try {
            return Optional.of(WireClient.connect(WalwriterAddress.of(settings, cluster), login(TIMEOUT)));
        } catch (ServerException e) {
            throw new ExitCodeException(ExitCode.IO, "the walwriter refused: " + e.getMessage(), e);
        } catch (IOException e) {
            throw new ExitCodeException(ExitCode.IO, "a walwriter runs, but could not be reached: " + e.getMessage()
                    + "\nHINT: It may be starting or stopping. If it was started with another port or"
                    + " unix_socket_directories by -c, give the same here.", e);
        }
    }

    private static Login login(Duration timeout) {
        return WalwriterAddress.login("walctl").withTimeout(timeout);
    }

    /// Whether it answers; what it answers is not asked.
    static boolean answers(Path cluster, Settings settings) {
        try (WireClient _ = WireClient.connect(WalwriterAddress.of(settings, cluster), login(PATIENCE))) {
            return true;
        } catch (ServerException e) {
            // Whoever refuses because of who we are, or for want of room, is there.
            return !e.sqlState().equals("57P03");
        } catch (IOException e) {
            return false;
        }
    }
}
