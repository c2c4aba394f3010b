package dev.seawall.wal.disk;

import java.io.IOException;
import java.net.BindException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.util.EnumSet;
import java.util.Set;

/// A Unix socket's file: made by listening on it, and left behind by a server that died.
public final class UnixSocketFile {

    private UnixSocketFile() {}

    /// Listens on a path. A file that nobody answers on any more is replaced.
    ///
    /// @param mode    of the file, such as 0700: whoever may not write to it may not connect
    /// @param backlog connections that the kernel keeps until they are accepted
    /// @throws BindException if another server answers there
    public static ServerSocketChannel listen(Path path, int mode, int backlog) throws IOException {
        UnixDomainSocketAddress address = UnixDomainSocketAddress.of(path);
        if (Files.exists(path)) {
            if (isAnswered(address)) {
                throw new BindException("another server listens on \"" + path
                        + "\"\nHINT: Stop it, or give this one another port or unix_socket_directories.");
            }
            Files.deleteIfExists(path);
        }
        ServerSocketChannel channel = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
        try {
            channel.bind(address, backlog);
            Files.setPosixFilePermissions(path, permissions(mode));
            return channel;
        } catch (IOException e) {
            channel.close();
            throw new IOException("could not listen on \"" + path + "\": " + e.getMessage(), e);
        }
    }

    private static boolean isAnswered(UnixDomainSocketAddress address) throws IOException {
        try (SocketChannel probe = SocketChannel.open(StandardProtocolFamily.UNIX)) {
            return probe.connect(address);
        } catch (java.net.SocketException e) {
            // Refused: whoever made the file has died.
            return false;
        }
    }

    private static Set<PosixFilePermission> permissions(int mode) {
        // Declared in the order of the mode's bits, the owner's reading first.
        PosixFilePermission[] all = PosixFilePermission.values();
        Set<PosixFilePermission> set = EnumSet.noneOf(PosixFilePermission.class);
        for (int i = 0; i < all.length; i++) {
            if ((mode & 0400 >> i) != 0) {
                set.add(all[i]);
            }
        }
        return set;
    }

    /// Removes the file of a socket that is closed.
    public static void remove(Path path) throws IOException {
        Files.deleteIfExists(path);
    }
}
