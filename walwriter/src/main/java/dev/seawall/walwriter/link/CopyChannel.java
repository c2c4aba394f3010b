package dev.seawall.walwriter.link;

import dev.seawall.walwriter.wire.MessageInput;
import dev.seawall.walwriter.wire.MessageOutput;
import java.io.IOException;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// A connection in copy-both mode, as either end sees it: payloads of CopyData both ways.
///
/// One thread reads while another writes; never two of either.
public interface CopyChannel extends AutoCloseable {

    /// Waits for the next CopyData.
    ///
    /// @return standing on the payload's begin, valid until the next call; null if the peer ended the
    ///         copy or the connection
    @Nullable MessageInput receive() throws IOException;

    /// Sends a CopyData at once.
    ///
    /// @param payload writes what is to be in it
    void send(Consumer<MessageOutput> payload) throws IOException;

    /// Ends the connection: who receives or sends is woken. May be called by anybody, and twice.
    @Override
    void close();
}
