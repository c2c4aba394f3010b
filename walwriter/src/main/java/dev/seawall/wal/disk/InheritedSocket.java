package dev.seawall.wal.disk;

import java.io.FileDescriptor;
import java.io.IOException;
import java.lang.reflect.Constructor;
import java.lang.reflect.InvocationTargetException;
import java.net.ProtocolFamily;
import java.net.StandardProtocolFamily;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.spi.SelectorProvider;
import java.nio.file.Path;

/// A listening socket that this process was started with, as a channel.
///
/// Java has no way of its own to do this for more than one descriptor: the JDK's own channel is made
/// around it, by reflection, for which the JVM must be told to open that package.
public final class InheritedSocket {

    private static final String OPENING = "--add-opens=java.base/sun.nio.ch=ALL-UNNAMED";

    private InheritedSocket() {}

    /// Takes over a descriptor, which from then on is the channel's: no program started later gets it.
    ///
    /// @throws IOException if it is no listening stream socket of a Unix, IPv4 or IPv6 address
    public static ServerSocketChannel listening(int fd) throws IOException {
        Path place = Path.of("/proc/self/fd/" + fd);
        int family = option(fd, SocketCalls.SO_DOMAIN, place);
        if (option(fd, SocketCalls.SO_TYPE, place) != SocketCalls.SOCK_STREAM
                || option(fd, SocketCalls.SO_ACCEPTCONN, place) == 0) {
            throw new IOException("inherited descriptor " + fd + " is no stream socket that listens"
                    + "\nHINT: In a socket unit use ListenStream= and leave Accept= at no.");
        }
        ProtocolFamily known = switch (family) {
            case SocketCalls.AF_UNIX -> StandardProtocolFamily.UNIX;
            case SocketCalls.AF_INET -> StandardProtocolFamily.INET;
            case SocketCalls.AF_INET6 -> StandardProtocolFamily.INET6;
            default -> throw new IOException("inherited descriptor " + fd + " has address family " + family
                    + ", expected a Unix, IPv4 or IPv6 socket");
        };
        int result = SocketCalls.closeOnExec(fd);
        if (result < 0) {
            throw Errno.exception("fcntl", place, -result);
        }
        return channel(fd, known);
    }

    private static int option(int fd, int option, Path place) throws IOException {
        int value = SocketCalls.option(fd, option);
        if (value < 0) {
            throw Errno.exception("getsockopt", place, -value);
        }
        return value;
    }

    private static ServerSocketChannel channel(int fd, ProtocolFamily family) throws IOException {
        try {
            Class<?> type = Class.forName("sun.nio.ch.ServerSocketChannelImpl");
            Constructor<?> constructor = type.getDeclaredConstructor(
                    SelectorProvider.class, ProtocolFamily.class, FileDescriptor.class, boolean.class);
            constructor.setAccessible(true);
            Object descriptor = Class.forName("sun.nio.ch.IOUtil").getMethod("newFD", int.class).invoke(null, fd);
            return (ServerSocketChannel) constructor.newInstance(
                    SelectorProvider.provider(), family, descriptor, true);
        } catch (InvocationTargetException e) {
            throw new IOException("could not take over inherited descriptor " + fd, e.getCause());
        } catch (ReflectiveOperationException | RuntimeException e) {
            throw new IOException("could not take over inherited descriptor " + fd + ": " + e.getMessage()
                    + "\nHINT: Socket activation needs a JVM 25 with " + OPENING + "; tools/bin gives it.", e);
        }
    }
}
