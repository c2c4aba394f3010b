package dev.seawall.walwriter.client;

import dev.seawall.walwriter.wire.MessageInput;
import java.io.IOException;
import java.util.List;

/// A connection in copy-out mode: CopyData from the server, until it says that this was all.
///
/// One thread. After a [ServerException] from [#next] the connection is of no further use, and to be closed.
public final class CopyOut {

    private final WireClient client;
    private final Incoming incoming;
    private final List<Result> before;
    private boolean isDone;

    CopyOut(WireClient client, Incoming incoming, List<Result> before) {
        this.client = client;
        this.incoming = incoming;
        this.before = List.copyOf(before);
    }

    /// What the command answered in front of the copy.
    public List<Result> before() {
        return before;
    }

    /// Waits for the next CopyData, whose content is then read by [#in].
    ///
    /// @return false if there is no more; [#end] is what remains to be called
    /// @throws ServerException if the server reports an error
    /// @throws java.io.EOFException if it ended the connection
    public boolean next() throws IOException {
        if (isDone) {
            return false;
        }
        int type = incoming.next();
        return switch (type) {
            case 'd' -> true;
            case 'c' -> {
                isDone = true;
                yield false;
            }
            case 'E' -> throw incoming.error();
            default -> throw Incoming.unexpected(type, "in copy-out mode");
        };
    }

    /// The content of the CopyData that [#next] announced: valid until the next call of it.
    public MessageInput in() {
        return incoming.message();
    }

    /// Waits until the command is complete; what still arrives of the copy is dropped. The connection takes
    /// queries again.
    ///
    /// @return what the command says at its end
    public Result end() throws IOException {
        while (next()) {
            // Nobody wanted it.
        }
        return client.copyEnded();
    }
}
