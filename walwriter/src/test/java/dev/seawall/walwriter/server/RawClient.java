package dev.seawall.walwriter.server;

import java.io.IOException;
import java.net.SocketAddress;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/// A client that sends any bytes it is told to, and reads what comes back message by message. It waits for
/// nothing longer than its patience.
final class RawClient implements AutoCloseable {

    static final int VERSION_3_0 = 3 << 16;
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final String ANSWERS = "RSKZECTDINtn12s3vWGHVdcA";
    private static final int MAX_ANSWER = 256 << 20;

    private final SocketChannel channel;
    private final long patienceNanos;
    private ByteBuffer buffer = ByteBuffer.allocate(8192).limit(0);

    /// A message of the server.
    record Answer(char type, byte[] body) {

        String text() {
            return new String(body, StandardCharsets.UTF_8);
        }

        /// A field of an ErrorResponse or NoticeResponse.
        String field(char code) {
            for (String field : text().split("\0")) {
                if (!field.isEmpty() && field.charAt(0) == code) {
                    return field.substring(1);
                }
            }
            return "";
        }

        @Override
        public String toString() {
            return type + (type == 'E' ? field('C') : "");
        }
    }

    private RawClient(SocketChannel channel, Duration patience) throws IOException {
        this.channel = channel;
        this.patienceNanos = patience.toNanos();
        channel.configureBlocking(false);
    }

    static RawClient connect(Path socket) throws IOException {
        return connect(UnixDomainSocketAddress.of(socket), PATIENCE);
    }

    static RawClient connect(SocketAddress address, Duration patience) throws IOException {
        // Blocking, so that a full backlog makes it wait.
        return new RawClient(SocketChannel.open(address), patience);
    }

    static RawClient loggedIn(Path socket, String... parameters) throws IOException {
        RawClient client = connect(socket);
        client.login(parameters);
        return client;
    }

    /// @param parameters besides the user
    List<Answer> login(String... parameters) throws IOException {
        String[] all = new String[parameters.length + 2];
        all[0] = "user";
        all[1] = "abuser";
        System.arraycopy(parameters, 0, all, 2, parameters.length);
        send(Packet.startup(VERSION_3_0, all));
        List<Answer> answers = untilReady();
        if (answers.getLast().type() != 'Z') {
            throw new IOException("not logged in: " + answers.getLast().field('C') + " "
                    + answers.getLast().field('M'));
        }
        return answers;
    }

    SocketChannel channel() {
        return channel;
    }

    /// Sends all of it, however long the server takes it.
    void send(byte[]... packets) throws IOException {
        for (byte[] packet : packets) {
            ByteBuffer source = ByteBuffer.wrap(packet);
            long deadline = System.nanoTime() + patienceNanos;
            while (source.hasRemaining()) {
                if (channel.write(source) == 0) {
                    pause(deadline, "to take what is sent");
                }
            }
        }
    }

    /// Sends as much as the server takes without waiting.
    int offer(byte[] packet) throws IOException {
        return channel.write(ByteBuffer.wrap(packet));
    }

    private static void pause(long deadline, String what) throws IOException {
        if (System.nanoTime() - deadline > 0) {
            throw new IOException("the server took too long " + what);
        }
        LockSupport.parkNanos(200_000);
    }

    /// One byte outside messages, or -1.
    int readByte() throws IOException {
        return fill(1) ? buffer.get() : -1;
    }

    private boolean fill(int bytes) throws IOException {
        long deadline = System.nanoTime() + patienceNanos;
        if (buffer.capacity() - buffer.position() < bytes) {
            ByteBuffer larger = ByteBuffer.allocate(Math.max(8192, bytes));
            larger.put(buffer).flip();
            buffer = larger;
        }
        while (buffer.remaining() < bytes) {
            int position = buffer.position();
            int limit = buffer.limit();
            buffer.limit(buffer.capacity()).position(limit);
            int read = channel.read(buffer);
            buffer.limit(buffer.position()).position(position);
            if (read < 0) {
                return false;
            }
            if (read == 0) {
                pause(deadline, "to answer");
            }
        }
        return true;
    }

    /// The next message; null when the server has ended the connection.
    @Nullable Answer next() throws IOException {
        try {
            if (!fill(5)) {
                return null;
            }
        } catch (IOException e) {
            if (isReset(e)) {
                return null;
            }
            throw e;
        }
        char type = (char) buffer.get();
        int length = buffer.getInt();
        if (ANSWERS.indexOf(type) < 0 || length < 4 || length > MAX_ANSWER) {
            throw new AssertionError("the server sent what is no message: type " + (int) type + " length " + length);
        }
        byte[] body = new byte[length - 4];
        if (!fill(body.length)) {
            if (type == 'd') {
                // A stream is cut off, wherever it is, when its client takes nothing for too long: it was busy.
                return null;
            }
            throw new AssertionError("the server ended within a message of type " + type);
        }
        buffer.get(body);
        return new Answer(type, body);
    }

    static boolean isReset(IOException e) {
        String message = String.valueOf(e.getMessage());
        return message.contains("reset") || message.contains("Broken pipe");
    }

    /// Up to ReadyForQuery, or the connection's end.
    List<Answer> untilReady() throws IOException {
        List<Answer> answers = new ArrayList<>();
        for (Answer answer = next(); answer != null; answer = next()) {
            answers.add(answer);
            if (answer.type() == 'Z') {
                break;
            }
        }
        if (answers.isEmpty()) {
            throw new IOException("Connection reset: the server ended the connection without a word");
        }
        return answers;
    }

    List<Answer> ask(byte[]... packets) throws IOException {
        send(packets);
        return untilReady();
    }

    List<Answer> ask(String query) throws IOException {
        return ask(Packet.query(query));
    }

    /// Says that nothing more will come, and reads until the server has ended the connection.
    List<Answer> end() throws IOException {
        try {
            channel.shutdownOutput();
        } catch (IOException e) {
            // It has gone already.
        }
        return rest();
    }

    /// Says that nothing more will come, and reads whatever it is until the server has ended the connection.
    void endRaw() throws IOException {
        try {
            channel.shutdownOutput();
        } catch (IOException e) {
            // It has gone already.
        }
        while (readByte() >= 0) {
            // Answers to a first packet need not be messages.
        }
    }

    /// Reads until the server has ended the connection.
    List<Answer> rest() throws IOException {
        List<Answer> answers = new ArrayList<>();
        for (Answer answer = next(); answer != null; answer = next()) {
            answers.add(answer);
        }
        return answers;
    }

    /// The SQLSTATE of the first error among them; empty if there is none.
    static String error(List<Answer> answers) {
        return answers.stream().filter(answer -> answer.type() == 'E').map(answer -> answer.field('C'))
                .findFirst().orElse("");
    }

    /// Their types in order.
    static String types(List<Answer> answers) {
        StringBuilder types = new StringBuilder();
        answers.forEach(answer -> types.append(answer.type()));
        return types.toString();
    }

    @Override
    public void close() throws IOException {
        channel.close();
    }
}
