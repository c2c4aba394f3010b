package dev.seawall.walwriter.session;

import java.net.SocketAddress;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Who has logged in, and with what.
///
/// @param pid           unique among all connections
/// @param key           that a cancel request must know
/// @param parameters    settings of the startup packet
/// @param isReplication whether replication commands are understood
/// @param isOfDatabase  whether it was asked for in a database
/// @param client        null by Unix socket
public record SessionLogin(int pid, int key, String user, boolean isSuperuser, boolean mayReplicate, String database,
        Map<String, String> parameters, boolean isReplication, boolean isOfDatabase,
        @Nullable SocketAddress client) {

    public SessionLogin {
        parameters = Map.copyOf(parameters);
    }
}
