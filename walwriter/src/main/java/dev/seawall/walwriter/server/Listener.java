package dev.seawall.walwriter.server;

import dev.seawall.wal.disk.UnixSocketFile;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.StandardSocketOptions;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// One listening socket: opened here or inherited, and a virtual thread that accepts.
final class Listener implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(Listener.class);
    /// Connections that the kernel keeps for us while we are busy or being restarted.
    private static final int BACKLOG = 1024;
    /// Between two tries to accept when there are no descriptors left.
    private static final long PAUSE_MILLIS = 100;

    private final ServerSocketChannel channel;
    /// Removed at the end; null if it is not ours.
    private final @Nullable Path socketFile;

    private Listener(ServerSocketChannel channel, @Nullable Path socketFile) {
        this.channel = channel;
        this.socketFile = socketFile;
    }

    /// A socket that the service manager has opened.
    static Listener inherited(ServerSocketChannel channel) {
        return new Listener(channel, null);
    }

    /// @param path of the socket's file: one that nobody answers on is replaced
    static Listener unix(Path path, int mode) throws IOException {
        return new Listener(UnixSocketFile.listen(path, mode, BACKLOG), path);
    }

    /// @param host name or address; `*` for all
    static List<Listener> tcp(String host, int port) throws IOException {
        List<Listener> opened = new ArrayList<>();
        try {
            InetAddress[] addresses = host.equals("*") ? new InetAddress[] {new InetSocketAddress(0).getAddress()}
                    : InetAddress.getAllByName(host);
            IOException last = null;
            for (InetAddress address : addresses) {
                try {
                    opened.add(tcp(new InetSocketAddress(address, port)));
                } catch (IOException e) {
                    // As PostgreSQL: one address of a name is enough, such as where there is no IPv6.
                    last = e;
                }
            }
            if (opened.isEmpty() && last != null) {
                throw last;
            }
            return opened;
        } catch (IOException e) {
            throw new IOException("could not listen on \"" + host + "\", port " + port + ": " + e.getMessage()
                    + "\nHINT: Is another server running there? Set port or listen_addresses.", e);
        }
    }

    private static Listener tcp(InetSocketAddress address) throws IOException {
        ServerSocketChannel channel = ServerSocketChannel.open();
        try {
            channel.setOption(StandardSocketOptions.SO_REUSEADDR, true);
            channel.bind(address, BACKLOG);
            return new Listener(channel, null);
        } catch (IOException e) {
            channel.close();
            throw e;
        }
    }

    /// Where it listens.
    SocketAddress address() throws IOException {
        return channel.getLocalAddress();
    }

    /// Accepts until it is closed.
    void start(Consumer<SocketChannel> accepted) {
        Thread.ofVirtual().name("listener").start(() -> {
            while (channel.isOpen()) {
                try {
                    accepted.accept(channel.accept());
                } catch (ClosedChannelException e) {
                    return;
                } catch (IOException e) {
                    LOG.warn("could not accept a connection: {}", e.getMessage());
                    pause();
                } catch (RuntimeException | OutOfMemoryError e) {
                    // That one is lost; those after it must not be.
                    LOG.error("could not serve a connection", e);
                    pause();
                }
            }
        });
    }

    private static void pause() {
        try {
            Thread.sleep(PAUSE_MILLIS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public void close() throws IOException {
        try {
            channel.close();
        } finally {
            if (socketFile != null) {
                UnixSocketFile.remove(socketFile);
            }
        }
    }
}
