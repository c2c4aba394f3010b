package dev.seawall.walwriter.server;

import dev.seawall.walwriter.auth.Identity;
import dev.seawall.walwriter.auth.hba.LoginRequest;
import dev.seawall.walwriter.auth.hba.LoginRequest.Replication;
import dev.seawall.walwriter.auth.hba.Origin;
import dev.seawall.walwriter.wire.MessageInput;
import dev.seawall.walwriter.wire.MessageOutput;
import dev.seawall.walwriter.wire.SqlException;
import dev.seawall.walwriter.wire.SqlState;
import dev.seawall.walwriter.wire.Startup;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.channels.ByteChannel;
import java.nio.channels.SocketChannel;
import java.util.ArrayDeque;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import jdk.net.ExtendedSocketOptions;
import jdk.net.UnixDomainPrincipal;
import org.jspecify.annotations.Nullable;

/// What comes before a session: encryption asked for or not, what the client wants, and who it is.
final class Greeting {

    /// Authentication's messages are small.
    private static final int MAX_AUTHENTICATION_BYTES = 64 << 10;

    private final Server server;
    private final SocketChannel socket;
    private final @Nullable InetSocketAddress client;
    private MessageInput in;
    private MessageOutput out;
    private boolean isTls;
    private Replication replication = Replication.NONE;
    private @Nullable String certificateName;
    private Map<String, String> parameters = Map.of();

    Greeting(Server server, SocketChannel socket, @Nullable InetSocketAddress client) {
        this.server = server;
        this.socket = socket;
        this.client = client;
        this.in = new MessageInput(socket, Startup.MAX_BYTES, server.memory());
        this.out = new MessageOutput(socket);
    }

    MessageInput in() {
        return in;
    }

    MessageOutput out() {
        return out;
    }

    boolean isReplication() {
        return replication != Replication.NONE;
    }

    /// Settings that the client asked for.
    Map<String, String> parameters() {
        return parameters;
    }

    /// Hears what the client wants.
    ///
    /// @return null if it wants no session, or nothing any more
    @Nullable LoginRequest hear() throws IOException {
        boolean wasTlsAsked = false;
        boolean wasGssAsked = false;
        while (in.nextUntyped()) {
            switch (Startup.read(in)) {
                case Startup.TlsRequest _ -> {
                    refuseAgain(wasTlsAsked || isTls);
                    wasTlsAsked = true;
                    answerTls();
                }
                case Startup.GssRequest _ -> {
                    refuseAgain(wasGssAsked);
                    wasGssAsked = true;
                    out.raw('N').flush();
                }
                case Startup.CancelRequest cancel -> {
                    server.backends().cancel(cancel.pid(), cancel.key());
                    return null;
                }
                case Startup.Login login -> {
                    return request(login);
                }
            }
        }
        return null;
    }

    private static void refuseAgain(boolean isAgain) {
        if (isAgain) {
            throw SqlException.fatal(SqlState.PROTOCOL_VIOLATION, "encryption was asked for twice");
        }
    }

    private void answerTls() throws IOException {
        boolean isOffered = client != null && server.encryption().isOffered();
        if (isOffered && in.hasMore()) {
            // What came in clear before the encryption could be somebody else's: it must not be taken for the
            // client's.
            throw SqlException.fatal(SqlState.PROTOCOL_VIOLATION, "received unencrypted data after SSL request");
        }
        out.raw(isOffered ? 'S' : 'N').flush();
        if (isOffered) {
            Encryption.Encrypted encrypted = server.encryption().begin(socket);
            ByteChannel channel = encrypted.channel();
            in.close();
            in = new MessageInput(channel, Startup.MAX_BYTES, server.memory());
            out = new MessageOutput(channel);
            isTls = true;
            certificateName = encrypted.certificateName();
        }
    }

    private LoginRequest request(Startup.Login login) throws IOException {
        Map<String, String> asked = new LinkedHashMap<>(login.parameters());
        String user = asked.remove("user");
        if (user == null || user.isEmpty()) {
            throw SqlException.fatal(SqlState.INVALID_AUTHORIZATION_SPECIFICATION,
                    "no PostgreSQL user name specified in startup packet");
        }
        String database = asked.remove("database");
        replication = replication(asked.remove("replication"));
        String options = asked.remove("options");
        if (options != null) {
            options(options, asked);
        }
        parameters = asked;
        if (login.minor() > 0 || !login.unrecognized().isEmpty()) {
            // The whole version, not the minor one alone as the manual says: so does PostgreSQL, and libpq
            // believes nothing else.
            out.begin('v').int32(Startup.VERSION_3_0).int32(login.unrecognized().size());
            login.unrecognized().forEach(out::string);
            out.end();
        }
        return new LoginRequest(user, database == null || database.isEmpty() ? user : database, replication);
    }

    private static Replication replication(@Nullable String value) {
        return switch (value == null ? "off" : value.toLowerCase(Locale.ROOT)) {
            case "true", "on", "yes", "1" -> Replication.PHYSICAL;
            case "database" -> Replication.DATABASE;
            case "false", "off", "no", "0" -> Replication.NONE;
            default -> throw SqlException.fatal(SqlState.INVALID_PARAMETER_VALUE,
                    "invalid value for parameter \"replication\": \"" + value + "\"");
        };
    }

    /// `-c name=value` and `--name=value`, as PGOPTIONS has them; a backslash keeps a space.
    private static void options(String options, Map<String, String> into) {
        ArrayDeque<String> words = new ArrayDeque<>();
        for (String word : options.trim().split("(?<!\\\\)\\s+")) {
            words.add(word.replaceAll("\\\\(.)", "$1"));
        }
        while (!words.isEmpty()) {
            String word = words.remove();
            String assignment = word.equals("-c") && !words.isEmpty() ? words.remove()
                    : word.startsWith("-c") || word.startsWith("--") ? word.substring(2) : "";
            int equals = assignment.indexOf('=');
            if (equals > 0) {
                into.put(assignment.substring(0, equals).replace('-', '_'), assignment.substring(equals + 1));
            } else if (!word.isEmpty()) {
                throw SqlException.fatal(SqlState.SYNTAX_ERROR, "invalid command-line argument for server process: "
                        + word);
            }
        }
    }

    private Origin origin() throws IOException {
        if (client != null) {
            return new Origin.Tcp(client.getAddress(), isTls, certificateName);
        }
        UnixDomainPrincipal principal = socket.getOption(ExtendedSocketOptions.SO_PEERCRED);
        return new Origin.UnixSocket(principal.user().getName());
    }

    /// Asks for the proof.
    ///
    /// @throws SqlException if the client does not get in
    Identity login(LoginRequest request) throws IOException {
        server.checkOpen();
        in.maxBytes(MAX_AUTHENTICATION_BYTES);
        return server.logins().authenticate(origin(), request, in, out);
    }
}
