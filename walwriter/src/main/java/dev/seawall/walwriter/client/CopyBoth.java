package dev.seawall.walwriter.client;

import dev.seawall.walwriter.wire.MessageInput;
import dev.seawall.walwriter.wire.MessageOutput;
import java.io.EOFException;
import java.io.IOException;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;

/// A connection in copy-both mode: CopyData both ways, each way by itself.
///
/// One thread reads; any thread may send. After a [ServerException] from [#next] the connection is
/// of no further use, and to be closed.
public final class CopyBoth {

    private final WireClient client;
    private final Incoming incoming;
    private final MessageOutput out;
    private final ReentrantLock sending = new ReentrantLock();
    /// Guarded by sending.
    private boolean isSendingDone;
    private boolean isReceivingDone;

    CopyBoth(WireClient client, Incoming incoming, MessageOutput out) {
        this.client = client;
        this.incoming = incoming;
        this.out = out;
    }

    /// Waits for the next CopyData, whose content is then read by [#in].
    ///
    /// @return false if the server ended its direction; [#end] is what remains to be called
    /// @throws ServerException if the server reports an error
    /// @throws java.io.EOFException if it ended the connection
    public boolean next() throws IOException {
        if (isReceivingDone) {
            return false;
        }
        int type = incoming.next();
        return switch (type) {
            case 'd' -> true;
            case 'c' -> {
                isReceivingDone = true;
                yield false;
            }
            case 'E' -> throw incoming.error();
            // As PostgreSQL's walsender says good-bye at a shutdown: completion, then the end.
            case 'C' -> throw new EOFException("the server ended the stream: it shuts down");
            default -> throw Incoming.unexpected(type, "in copy-both mode");
        };
    }

    /// The content of the CopyData that [#next] announced: valid until the next call of it.
    public MessageInput in() {
        return incoming.message();
    }

    /// Sends one CopyData with what `content` writes, at once.
    public void send(Consumer<MessageOutput> content) throws IOException {
        sending.lock();
        try {
            if (isSendingDone) {
                throw new IllegalStateException("this direction has ended");
            }
            out.begin('d');
            try {
                content.accept(out);
            } catch (RuntimeException e) {
                out.cancel();
                throw e;
            }
            out.end();
            out.flush();
        } finally {
            sending.unlock();
        }
    }

    /// Ends our direction, then waits until the server has ended its own and the command is complete;
    /// what still arrives is dropped. By the reading thread. The connection takes queries again.
    ///
    /// @return what the command says at its end: of START_REPLICATION, the next timeline if there is one
    public Result end() throws IOException {
        sending.lock();
        try {
            if (!isSendingDone) {
                isSendingDone = true;
                out.begin('c').end();
                out.flush();
            }
        } finally {
            sending.unlock();
        }
        while (next()) {
            // Sent before the server saw our end.
        }
        return client.copyEnded();
    }
}
