package dev.seawall.walwriter.server;

import dev.seawall.walwriter.auth.Identity;
import dev.seawall.walwriter.auth.hba.LoginRequest;
import dev.seawall.walwriter.auth.hba.Origin;
import dev.seawall.walwriter.wire.MessageInput;
import dev.seawall.walwriter.wire.MessageOutput;
import java.io.IOException;

/// Who gets in: [dev.seawall.walwriter.auth.Authentication#authenticate], or what a test says.
@FunctionalInterface
public interface Logins {

    /// Asks the client for its proof, up to AuthenticationOk.
    ///
    /// @throws dev.seawall.walwriter.wire.SqlException if it does not get in
    Identity authenticate(Origin origin, LoginRequest request, MessageInput in, MessageOutput out) throws IOException;
}
