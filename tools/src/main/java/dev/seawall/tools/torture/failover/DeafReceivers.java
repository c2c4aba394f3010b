package dev.seawall.tools.torture.failover;

import dev.seawall.walwriter.client.WireClient;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/// Replication connections that ask for the log and never read it, and a slot that nobody uses.
final class DeafReceivers implements AutoCloseable {

    private final List<WireClient> clients = new ArrayList<>();

    /// @param count none: no slot either
    DeafReceivers(Node primary, int count) throws IOException {
        try {
            if (count > 0) {
                primary.ask("select slot_name from pg_create_physical_replication_slot('nobody', true)");
            }
            for (int i = 0; i < count; i++) {
                WireClient client = primary.connectToStream();
                clients.add(client);
                client.copyBoth("START_REPLICATION " + primary.flushed() + " TIMELINE 1");
            }
        } catch (IOException | RuntimeException e) {
            close();
            throw e;
        }
    }

    @Override
    public void close() throws IOException {
        for (WireClient client : clients) {
            client.close();
        }
    }
}
