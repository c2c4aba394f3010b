package dev.seawall.walwriter.link;

import dev.seawall.walwriter.session.ReplicationConnection;
import dev.seawall.walwriter.wire.MessageInput;
import dev.seawall.walwriter.wire.MessageOutput;
import dev.seawall.walwriter.wire.SqlException;
import dev.seawall.walwriter.wire.SqlState;
import java.io.IOException;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// The server's end of a link, on a session's connection.
final class ServerChannel implements CopyChannel {

    private final ReplicationConnection connection;
    /// Guards the output: who ends the copy need not be who writes.
    private final ReentrantLock writing = new ReentrantLock();
    // Guarded by writing.
    private boolean isEndSent;
    /// Whether the client ended the copy and wants to go on otherwise.
    private boolean isEndedByClient;

    ServerChannel(ReplicationConnection connection) {
        this.connection = connection;
    }

    /// Tells the client that both may send now.
    void begin() throws IOException {
        writing.lock();
        try {
            // Whatever a client may send otherwise.
            connection.in().maxBytes(LinkMessage.BYTES_MAX);
            connection.out().begin('W').int8(0).int16(0).end();
            connection.out().flush();
        } finally {
            writing.unlock();
        }
    }

    @Override
    public @Nullable MessageInput receive() throws IOException {
        MessageInput in = connection.in();
        while (true) {
            int type = in.next();
            switch (type) {
                case 'd' -> {
                    return in;
                }
                case 'c' -> {
                    isEndedByClient = true;
                    return null;
                }
                case 'X', -1 -> {
                    return null;
                }
                case 'H', 'S' -> { }
                default -> throw SqlException.fatal(SqlState.PROTOCOL_VIOLATION, "unexpected message type 0x"
                        + Integer.toHexString(type) + " on a link");
            }
        }
    }

    @Override
    public void send(Consumer<MessageOutput> payload) throws IOException {
        writing.lock();
        try {
            if (isEndSent) {
                throw new IOException("the link has ended");
            }
            MessageOutput out = connection.out().begin('d');
            payload.accept(out);
            out.end();
            out.flush();
        } finally {
            writing.unlock();
        }
    }

    /// Whether the session goes on, after [#complete].
    boolean isEndedByClient() {
        return isEndedByClient;
    }

    /// Ends the command for a client that ended the copy.
    void complete() throws IOException {
        close();
        connection.out().begin('C').string("SERVE").end();
        connection.out().flush();
    }

    /// Tells the client that there is nothing more to come; its end of the copy, or of the connection,
    /// ends [#receive].
    @Override
    public void close() {
        writing.lock();
        try {
            if (!isEndSent) {
                isEndSent = true;
                connection.out().begin('c').end();
                connection.out().flush();
            }
        } catch (IOException e) {
            // It is gone: that ends the link as well.
        } finally {
            writing.unlock();
        }
    }
}
