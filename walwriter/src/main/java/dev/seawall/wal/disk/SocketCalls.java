package dev.seawall.wal.disk;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static java.lang.foreign.ValueLayout.JAVA_SHORT;

import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;

/// The C library's calls on sockets and inherited descriptors, as [PosixCalls] makes those on files:
/// each returns its result or the negated errno.
@SuppressWarnings("restricted")
final class SocketCalls {

    static final int SO_TYPE = 3;
    static final int SO_ACCEPTCONN = 30;
    static final int SO_DOMAIN = 39;

    static final int AF_UNIX = 1;
    static final int AF_INET = 2;
    static final int AF_INET6 = 10;
    static final int SOCK_STREAM = 1;

    /// What fits into a Unix socket's address, a terminating zero not counted.
    static final int ADDRESS_BYTES = 107;

    private static final int SOCK_DGRAM = 2;
    private static final int SOCK_CLOEXEC = 02000000;
    private static final int SOL_SOCKET = 1;
    private static final int MSG_DONTWAIT = 0x40;
    private static final int MSG_NOSIGNAL = 0x4000;
    private static final int F_SETFD = 2;
    private static final int FD_CLOEXEC = 1;

    // struct sockaddr_un: u16 family, then the path.
    private static final long SUN_PATH = 2;

    private static final MethodHandle SOCKET = PosixCalls.handle("socket",
            FunctionDescriptor.of(JAVA_INT, JAVA_INT, JAVA_INT, JAVA_INT));
    private static final MethodHandle SENDTO = PosixCalls.handle("sendto", FunctionDescriptor.of(
            JAVA_LONG, JAVA_INT, ADDRESS, JAVA_LONG, JAVA_INT, ADDRESS, JAVA_INT));
    private static final MethodHandle GETSOCKOPT = PosixCalls.handle("getsockopt", FunctionDescriptor.of(
            JAVA_INT, JAVA_INT, JAVA_INT, JAVA_INT, ADDRESS, ADDRESS));
    private static final MethodHandle FCNTL = PosixCalls.handle("fcntl",
            FunctionDescriptor.of(JAVA_INT, JAVA_INT, JAVA_INT, JAVA_INT), Linker.Option.firstVariadicArg(2));

    private SocketCalls() {}

    /// A Unix datagram socket without an address of its own.
    static int datagramSocket() {
        return (int) PosixCalls.once((_, captured) ->
                (int) SOCKET.invokeExact(captured, AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0));
    }

    /// Sends a datagram to a Unix address, whose first byte is zero if it is an abstract one.
    static int send(int fd, byte[] message, byte[] address, boolean mayWait) {
        return (int) PosixCalls.interruptible((arena, captured) -> {
            MemorySegment to = arena.allocate(SUN_PATH + ADDRESS_BYTES + 1, Short.BYTES);
            to.set(JAVA_SHORT, 0, (short) AF_UNIX);
            MemorySegment.copy(address, 0, to, JAVA_BYTE, SUN_PATH, address.length);
            MemorySegment bytes = arena.allocateFrom(JAVA_BYTE, message);
            // Exactly as long as the address: in an abstract one every zero behind it would count.
            return (long) SENDTO.invokeExact(captured, fd, bytes, (long) message.length,
                    MSG_NOSIGNAL | (mayWait ? 0 : MSG_DONTWAIT), to, (int) SUN_PATH + address.length);
        });
    }

    /// A whole-number option of a socket.
    static int option(int fd, int option) {
        return (int) PosixCalls.once((arena, captured) -> {
            MemorySegment value = arena.allocate(JAVA_INT);
            MemorySegment length = arena.allocateFrom(JAVA_INT, Integer.BYTES);
            int result = (int) GETSOCKOPT.invokeExact(captured, fd, SOL_SOCKET, option, value, length);
            return result < 0 ? result : value.get(JAVA_INT, 0);
        });
    }

    static int closeOnExec(int fd) {
        return (int) PosixCalls.once((_, captured) -> (int) FCNTL.invokeExact(captured, fd, F_SETFD, FD_CLOEXEC));
    }
}
