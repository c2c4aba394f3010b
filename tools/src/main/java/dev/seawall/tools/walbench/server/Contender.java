package dev.seawall.tools.walbench.server;

import java.io.IOException;
import java.nio.file.Path;

/// A server under measurement, running until it is closed.
public interface Contender extends AutoCloseable {

    /// As the table heads its columns.
    String name();

    /// Where its Unix socket is.
    Path socketDirectory();

    /// Superuser, let in by the socket.
    String user();

    /// Where its log is.
    Path log();

    /// @throws IOException if it is not running any more, with what it last said
    void checkRunning() throws IOException;

    /// Stops it and waits until it has.
    @Override
    void close() throws IOException;
}
