package dev.seawall.tools.control;

import dev.seawall.settings.Settings;
import dev.seawall.tools.ExitCode;
import dev.seawall.tools.ExitCodeException;
import dev.seawall.tools.daemon.DaemonRole;
import dev.seawall.tools.daemon.WalwriterAddress;
import dev.seawall.wal.disk.Disk;
import dev.seawall.walwriter.client.Address;
import dev.seawall.walwriter.client.Login;
import dev.seawall.walwriter.client.ServerException;
import dev.seawall.walwriter.client.WireClient;
import dev.seawall.walwriter.slots.ReplicationSlots;
import dev.seawall.walwriter.start.DirectoryLock;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/// A cluster's walwriter, as commands reach it: by its Unix socket, as the operating system's user.
public final class RunningWalwriter {

    private static final Duration TIMEOUT = Duration.ofSeconds(30);
    private static final Duration PATIENCE = Duration.ofSeconds(5);

    private RunningWalwriter() {}

    /// A connection, if the cluster is open: a walwriter runs, or a program that has the cluster in its own
    /// JVM and serves it.
    ///
    /// @return empty: it is not, so that the caller may open it itself
    /// @throws ExitCodeException if one runs and cannot be reached, which is no reason to open anything
    public static Optional<WireClient> connect(Disk disk, Path cluster, Settings settings) throws IOException {
        // First: a socket that is found without it may be anybody's.
        if (RunningDaemon.find(cluster, DaemonRole.WALWRITER).isEmpty() && !DirectoryLock.isHeld(disk, cluster)) {
            return Optional.empty();
        }
        try {
            WireClient client = WireClient.connect(WalwriterAddress.of(settings, cluster), login(TIMEOUT));
            requireSeawall(client, WalwriterAddress.of(settings, cluster));
            return Optional.of(client);
        } catch (ServerException e) {
            throw new ExitCodeException(ExitCode.IO, "the walwriter refused: " + e.getMessage(), e);
        } catch (IOException e) {
            throw new ExitCodeException(ExitCode.IN_USE, "the cluster is in use, but no walwriter could be reached: "
                    + e.getMessage() + "\nHINT: It may be starting or stopping. If it was started with another port or"
                    + " unix_socket_directories by -c, give the same here.", e);
        }
    }

    private static void requireSeawall(WireClient client, Address address) throws IOException {
        String version = client.parameter("server_version");
        if (version == null || !version.contains("Seawall")) {
            client.close();
            throw new ExitCodeException(ExitCode.IO, "another server listens at " + address + ": version " + version
                    + "\nHINT: Give the cluster a port or unix_socket_directories of its own.");
        }
    }

    /// A text as SQL writes it.
    public static String literal(String text) {
        return "'" + text.replace("'", "''") + "'";
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

    /// Whether a checkpointer follows it.
    static boolean hasCheckpointer(Path cluster, Settings settings) {
        try (WireClient client = WireClient.connect(WalwriterAddress.of(settings, cluster), login(PATIENCE))) {
            return client.query("SELECT slot_name, active FROM pg_replication_slots").rows()
                    .contains(List.of(ReplicationSlots.CHECKPOINTER, "t"));
        } catch (ServerException e) {
            // It does not tell us; then others have to look.
            return !e.sqlState().equals("57P03");
        } catch (IOException e) {
            return false;
        }
    }
}
