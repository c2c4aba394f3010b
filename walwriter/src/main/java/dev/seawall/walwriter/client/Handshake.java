package dev.seawall.walwriter.client;

import dev.seawall.wal.role.World;
import dev.seawall.walwriter.auth.scram.ScramClient;
import dev.seawall.walwriter.tls.ClientTls;
import dev.seawall.walwriter.tls.TlsChannel;
import dev.seawall.walwriter.wire.MessageInput;
import dev.seawall.walwriter.wire.MessageOutput;
import dev.seawall.walwriter.wire.SqlException;
import java.io.EOFException;
import java.io.IOException;
import java.net.ProtocolException;
import java.nio.ByteBuffer;
import java.nio.channels.ByteChannel;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/// A connection's begin: the startup packet, the proof of who we are, up to ReadyForQuery.
///
/// A password is never sent, only proven by SCRAM-SHA-256; and a server that began SCRAM must prove
/// that it knows the password too before it is believed.
final class Handshake {

    private static final int PROTOCOL_3_0 = 3 << 16;
    private static final int SSL_REQUEST = 80877103;
    private static final int OK = 0;
    private static final int SASL = 10;
    private static final int SASL_CONTINUE = 11;
    private static final int SASL_FINAL = 12;
    private static final String MECHANISM = "SCRAM-SHA-256";

    private final Login login;
    private final Incoming incoming;
    private final MessageOutput out;
    private final World world;
    private @Nullable ScramClient scram;
    private boolean isServerProven;
    private int pid;

    Handshake(Login login, Incoming incoming, MessageOutput out, World world) {
        this.login = login;
        this.incoming = incoming;
        this.out = out;
        this.world = world;
    }

    /// Asks for encryption, when the caller wants it and it is no Unix socket, and begins it.
    ///
    /// @throws IOException also if the server has none: nothing is sent in clear then
    static ByteChannel encrypted(ByteChannel channel, Address address, @Nullable ClientTls tls) throws IOException {
        if (tls == null || !(address instanceof Address.Host(var host, _))) {
            return channel;
        }
        MessageOutput out = new MessageOutput(channel);
        out.beginUntyped().int32(SSL_REQUEST).end();
        out.flush();
        // One byte and no more: what follows belongs to TLS.
        ByteBuffer answer = ByteBuffer.allocate(1);
        if (channel.read(answer) < 0) {
            throw new EOFException("the server ended the connection");
        }
        if (answer.get(0) != 'S') {
            throw new ProtocolException("the server at \"" + host + "\" does not support TLS, but it was asked for");
        }
        TlsChannel encrypted = TlsChannel.client(channel, tls, host);
        encrypted.handshake();
        return encrypted;
    }

    /// @return the process id that the server gave the session
    int run() throws IOException {
        startup();
        boolean isAuthenticated = false;
        while (true) {
            int type = incoming.next();
            try {
                switch (type) {
                    case 'R' -> isAuthenticated = authentication();
                    case 'K' -> pid = incoming.message().int32();
                    // NegotiateProtocolVersion: 3.0 is all we asked for.
                    case 'v' -> { }
                    case 'E' -> throw incoming.error();
                    case 'Z' -> {
                        if (!isAuthenticated) {
                            throw Incoming.unexpected(type, "before the login was complete");
                        }
                        return pid;
                    }
                    default -> throw Incoming.unexpected(type, "during the login");
                }
            } catch (SqlException e) {
                throw Incoming.violation(e);
            }
        }
    }

    private void startup() throws IOException {
        out.beginUntyped().int32(PROTOCOL_3_0)
                .string("user").string(login.user())
                .string("database").string(login.database())
                .string("client_encoding").string("UTF8")
                .string("application_name").string(login.applicationName());
        String replication = login.replication().parameter();
        if (replication != null) {
            out.string("replication").string(replication);
        }
        out.int8(0).end();
        out.flush();
    }

    /// @return whether the server is content
    private boolean authentication() throws IOException {
        MessageInput in = incoming.message();
        int request = in.int32();
        switch (request) {
            case OK -> {
                if (scram != null && !isServerProven) {
                    throw new ProtocolException(
                            "the server broke off SCRAM and did not prove that it knows the password");
                }
                return true;
            }
            case SASL -> begin(in);
            case SASL_CONTINUE -> {
                String answer = scram().respond(in.text(in.remaining()));
                out.begin('p').text(answer).end();
                out.flush();
            }
            case SASL_FINAL -> {
                scram().verify(in.text(in.remaining()));
                isServerProven = true;
            }
            default -> throw new ProtocolException("the server asks for authentication method " + request
                    + ", only SCRAM-SHA-256, peer and trust are supported");
        }
        return false;
    }

    private void begin(MessageInput in) throws IOException {
        boolean isOffered = false;
        for (String mechanism = in.string(); !mechanism.isEmpty(); mechanism = in.string()) {
            isOffered |= mechanism.equals(MECHANISM);
        }
        if (!isOffered) {
            throw new ProtocolException("the server does not offer " + MECHANISM);
        }
        String password = login.password();
        if (password == null) {
            throw new IOException("the server asks for a password of user \"" + login.user() + "\", none was given");
        }
        scram = new ScramClient(password, world.secrets());
        String first = scram.first();
        // Its length in bytes, and it is ASCII.
        out.begin('p').string(MECHANISM).int32(first.getBytes(StandardCharsets.UTF_8).length).text(first).end();
        out.flush();
    }

    private ScramClient scram() throws IOException {
        ScramClient begun = scram;
        if (begun == null) {
            throw new ProtocolException("the server continues an authentication that was not begun");
        }
        return begun;
    }
}
