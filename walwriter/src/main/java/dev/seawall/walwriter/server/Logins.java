package dev.seawall.walwriter.server;

import dev.seawall.walwriter.wire.MessageInput;
import dev.seawall.walwriter.wire.MessageOutput;
import java.io.IOException;
import java.net.SocketAddress;
import org.jspecify.annotations.Nullable;

/// Who may log in, and how it is proved.
@FunctionalInterface
public interface Logins {

    /// What is known of a connection before anything is proved.
    ///
    /// @param client          null by Unix socket
    /// @param isTls           whether it is encrypted
    /// @param peer            the operating system's name of who is at the other end of a Unix socket
    /// @param certificateName the common name of a certificate that the client has proved to have
    record Request(@Nullable SocketAddress client, boolean isTls, @Nullable String peer,
            @Nullable String certificateName, String user, String database, boolean isReplication) {}

    /// Who it is, and what it may.
    record Identity(String user, boolean isSuperuser, boolean mayReplicate) {}

    /// Asks the client for its proof, up to AuthenticationOk.
    ///
    /// @throws dev.seawall.walwriter.wire.SqlException if it does not get in
    Identity authenticate(Request request, MessageInput in, MessageOutput out) throws IOException;
}
