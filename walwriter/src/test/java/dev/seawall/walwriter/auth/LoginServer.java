package dev.seawall.walwriter.auth;

import dev.seawall.wal.role.SystemWorld;
import dev.seawall.walwriter.auth.hba.HbaRules;
import dev.seawall.walwriter.auth.hba.LoginRequest;
import dev.seawall.walwriter.auth.hba.LoginRequest.Replication;
import dev.seawall.walwriter.auth.hba.Origin;
import dev.seawall.walwriter.client.Address;
import dev.seawall.walwriter.tls.ServerTls;
import dev.seawall.walwriter.tls.TlsChannel;
import dev.seawall.walwriter.wire.MessageInput;
import dev.seawall.walwriter.wire.MessageOutput;
import dev.seawall.walwriter.wire.SqlException;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.channels.ByteChannel;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import org.jspecify.annotations.Nullable;

/// As much of a server as a login needs: on TCP, each connection ends when it is logged in or refused.
final class LoginServer implements AutoCloseable {

    private static final int SSL_REQUEST = 80877103;

    private final ServerSocketChannel listening;
    private final Authentication authentication;
    private final @Nullable ServerTls tls;
    private final @Nullable Origin origin;
    /// How each connection ended: an Identity, or what was thrown.
    final BlockingQueue<Object> outcomes = new LinkedBlockingQueue<>();

    /// @param origin what connections are taken for; null: what they are
    LoginServer(String rules, Users users, @Nullable ServerTls tls, @Nullable Origin origin) throws IOException {
        this.tls = tls;
        this.origin = origin;
        HbaRules parsed = HbaRules.parse(rules, "hba");
        this.authentication = new Authentication(() -> parsed, users, "owner", new SystemWorld());
        this.listening = ServerSocketChannel.open().bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
        Thread.startVirtualThread(this::accept);
    }

    Address address() throws IOException {
        return new Address.Host("127.0.0.1", ((InetSocketAddress) listening.getLocalAddress()).getPort());
    }

    private void accept() {
        try {
            while (true) {
                SocketChannel socket = listening.accept();
                Thread.startVirtualThread(() -> serve(socket));
            }
        } catch (IOException e) {
            // Closed.
        }
    }

    private void serve(SocketChannel socket) {
        try (socket) {
            ByteChannel channel = socket;
            String name = null;
            MessageInput in = new MessageInput(channel, 10_000);
            in.nextUntyped();
            int code = in.int32();
            ServerTls own = tls;
            if (code == SSL_REQUEST && own != null) {
                new MessageOutput(socket).raw('S').flush();
                TlsChannel encrypted = TlsChannel.server(socket, own);
                encrypted.handshake();
                name = encrypted.peerCommonName();
                channel = encrypted;
                in = new MessageInput(channel, 10_000);
                in.nextUntyped();
                in.int32();
            }
            MessageOutput out = new MessageOutput(channel);
            Origin from = origin != null ? origin : new Origin.Tcp(
                    ((InetSocketAddress) socket.getRemoteAddress()).getAddress(), channel != socket, name);
            login(from, in, out);
            channel.close();
        } catch (IOException | RuntimeException e) {
            outcomes.add(e);
        }
    }

    private void login(Origin from, MessageInput in, MessageOutput out) throws IOException {
        Map<String, String> parameters = new HashMap<>();
        for (String key = in.string(); !key.isEmpty(); key = in.string()) {
            parameters.put(key, in.string());
        }
        Replication replication = switch (parameters.getOrDefault("replication", "no")) {
            case "true" -> Replication.PHYSICAL;
            case "database" -> Replication.DATABASE;
            default -> Replication.NONE;
        };
        LoginRequest request = new LoginRequest(parameters.get("user"), parameters.get("database"), replication);
        try {
            Identity identity = authentication.authenticate(from, request, in, out);
            out.begin('Z').int8('I').end();
            out.flush();
            outcomes.add(identity);
            in.next();
        } catch (SqlException e) {
            out.begin('E').int8('S').string("FATAL").int8('C').string(e.state().code()).int8('M').string(e.problem())
                    .int8(0).end();
            out.flush();
            outcomes.add(e);
        }
    }

    @Override
    public void close() throws IOException {
        listening.close();
    }
}
