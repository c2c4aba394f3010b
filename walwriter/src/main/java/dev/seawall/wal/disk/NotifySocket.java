package dev.seawall.wal.disk;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;

/// Where a service manager wants to be told how its service is, by sd_notify's protocol: each message
/// is one datagram of `NAME=VALUE` lines.
///
/// Nothing is kept open between messages. Thread-safe.
public final class NotifySocket {

    private final String name;
    private final byte[] address;

    /// @param name value of `NOTIFY_SOCKET`: a path from the root on, or `@` and an abstract name
    /// @throws IOException if it is neither, or too long for an address
    public NotifySocket(String name) throws IOException {
        this.name = name;
        this.address = name.getBytes(StandardCharsets.UTF_8);
        if (!name.startsWith("/") && !name.startsWith("@") || address.length < 2) {
            throw new IOException("cannot notify \"" + name + "\", which is no address of a Unix socket"
                    + "\nHINT: NOTIFY_SOCKET is set by the service manager: an absolute path, or @ and a name.");
        }
        if (address.length > SocketCalls.ADDRESS_BYTES) {
            throw new IOException("cannot notify \"" + name + "\": an address has at most "
                    + SocketCalls.ADDRESS_BYTES + " bytes, this one " + address.length);
        }
        if (name.startsWith("@")) {
            address[0] = 0;
        }
    }

    /// Sends a message, waiting while the receiver's queue is full.
    public void send(String message) throws IOException {
        transmit(message, true);
    }

    /// Sends a message unless it would have to wait.
    ///
    /// @return whether it was sent
    public boolean offer(String message) throws IOException {
        return transmit(message, false);
    }

    private boolean transmit(String message, boolean mayWait) throws IOException {
        int fd = SocketCalls.datagramSocket();
        if (fd < 0) {
            throw Errno.exception("socket", Path.of(name), -fd);
        }
        int sent = SocketCalls.send(fd, message.getBytes(StandardCharsets.UTF_8), address, mayWait);
        PosixCalls.close(fd);
        if (sent == -Errno.EWOULDBLOCK && !mayWait) {
            return false;
        }
        if (sent < 0) {
            throw Errno.exception("sendto", Path.of(name), -sent);
        }
        return true;
    }
}
