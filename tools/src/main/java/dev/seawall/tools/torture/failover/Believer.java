package dev.seawall.tools.torture.failover;

import dev.seawall.walwriter.client.WireClient;
import java.io.IOException;

/// A client who commits at a primary that was given up, and must not get an answer.
final class Believer implements AutoCloseable {

    private final Node node;
    private final WireClient client;
    private volatile boolean isAnswered;

    Believer(Node node) throws IOException {
        this.node = node;
        this.client = node.connect();
        Thread.ofVirtual().name("believer").start(this::commit);
    }

    private void commit() {
        try {
            client.query("select pg_logical_emit_message(true, 'believer', 'who follows?')");
            isAnswered = true;
        } catch (IOException e) {
            // As it has to be: the node was killed, or the connection closed, before anybody had the commit.
        }
    }

    /// @throws IllegalStateException if it was told that it committed
    void checkUnanswered() {
        if (isAnswered) {
            throw new IllegalStateException(node + " has acknowledged a commit after another was promoted");
        }
    }

    @Override
    public void close() throws IOException {
        client.close();
    }
}
