package dev.seawall.tools.daemon;

import dev.seawall.settings.Settings;
import dev.seawall.walwriter.client.Address;
import dev.seawall.walwriter.client.Login;
import dev.seawall.walwriter.server.ServerOptions;
import java.nio.file.Path;
import java.time.Duration;

/// Where a cluster's other processes and its commands find the walwriter, and as whom they log in.
public final class WalwriterAddress {

    private static final Duration TIMEOUT = Duration.ofSeconds(5);

    private WalwriterAddress() {}

    /// The first of its Unix sockets.
    public static Address of(Settings settings, Path directory) {
        ServerOptions options = ServerOptions.of(settings, directory);
        return new Address.UnixSocket(options.socketIn(options.socketDirectories().getFirst()));
    }

    /// As the operating system's user who runs this: the owner of the cluster's directory gets in.
    public static Login login(String applicationName) {
        return Login.of(System.getProperty("user.name"), applicationName);
    }

    /// The same for one who tries again anyway.
    static Login replicationLogin(String applicationName) {
        return login(applicationName).withReplication(Login.Replication.PHYSICAL).withTimeout(TIMEOUT);
    }
}
