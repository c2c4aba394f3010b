package dev.seawall.walwriter.client;

import dev.seawall.walwriter.wire.MessageInput;
import dev.seawall.walwriter.wire.SqlException;
import java.io.EOFException;
import java.io.IOException;
import java.net.ProtocolException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/// The server's messages, without those that may come at any time: parameters and notices, which
/// are kept.
final class Incoming {

    private final MessageInput in;
    private final Map<String, String> parameters = new ConcurrentHashMap<>();
    private List<String> notices = new ArrayList<>();

    Incoming(MessageInput in) {
        this.in = in;
    }

    MessageInput message() {
        return in;
    }

    Map<String, String> parameters() {
        return parameters;
    }

    /// Those since the last call.
    List<String> takeNotices() {
        List<String> taken = List.copyOf(notices);
        notices = new ArrayList<>();
        return taken;
    }

    /// Waits for the next message.
    ///
    /// @return its type
    /// @throws EOFException if the server ended the connection
    int next() throws IOException {
        try {
            while (true) {
                int type = in.next();
                switch (type) {
                    case -1 -> throw new EOFException("the server ended the connection");
                    case 'S' -> parameters.put(in.string(), in.string());
                    case 'N' -> notices.add(ServerException.notice(in));
                    default -> {
                        return type;
                    }
                }
            }
        } catch (SqlException e) {
            throw violation(e);
        }
    }

    ServerException error() throws IOException {
        try {
            return ServerException.read(in);
        } catch (SqlException e) {
            throw violation(e);
        }
    }

    static ProtocolException violation(SqlException cause) {
        ProtocolException e = new ProtocolException("the server sent what is not the protocol: " + cause.problem());
        e.initCause(cause);
        return e;
    }

    static ProtocolException unexpected(int type, String when) {
        return new ProtocolException("the server sent a message of type \"" + MessageInput.printable(type)
                + "\" " + when);
    }
}
