package dev.seawall.walwriter.walreceiver;

import dev.seawall.walwriter.wire.MessageInput;
import dev.seawall.walwriter.wire.MessageOutput;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.function.Consumer;

/// A server that takes one client, enters copy-both mode whatever it is asked, says what it is told to say, and
/// then says nothing more. It notes the replies that it gets.
final class SilentPrimary implements AutoCloseable {

    private final ServerSocketChannel listening;
    private final Consumer<MessageOutput> script;
    private final BlockingQueue<Boolean> replies = new LinkedBlockingQueue<>();

    /// @param script writes whole messages
    SilentPrimary(Consumer<MessageOutput> script) throws IOException {
        this.script = script;
        this.listening = ServerSocketChannel.open().bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
        Thread.ofVirtual().start(this::serve);
    }

    String connectionString() throws IOException {
        return "host=127.0.0.1 sslmode=disable user=u port="
                + ((InetSocketAddress) listening.getLocalAddress()).getPort();
    }

    /// Whether each reply wanted an answer.
    BlockingQueue<Boolean> replies() {
        return replies;
    }

    private void serve() {
        try (SocketChannel client = listening.accept()) {
            MessageInput in = new MessageInput(client, 1 << 20);
            MessageOutput out = new MessageOutput(client);
            in.nextUntyped();
            out.begin('R').int32(0).end();
            out.begin('Z').int8('I').end();
            out.flush();
            in.next();
            out.begin('W').int8(0).int16(0).end();
            script.accept(out);
            out.flush();
            while (in.next() == 'd') {
                in.bytes(1 + 4 * Long.BYTES);
                replies.add(in.int8() != 0);
            }
        } catch (IOException e) {
            // The client has gone.
        }
    }

    @Override
    public void close() throws IOException {
        listening.close();
    }
}
