package dev.seawall.walwriter.tls;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.seawall.wal.disk.LinuxDisk;
import dev.seawall.witness.Certificates;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ByteChannel;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.zip.CRC32C;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class TlsChannelTest {

    @TempDir
    static Path directory;

    private static final LinuxDisk DISK = new LinuxDisk();
    private static Certificates certificates;
    private static ServerTls serverTls;

    private SocketChannel near;
    private SocketChannel far;

    @BeforeAll
    static void make() throws IOException {
        certificates = Certificates.in(directory).server("server").client("ann");
        serverTls = ServerTls.read(DISK, certificates.certificate("server"), certificates.key("server"),
                certificates.authority());
    }

    @BeforeEach
    void connect() throws IOException {
        try (ServerSocketChannel listening = ServerSocketChannel.open()) {
            listening.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
            near = SocketChannel.open(listening.getLocalAddress());
            far = listening.accept();
        }
    }

    @AfterEach
    void disconnect() throws IOException {
        near.close();
        far.close();
    }

    @FunctionalInterface
    private interface Action<T> {
        T run() throws Exception;
    }

    private static <T> Future<T> start(Action<T> action) {
        CompletableFuture<T> future = new CompletableFuture<>();
        Thread.startVirtualThread(() -> {
            try {
                future.complete(action.run());
            } catch (Throwable t) {
                future.completeExceptionally(t);
            }
        });
        return future;
    }

    private static <T> T await(Future<T> future) throws Exception {
        return future.get(30, TimeUnit.SECONDS);
    }

    private record Pair(TlsChannel client, TlsChannel server) {}

    private Pair shakeHands(ClientTls client) throws Exception {
        TlsChannel server = TlsChannel.server(far, serverTls);
        Future<Void> serving = start(() -> {
            server.handshake();
            return null;
        });
        TlsChannel connected = TlsChannel.client(near, client, "localhost");
        connected.handshake();
        await(serving);
        // What TLS 1.3 sends behind its handshake is read with the first data: a socket closed with something
        // unread would be reset.
        server.write(ByteBuffer.wrap(new byte[] {7}));
        assertThat(connected.read(ByteBuffer.allocate(10))).isEqualTo(1);
        return new Pair(connected, server);
    }

    @Test
    void both_sides_agree_on_tls_1_3_and_know_each_other() throws Exception {
        Pair pair = shakeHands(ClientTls.verifyFull(DISK, certificates.authority(), certificates.certificate("ann"),
                certificates.key("ann")));
        assertThat(pair.server().protocol()).isEqualTo("TLSv1.3").isEqualTo(pair.client().protocol());
        assertThat(pair.server().peerCommonName()).isEqualTo("ann");
        assertThat(pair.client().peerCommonName()).isEqualTo("localhost");
        assertThat(pair.server().cipher()).startsWith("TLS_");
    }

    @Test
    void a_client_without_a_certificate_has_no_name() throws Exception {
        assertThat(shakeHands(ClientTls.require()).server().peerCommonName()).isNull();
    }

    @Test
    void a_server_that_no_authority_vouches_for_is_refused() throws Exception {
        Path other = java.nio.file.Files.createDirectory(directory.resolve("other"));
        ClientTls believing = ClientTls.verifyFull(DISK, Certificates.in(other).authority());
        assertThatThrownBy(() -> shakeHands(believing)).isInstanceOf(SSLException.class)
                .hasMessageContaining("PKIX path");
    }

    @Test
    void a_server_of_another_name_is_refused_by_verify_full_only() throws Exception {
        TlsChannel server = TlsChannel.server(far, serverTls);
        Future<Void> serving = start(() -> {
            server.handshake();
            return null;
        });
        TlsChannel client = TlsChannel.client(near, ClientTls.verifyFull(DISK, certificates.authority()), "127.0.0.2");
        assertThatThrownBy(client::handshake).isInstanceOf(SSLException.class).hasMessageContaining("127.0.0.2");
        near.close();
        assertThatThrownBy(() -> await(serving)).isInstanceOf(ExecutionException.class)
                .hasCauseInstanceOf(IOException.class);
    }

    @Test
    void a_client_certificate_of_an_unknown_authority_ends_the_handshake() throws Exception {
        Path other = java.nio.file.Files.createDirectory(directory.resolve("elsewhere"));
        Certificates foreign = Certificates.in(other).client("ann");
        ClientTls client = ClientTls.verifyFull(DISK, certificates.authority(), foreign.certificate("ann"),
                foreign.key("ann"));
        TlsChannel server = TlsChannel.server(far, serverTls);
        Future<Void> serving = start(() -> {
            server.handshake();
            return null;
        });
        TlsChannel connected = TlsChannel.client(near, client, "localhost");
        // In TLS 1.3 the client is ready before the server has seen its certificate, and hears of it later.
        connected.handshake();
        assertThatThrownBy(() -> await(serving)).isInstanceOf(ExecutionException.class)
                .hasCauseInstanceOf(SSLException.class);
        assertThatThrownBy(() -> connected.read(ByteBuffer.allocate(1))).isInstanceOf(SSLException.class);
    }

    /// Both directions at once, by two threads a side, in pieces of all sizes.
    @Test
    void much_data_flows_both_ways_at_once() throws Exception {
        Pair pair = shakeHands(ClientTls.require());
        long seed = 42;
        int bytes = 3_000_000;
        Future<Long> toServer = start(() -> received(pair.server(), bytes, seed));
        Future<Long> toClient = start(() -> received(pair.client(), bytes, seed + 1));
        Future<Long> fromClient = start(() -> sent(pair.client(), bytes, seed + 2));
        Future<Long> fromServer = start(() -> sent(pair.server(), bytes, seed + 3));

        assertThat(await(toServer)).isEqualTo(await(fromClient));
        assertThat(await(toClient)).isEqualTo(await(fromServer));
    }

    private static long sent(ByteChannel channel, int bytes, long seed) throws IOException {
        Random random = new Random(seed);
        CRC32C sum = new CRC32C();
        for (int left = bytes; left > 0;) {
            byte[] piece = new byte[Math.min(left, 1 + random.nextInt(random.nextBoolean() ? 100 : 100_000))];
            random.nextBytes(piece);
            sum.update(piece);
            assertThat(channel.write(ByteBuffer.wrap(piece))).isEqualTo(piece.length);
            left -= piece.length;
        }
        return sum.getValue();
    }

    private static long received(ByteChannel channel, int bytes, long seed) throws IOException {
        Random random = new Random(seed);
        CRC32C sum = new CRC32C();
        for (int left = bytes; left > 0;) {
            ByteBuffer piece = ByteBuffer.allocate(1 + random.nextInt(random.nextBoolean() ? 50 : 50_000));
            int read = channel.read(piece);
            assertThat(read).as("read of seed %d with %d bytes left", seed, left).isPositive();
            left -= read;
            sum.update(piece.flip());
        }
        return sum.getValue();
    }

    @Test
    void a_close_is_the_end_of_the_others_reading() throws Exception {
        Pair pair = shakeHands(ClientTls.require());
        pair.client().write(ByteBuffer.wrap(new byte[] {1}));
        pair.client().close();
        ByteBuffer into = ByteBuffer.allocate(10);
        assertThat(pair.server().read(into)).isEqualTo(1);
        assertThat(pair.server().read(into)).isEqualTo(-1);
        assertThat(pair.client().isOpen()).isFalse();
        pair.server().close();
    }

    @Test
    void a_connection_cut_off_is_the_end_too() throws Exception {
        Pair pair = shakeHands(ClientTls.require());
        near.close();
        assertThat(pair.server().read(ByteBuffer.allocate(10))).isEqualTo(-1);
    }

    @Test
    void closing_the_channel_underneath_wakes_a_reader() throws Exception {
        Pair pair = shakeHands(ClientTls.require());
        Future<Integer> reading = start(() -> pair.server().read(ByteBuffer.allocate(1)));
        far.close();
        assertThatThrownBy(() -> await(reading)).isInstanceOf(ExecutionException.class)
                .hasCauseInstanceOf(IOException.class);
    }

    @Test
    void what_is_not_tls_ends_the_handshake_and_is_told_so() throws Exception {
        near.write(ByteBuffer.wrap("GET / HTTP/1.0\r\n\r\n".getBytes(java.nio.charset.StandardCharsets.US_ASCII)));
        assertThatThrownBy(() -> TlsChannel.server(far, serverTls).handshake()).isInstanceOf(SSLException.class);
        ByteBuffer alert = ByteBuffer.allocate(100);
        near.read(alert);
        assertThat(alert.get(0)).as("an alert").isEqualTo((byte) 21);
    }

    @Test
    void renegotiation_is_refused() throws Exception {
        TlsChannel server = TlsChannel.server(far, serverTls);
        Future<Integer> serving = start(() -> {
            server.handshake();
            return server.read(ByteBuffer.allocate(100));
        });
        Renegotiating client = new Renegotiating(near);
        client.handshake();
        assertThat(client.engine.getSession().getProtocol()).isEqualTo("TLSv1.2");
        start(() -> {
            client.handshake();
            return null;
        });
        assertThatThrownBy(() -> await(serving)).isInstanceOf(ExecutionException.class)
                .hasMessageContaining("TLS renegotiation is refused");
    }

    /// A client of TLS 1.2, as plain as can be.
    private static final class Renegotiating {

        final SSLEngine engine;
        private final SocketChannel channel;
        private final ByteBuffer in = ByteBuffer.allocate(40_000).limit(0);

        Renegotiating(SocketChannel channel) throws Exception {
            this.channel = channel;
            SSLContext tls = SSLContext.getInstance("TLS");
            tls.init(null, TlsParts.authorities(Pem.certificates(DISK, certificates.authority())), null);
            engine = tls.createSSLEngine();
            engine.setUseClientMode(true);
            engine.setEnabledProtocols(new String[] {"TLSv1.2"});
        }

        void handshake() throws IOException {
            engine.beginHandshake();
            while (true) {
                switch (engine.getHandshakeStatus()) {
                    case NEED_TASK -> engine.getDelegatedTask().run();
                    case NEED_WRAP -> {
                        ByteBuffer out = ByteBuffer.allocate(40_000);
                        engine.wrap(ByteBuffer.allocate(0), out);
                        channel.write(out.flip());
                    }
                    case NEED_UNWRAP, NEED_UNWRAP_AGAIN -> {
                        if (engine.unwrap(in, ByteBuffer.allocate(40_000)).getStatus()
                                == javax.net.ssl.SSLEngineResult.Status.BUFFER_UNDERFLOW) {
                            in.compact();
                            int read = channel.read(in);
                            in.flip();
                            if (read < 0) {
                                throw new IOException("the server ended the connection");
                            }
                        }
                    }
                    case FINISHED, NOT_HANDSHAKING -> {
                        return;
                    }
                }
            }
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void random_bytes_are_an_input_output_error_and_nothing_worse(boolean isAfterHandshake) throws Exception {
        long seed = 8446;
        Random random = new Random(seed);
        for (int run = 0; run < 60; run++) {
            TlsChannel server = TlsChannel.server(far, serverTls);
            if (isAfterHandshake) {
                Future<Void> serving = start(() -> {
                    server.handshake();
                    return null;
                });
                TlsChannel.client(near, ClientTls.require(), "localhost").handshake();
                await(serving);
            }
            ByteBuffer nonsense = ByteBuffer.allocate(5 + random.nextInt(2000));
            random.nextBytes(nonsense.array());
            if (random.nextInt(4) != 0) {
                // A record's header that is none too wrong.
                nonsense.put((byte) (20 + random.nextInt(4))).put((byte) 3).put((byte) (1 + random.nextInt(4)))
                        .putShort((short) random.nextInt(nonsense.capacity())).rewind();
            }
            near.write(nonsense);
            near.shutdownOutput();
            try {
                if (!isAfterHandshake) {
                    server.handshake();
                }
                assertThat(server.read(ByteBuffer.allocate(10))).as("seed %d run %d", seed, run).isEqualTo(-1);
            } catch (IOException e) {
                assertThat(e).as("seed %d run %d", seed, run).isNotNull();
            }
            server.close();
            disconnect();
            connect();
        }
    }

    @Test
    void an_endless_handshake_is_cut_off() throws Exception {
        Future<Void> serving = start(() -> {
            TlsChannel.server(far, serverTls).handshake();
            return null;
        });
        // Fragments of a ClientHello that never ends, each of one byte.
        ByteBuffer fragment = ByteBuffer.wrap(new byte[] {22, 3, 1, 0, 4, 1, 0, 127, (byte) 255});
        start(() -> {
            near.write(fragment);
            while (true) {
                near.write(ByteBuffer.wrap(new byte[] {22, 3, 1, 0, 1, 0}));
            }
        });
        assertThatThrownBy(() -> await(serving)).isInstanceOf(ExecutionException.class)
                .hasCauseInstanceOf(SSLException.class);
    }
}
