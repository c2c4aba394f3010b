package dev.seawall.walwriter.link;

import dev.seawall.wal.role.World;
import dev.seawall.walwriter.wire.MessageInput;
import dev.seawall.walwriter.wire.MessageOutput;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.channels.Channels;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// A connection in memory: two ends, each of which hears what the other sends.
public final class MemoryChannel implements CopyChannel {

    private final World world;
    private final Queue<byte[]> arriving;
    private final Queue<byte[]> leaving;
    private final Shared shared;

    /// What both ends know.
    private static final class Shared {
        volatile boolean isClosed;
        final Queue<Thread> waiting = new ConcurrentLinkedQueue<>();
    }

    private MemoryChannel(World world, Queue<byte[]> arriving, Queue<byte[]> leaving, Shared shared) {
        this.world = world;
        this.arriving = arriving;
        this.leaving = leaving;
        this.shared = shared;
    }

    /// Two ends.
    public record Pair(MemoryChannel one, MemoryChannel other) {}

    public static Pair pair(World world) {
        Queue<byte[]> there = new ConcurrentLinkedQueue<>();
        Queue<byte[]> back = new ConcurrentLinkedQueue<>();
        Shared shared = new Shared();
        return new Pair(new MemoryChannel(world, back, there, shared), new MemoryChannel(world, there, back, shared));
    }

    /// A message with these bytes as they would be read.
    static MessageInput input(byte[] message) throws IOException {
        MessageInput in = new MessageInput(Channels.newChannel(new ByteArrayInputStream(message)), 1 << 24);
        in.next();
        return in;
    }

    /// A CopyData with this payload.
    static byte[] bytes(Consumer<MessageOutput> payload) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        MessageOutput out = new MessageOutput(Channels.newChannel(bytes)).begin('d');
        payload.accept(out);
        out.end();
        out.flush();
        return bytes.toByteArray();
    }

    @Override
    public @Nullable MessageInput receive() throws IOException {
        shared.waiting.add(Thread.currentThread());
        world.park(() -> !arriving.isEmpty() || shared.isClosed);
        shared.waiting.remove(Thread.currentThread());
        byte[] message = arriving.poll();
        return message == null ? null : input(message);
    }

    @Override
    public void send(Consumer<MessageOutput> payload) throws IOException {
        if (shared.isClosed) {
            throw new IOException("the connection is closed");
        }
        leaving.add(bytes(payload));
        shared.waiting.forEach(world::unpark);
    }

    @Override
    public void close() {
        shared.isClosed = true;
        arriving.clear();
        shared.waiting.forEach(world::unpark);
    }
}
