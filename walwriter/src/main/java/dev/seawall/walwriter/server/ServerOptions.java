package dev.seawall.walwriter.server;

import dev.seawall.settings.ServerSettings;
import dev.seawall.settings.Settings;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;

/// What of the server's settings is read once, at its start.
///
/// @param listenAddresses         host names or addresses; `*` for all
/// @param socketDirectories       of Unix sockets
/// @param socketMode              of their files
/// @param maxConnections          that have logged in
/// @param reservedConnections     of these, for superusers
public record ServerOptions(List<String> listenAddresses, int port, List<Path> socketDirectories,
        int socketMode, int maxConnections, int reservedConnections) {

    public ServerOptions {
        listenAddresses = List.copyOf(listenAddresses);
        socketDirectories = List.copyOf(socketDirectories);
    }

    /// @param directory the cluster's: where the Unix socket is when nothing else is said
    public static ServerOptions of(Settings settings, Path directory) {
        List<String> sockets = list(settings.get(ServerSettings.UNIX_SOCKET_DIRECTORIES));
        return new ServerOptions(list(settings.get(ServerSettings.LISTEN_ADDRESSES)),
                settings.get(ServerSettings.PORT),
                sockets.isEmpty() ? List.of(directory) : sockets.stream().map(directory::resolve).toList(),
                settings.get(ServerSettings.UNIX_SOCKET_PERMISSIONS),
                settings.get(ServerSettings.MAX_CONNECTIONS),
                settings.get(ServerSettings.SUPERUSER_RESERVED_CONNECTIONS));
    }

    private static List<String> list(String text) {
        return Arrays.stream(text.split(",")).map(String::strip).filter(part -> !part.isEmpty()).toList();
    }

    /// The Unix socket's file in a directory, as libpq looks for it.
    public Path socketIn(Path directory) {
        return directory.resolve(".s.PGSQL." + port);
    }
}
