package dev.seawall.walwriter.walreceiver;

import dev.seawall.walwriter.client.Address;
import dev.seawall.walwriter.client.Login;
import dev.seawall.walwriter.client.ServerException;
import dev.seawall.walwriter.client.WireClient;
import java.io.IOException;
import java.net.ProtocolException;
import java.util.List;
import javax.net.ssl.SSLException;

/// One server of a connection string.
///
/// @param ways to log in, the next one tried when the one before failed for its encryption or the want of it
public record Endpoint(Address address, List<Login> ways) {

    /// "invalid authorization specification": no line of pg_hba.conf for such a connection.
    private static final String NO_RULE = "28000";

    public Endpoint {
        ways = List.copyOf(ways);
    }

    /// Connects and logs in.
    ///
    /// @throws IOException of the last way that was tried
    public WireClient connect() throws IOException {
        for (int way = 0; ; way++) {
            try {
                return WireClient.connect(address, ways.get(way));
            } catch (IOException e) {
                if (way == ways.size() - 1 || !isOfEncryption(e)) {
                    throw e;
                }
            }
        }
    }

    private static boolean isOfEncryption(IOException e) {
        return e instanceof ProtocolException || e instanceof SSLException
                || e instanceof ServerException refusal && refusal.sqlState().equals(NO_RULE);
    }
}
