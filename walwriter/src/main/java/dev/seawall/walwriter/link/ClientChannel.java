package dev.seawall.walwriter.link;

import dev.seawall.walwriter.client.Address;
import dev.seawall.walwriter.client.CopyBoth;
import dev.seawall.walwriter.client.Login;
import dev.seawall.walwriter.client.WireClient;
import dev.seawall.walwriter.wire.MessageInput;
import dev.seawall.walwriter.wire.MessageOutput;
import java.io.EOFException;
import java.io.IOException;
import java.util.Locale;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// The checkpointer's or archiver's end of a link: a connection of its own to the walwriter.
public final class ClientChannel implements CopyChannel {

    private final WireClient client;
    private final CopyBoth copy;

    private ClientChannel(WireClient client, CopyBoth copy) {
        this.client = client;
        this.copy = copy;
    }

    /// Connects, and takes the place of the checkpointer or archiver at the walwriter.
    ///
    /// @param login a superuser's, for replication
    /// @param whom  `checkpointer` or `archiver`
    /// @throws dev.seawall.walwriter.client.ServerException if the walwriter refuses
    public static ClientChannel connect(Address address, Login login, String whom) throws IOException {
        return open(address, login, "SERVE " + whom.toUpperCase(Locale.ROOT) + " " + LinkMessage.VERSION);
    }

    /// Connects, and gives a replication command that enters copy-both mode.
    ///
    /// @param login for replication
    /// @throws dev.seawall.walwriter.client.ServerException if the walwriter refuses
    public static ClientChannel open(Address address, Login login, String command) throws IOException {
        WireClient client = WireClient.connect(address, login);
        try {
            return new ClientChannel(client, client.copyBoth(command));
        } catch (Throwable t) {
            client.close();
            throw t;
        }
    }

    @Override
    public @Nullable MessageInput receive() throws IOException {
        try {
            return copy.next() ? copy.in() : null;
        } catch (EOFException e) {
            return null;
        }
    }

    @Override
    public void send(Consumer<MessageOutput> payload) throws IOException {
        copy.send(payload);
    }

    @Override
    public void close() {
        try {
            client.close();
        } catch (IOException e) {
            // It is closed as far as that goes.
        }
    }
}
