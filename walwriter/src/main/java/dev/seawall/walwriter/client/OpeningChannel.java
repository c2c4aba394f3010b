package dev.seawall.walwriter.client;

import dev.seawall.wal.role.World;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.SocketTimeoutException;
import java.net.StandardProtocolFamily;
import java.net.StandardSocketOptions;
import java.net.UnixDomainSocketAddress;
import java.net.UnknownHostException;
import java.nio.ByteBuffer;
import java.nio.channels.ByteChannel;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/// A socket whose connecting and first exchanges have a deadline, and whose later reads have none.
///
/// A server that is stopped accepts connections all the same, by its kernel, and answers none of
/// them: so the deadline covers the login. A Unix socket has no timeout of its own, hence a selector
/// as long as there is a deadline; from [#opened] on the channel is a plain blocking one.
final class OpeningChannel implements ByteChannel {

    private final World world;
    private final String name;
    private final long limitNanos;
    private final long deadline;
    private final SocketChannel channel;
    private @Nullable Selector selector;

    private OpeningChannel(SocketChannel channel, String name, Duration limit, World world) {
        this.world = world;
        this.name = name;
        this.channel = channel;
        this.limitNanos = limit.toNanos();
        this.deadline = world.nanoTime() + limitNanos;
    }

    static OpeningChannel connect(Address address, Duration limit, World world) throws IOException {
        SocketAddress place = switch (address) {
            case Address.UnixSocket(var path) -> UnixDomainSocketAddress.of(path);
            case Address.Host(var host, var port) -> new InetSocketAddress(host, port);
        };
        if (place instanceof InetSocketAddress inet && inet.isUnresolved()) {
            throw new UnknownHostException("could not translate host name \"" + inet.getHostString() + "\" to address");
        }
        SocketChannel socket = place instanceof UnixDomainSocketAddress
                ? SocketChannel.open(StandardProtocolFamily.UNIX) : SocketChannel.open();
        OpeningChannel opening = new OpeningChannel(socket, address.toString(), limit, world);
        try {
            opening.connect(place);
            return opening;
        } catch (IOException e) {
            opening.close();
            throw e instanceof SocketTimeoutException ? e
                    : new IOException("connection to " + address + " failed: " + e.getMessage(), e);
        } catch (RuntimeException e) {
            opening.close();
            throw e;
        }
    }

    private void connect(SocketAddress place) throws IOException {
        channel.configureBlocking(false);
        Selector opened = Selector.open();
        selector = opened;
        SelectionKey key = channel.register(opened, 0);
        if (!channel.connect(place)) {
            do {
                await(opened, key, SelectionKey.OP_CONNECT);
            } while (!channel.finishConnect());
        }
        if (place instanceof InetSocketAddress) {
            channel.setOption(StandardSocketOptions.TCP_NODELAY, true);
            channel.setOption(StandardSocketOptions.SO_KEEPALIVE, true);
        }
    }

    private void await(Selector opened, SelectionKey key, int operation) throws IOException {
        key.interestOps(operation);
        long left = deadline - world.nanoTime();
        // Rounded up: 0 would wait for ever.
        if (left > 0) {
            opened.select(left / 1_000_000 + 1);
            opened.selectedKeys().clear();
        }
        if (deadline - world.nanoTime() <= 0) {
            throw new SocketTimeoutException(
                    "connection to " + name + " timed out: no answer in " + Duration.ofNanos(limitNanos).toMillis()
                            + " ms");
        }
    }

    /// Ends the deadline.
    void opened() throws IOException {
        Selector opened = selector;
        if (opened != null) {
            // Before the channel may block, it must not be registered anywhere.
            opened.close();
            selector = null;
            channel.configureBlocking(true);
        }
    }

    @Override
    public int read(ByteBuffer into) throws IOException {
        int read = channel.read(into);
        Selector opened = selector;
        while (read == 0 && opened != null && into.hasRemaining()) {
            await(opened, channel.keyFor(opened), SelectionKey.OP_READ);
            read = channel.read(into);
        }
        return read;
    }

    @Override
    public int write(ByteBuffer from) throws IOException {
        int written = channel.write(from);
        Selector opened = selector;
        while (written == 0 && opened != null && from.hasRemaining()) {
            await(opened, channel.keyFor(opened), SelectionKey.OP_WRITE);
            written = channel.write(from);
        }
        return written;
    }

    @Override
    public boolean isOpen() {
        return channel.isOpen();
    }

    /// Wakes who reads or writes.
    @Override
    public void close() throws IOException {
        Selector opened = selector;
        try {
            channel.close();
        } finally {
            if (opened != null) {
                opened.close();
            }
        }
    }
}
