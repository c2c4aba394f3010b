package dev.seawall.walwriter.auth;

import dev.seawall.wal.role.World;
import dev.seawall.walwriter.auth.hba.HbaRule;
import dev.seawall.walwriter.auth.hba.HbaRules;
import dev.seawall.walwriter.auth.hba.LoginRequest;
import dev.seawall.walwriter.auth.hba.Origin;
import dev.seawall.walwriter.auth.scram.ScramException;
import dev.seawall.walwriter.auth.scram.ScramServer;
import dev.seawall.walwriter.auth.scram.ScramVerifier;
import dev.seawall.walwriter.wire.MessageInput;
import dev.seawall.walwriter.wire.MessageOutput;
import dev.seawall.walwriter.wire.SqlException;
import dev.seawall.walwriter.wire.SqlState;
import java.io.EOFException;
import java.io.IOException;
import java.util.Optional;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Decides who a connection is: finds the rule, asks for the proof, looks up what the user may.
///
/// Thread-safe; each login runs in its connection's thread. How long one may take is the caller's word:
/// it closes the channel.
public final class Authentication {

    private static final Logger LOG = LoggerFactory.getLogger(Authentication.class);

    /// Makes guessing slow without making a mistyped password a nuisance.
    private static final long FAILURE_DELAY_NANOS = 100_000_000;
    /// SCRAM's messages are short; a client that has not logged in gets no more memory.
    private static final int MAX_MESSAGE_BYTES = 8192;
    private static final int OK = 0;
    private static final int SASL = 10;
    private static final int SASL_CONTINUE = 11;
    private static final int SASL_FINAL = 12;

    private final Supplier<HbaRules> rules;
    private final Users users;
    private final String owner;
    private final World world;
    private final RefusalLog refusals;

    /// @param rules those that hold now; asked at each login
    /// @param owner the system's user to whom the cluster's directory belongs: always a superuser
    public Authentication(Supplier<HbaRules> rules, Users users, String owner, World world) {
        this.rules = rules;
        this.users = users;
        this.owner = owner;
        this.world = world;
        this.refusals = new RefusalLog(LOG, world);
    }

    /// Does the exchange, with AuthenticationOk as its last message, which is gathered but not yet sent.
    ///
    /// @param in  sets its limit to what a login needs; the caller raises it afterwards
    /// @throws SqlException FATAL, in PostgreSQL's words: to be sent before the connection ends
    /// @throws IOException  if the connection ended
    public Identity authenticate(Origin origin, LoginRequest request, MessageInput in, MessageOutput out)
            throws IOException {
        @Nullable HbaRule rule = null;
        try {
            rule = rules.get().match(origin, request);
            Identity identity = prove(rule, origin, request, in, out);
            out.begin('R').int32(OK).end();
            return identity;
        } catch (SqlException e) {
            refusals.refused(origin, request, rule, e);
            throw e;
        }
    }

    private Identity prove(HbaRule rule, Origin origin, LoginRequest request, MessageInput in, MessageOutput out)
            throws IOException {
        switch (rule.method()) {
            case TRUST -> { }
            case REJECT -> throw HbaRules.rejected(origin, request);
            case PEER -> peer(origin, request);
            case CERT -> certificate(origin, request);
            case SCRAM -> scram(request, in, out);
        }
        return identity(request);
    }

    private static void peer(Origin origin, LoginRequest request) {
        if (!(origin instanceof Origin.UnixSocket(var osUser)) || !request.user().equals(osUser)) {
            throw refused("Peer authentication failed for user \"" + request.user() + "\"");
        }
    }

    private static void certificate(Origin origin, LoginRequest request) {
        String name = origin instanceof Origin.Tcp tcp && tcp.isTls() ? tcp.certificateName() : null;
        if (name == null) {
            throw refused("connection requires a valid client certificate");
        }
        if (!name.equals(request.user())) {
            throw refused("certificate authentication failed for user \"" + request.user() + "\"");
        }
    }

    private static SqlException refused(String message) {
        return SqlException.fatal(SqlState.INVALID_AUTHORIZATION_SPECIFICATION, message);
    }

    private void scram(LoginRequest request, MessageInput in, MessageOutput out) throws IOException {
        ScramVerifier verifier = verifier(request.user());
        ScramServer exchange = new ScramServer(verifier, world.secrets());
        in.maxBytes(MAX_MESSAGE_BYTES);
        out.begin('R').int32(SASL).string(ScramServer.MECHANISM).string("").end();
        out.flush();
        try {
            String first = exchange.first(clientFirst(in));
            out.begin('R').int32(SASL_CONTINUE).text(first).end();
            out.flush();
            Optional<String> last = exchange.finish(message(in).text(in.remaining()));
            if (last.isEmpty()) {
                world.park(() -> false, FAILURE_DELAY_NANOS);
                throw SqlException.fatal(SqlState.INVALID_PASSWORD,
                        "password authentication failed for user \"" + request.user() + "\"");
            }
            out.begin('R').int32(SASL_FINAL).text(last.get()).end();
        } catch (ScramException e) {
            throw SqlException.fatal(SqlState.PROTOCOL_VIOLATION, String.valueOf(e.getMessage()));
        }
    }

    private ScramVerifier verifier(String name) {
        try {
            ScramVerifier known = users.find(name).map(User::verifier).orElse(null);
            return known != null ? known : ScramVerifier.mock(name, users.secret());
        } catch (IOException e) {
            throw unreadable(e);
        }
    }

    /// Not the client's fault, and nothing that it should learn more of.
    private SqlException unreadable(IOException cause) {
        refusals.unreadable(cause);
        return SqlException.fatal(SqlState.IO_ERROR, "could not find out who may log in"
                + "\nHINT: The server's log says why.");
    }

    /// SASLInitialResponse: the mechanism that was chosen, and its first message.
    private static String clientFirst(MessageInput in) throws IOException {
        String mechanism = message(in).string();
        if (!mechanism.equals(ScramServer.MECHANISM)) {
            throw SqlException.fatal(SqlState.PROTOCOL_VIOLATION,
                    "client selected an invalid SASL authentication mechanism");
        }
        int bytes = in.int32();
        String first = in.text(bytes);
        in.expectEnd();
        return first;
    }

    private static MessageInput message(MessageInput in) throws IOException {
        int type = in.next();
        if (type == -1) {
            // As psql does when it must ask for the password first.
            throw new EOFException("the client ended the connection during the login");
        }
        if (type != 'p') {
            throw SqlException.fatal(SqlState.PROTOCOL_VIOLATION,
                    "expected SASL response, got message type " + type);
        }
        return in;
    }

    private User user(String name) {
        try {
            return users.find(name).orElseThrow(() -> refused("role \"" + name + "\" does not exist"));
        } catch (IOException e) {
            throw unreadable(e);
        }
    }

    private Identity identity(LoginRequest request) {
        String name = request.user();
        Identity identity;
        if (name.equals(owner)) {
            identity = new Identity(name, true, true);
        } else {
            User user = user(name);
            identity = new Identity(name, user.isSuperuser(), user.isSuperuser() || user.mayReplicate());
        }
        if (request.replication() != LoginRequest.Replication.NONE && !identity.mayReplicate()) {
            throw SqlException.fatal(SqlState.INSUFFICIENT_PRIVILEGE,
                    "must be superuser or replication role to start walsender");
        }
        return identity;
    }
}
