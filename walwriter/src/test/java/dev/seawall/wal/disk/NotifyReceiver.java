package dev.seawall.wal.disk;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static java.lang.foreign.ValueLayout.JAVA_SHORT;

import java.io.IOException;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/// A service manager's end of `NOTIFY_SOCKET`: a bound Unix datagram socket, which the JDK has not.
public final class NotifyReceiver implements AutoCloseable {

    private static final MethodHandle BIND = PosixCalls.handle("bind",
            FunctionDescriptor.of(JAVA_INT, JAVA_INT, ADDRESS, JAVA_INT));
    private static final MethodHandle RECV = PosixCalls.handle("recv",
            FunctionDescriptor.of(JAVA_LONG, JAVA_INT, ADDRESS, JAVA_LONG, JAVA_INT));
    private static final MethodHandle POLL = PosixCalls.handle("poll",
            FunctionDescriptor.of(JAVA_INT, ADDRESS, JAVA_LONG, JAVA_INT));
    private static final int MESSAGE_BYTES = 4096;
    private static final short POLLIN = 1;

    private final int fd;

    /// @param name a path, or `@` and an abstract name
    public NotifyReceiver(String name) throws IOException {
        byte[] address = name.getBytes(StandardCharsets.UTF_8);
        if (name.startsWith("@")) {
            address[0] = 0;
        }
        fd = SocketCalls.datagramSocket();
        int result = (int) PosixCalls.once((arena, captured) -> {
            MemorySegment to = arena.allocate(110);
            to.set(JAVA_SHORT, 0, (short) SocketCalls.AF_UNIX);
            MemorySegment.copy(address, 0, to, JAVA_BYTE, 2, address.length);
            return (int) BIND.invokeExact(captured, fd, to, 2 + address.length);
        });
        if (result < 0) {
            PosixCalls.close(fd);
            throw new IOException("bind of " + name + ": " + PosixCalls.strerror(-result));
        }
    }

    /// The next message, or empty when none comes in time.
    public Optional<String> receive(int millis) {
        int ready = (int) PosixCalls.interruptible((arena, captured) -> {
            MemorySegment poll = arena.allocate(8, 4);
            poll.set(JAVA_INT, 0, fd);
            poll.set(JAVA_SHORT, 4, POLLIN);
            return (int) POLL.invokeExact(captured, poll, 1L, millis);
        });
        if (ready == 0) {
            return Optional.empty();
        }
        byte[] message = new byte[MESSAGE_BYTES];
        int length = (int) PosixCalls.interruptible((arena, captured) -> {
            MemorySegment into = arena.allocate(MESSAGE_BYTES);
            long got = (long) RECV.invokeExact(captured, fd, into, (long) MESSAGE_BYTES, 0);
            MemorySegment.copy(into, JAVA_BYTE, 0, message, 0, MESSAGE_BYTES);
            return got;
        });
        return Optional.of(new String(message, 0, length, StandardCharsets.UTF_8));
    }

    @Override
    public void close() {
        PosixCalls.close(fd);
    }
}
