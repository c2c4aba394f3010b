package dev.seawall.walwriter.session;

import java.io.IOException;

/// Commands that a replication connection understands besides SQL.
@FunctionalInterface
public interface ReplicationCommands {

    /// Executes a command, to its CommandComplete; the session says ReadyForQuery.
    ///
    /// @return false if it is none of these, and nothing was done
    /// @throws dev.seawall.walwriter.wire.SqlException which the session reports
    /// @throws IOException if the connection ended
    boolean execute(String command, ReplicationConnection connection) throws IOException;
}
