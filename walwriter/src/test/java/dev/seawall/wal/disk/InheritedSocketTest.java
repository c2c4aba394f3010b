package dev.seawall.wal.disk;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.lang.foreign.FunctionDescriptor;
import java.lang.invoke.MethodHandle;
import java.lang.reflect.Method;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.Channel;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Descriptors are inherited by duplicating those of this process.
final class InheritedSocketTest {

    private static final MethodHandle DUP = PosixCalls.handle("dup", FunctionDescriptor.of(JAVA_INT, JAVA_INT));

    @TempDir
    Path directory;

    @Test
    void a_unix_socket_is_accepted_from() throws Exception {
        UnixDomainSocketAddress address = UnixDomainSocketAddress.of(directory.resolve(".s.PGSQL.5432"));
        try (ServerSocketChannel bound = ServerSocketChannel.open(StandardProtocolFamily.UNIX).bind(address)) {
            assertServes(bound, address);
        }
    }

    @Test
    void a_tcp_socket_is_accepted_from_and_knows_its_address() throws Exception {
        for (String host : new String[] {"127.0.0.1", "::1"}) {
            InetAddress loopback = InetAddress.getByName(host);
            StandardProtocolFamily family = host.contains(":") ? StandardProtocolFamily.INET6
                    : StandardProtocolFamily.INET;
            try (ServerSocketChannel bound = ServerSocketChannel.open(family)
                    .bind(new InetSocketAddress(loopback, 0))) {
                assertServes(bound, bound.getLocalAddress());
            }
        }
    }

    private static void assertServes(ServerSocketChannel bound, SocketAddress address) throws Exception {
        int fd = duplicate(bound);
        try (ServerSocketChannel inherited = InheritedSocket.listening(fd)) {
            assertThat(inherited.getLocalAddress()).isEqualTo(address);
            assertThat(flagsOf(fd)).as("close-on-exec").endsWith("2000002");
            try (SocketChannel client = SocketChannel.open(address); SocketChannel served = inherited.accept()) {
                client.write(ByteBuffer.wrap(new byte[] {42}));
                ByteBuffer got = ByteBuffer.allocate(1);
                served.read(got);
                assertThat(got.get(0)).isEqualTo((byte) 42);
            }
        }
    }

    @Test
    void what_does_not_listen_is_refused() throws Exception {
        try (ServerSocketChannel unbound = ServerSocketChannel.open()) {
            int fd = duplicate(unbound);
            try {
                assertThatThrownBy(() -> InheritedSocket.listening(fd))
                        .hasMessageContaining("descriptor " + fd).hasMessageContaining("HINT: ");
            } finally {
                PosixCalls.close(fd);
            }
        }
    }

    @Test
    void what_is_not_a_socket_or_not_open_is_an_error() {
        assertThatThrownBy(() -> InheritedSocket.listening(1_000_000)).isInstanceOf(IOException.class)
                .hasMessageContaining("getsockopt of /proc/self/fd/1000000");
    }

    /// The open flags of a descriptor, in octal, as the kernel shows them.
    private static String flagsOf(int fd) throws IOException {
        return Files.readAllLines(Path.of("/proc/self/fdinfo/" + fd)).get(1).strip();
    }

    private static int duplicate(Channel channel) throws Exception {
        Method number = Class.forName("sun.nio.ch.ServerSocketChannelImpl").getMethod("getFDVal");
        number.setAccessible(true);
        int fd = (int) number.invoke(channel);
        return (int) PosixCalls.once((_, captured) -> (int) DUP.invokeExact(captured, fd));
    }
}
