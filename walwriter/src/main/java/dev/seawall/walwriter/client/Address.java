package dev.seawall.walwriter.client;

import java.nio.file.Path;

/// Where a server listens.
public sealed interface Address {

    /// A Unix socket, by its whole path.
    record UnixSocket(Path path) implements Address {
        @Override
        public String toString() {
            return "socket \"" + path + "\"";
        }
    }

    /// A TCP port.
    record Host(String host, int port) implements Address {

        public Host {
            if (port < 1 || port > 65_535) {
                throw new IllegalArgumentException("port " + port + ", 1 to 65535 expected");
            }
        }

        @Override
        public String toString() {
            return "server at \"" + host + "\", port " + port;
        }
    }

    /// The Unix socket that a server with this port makes in a directory.
    static Address in(Path directory, int port) {
        return new UnixSocket(directory.resolve(".s.PGSQL." + port));
    }
}
