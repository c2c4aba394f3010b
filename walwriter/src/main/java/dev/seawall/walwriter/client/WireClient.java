package dev.seawall.walwriter.client;

import dev.seawall.wal.role.SystemWorld;
import dev.seawall.wal.role.World;
import dev.seawall.walwriter.wire.MessageInput;
import dev.seawall.walwriter.wire.MessageOutput;
import dev.seawall.walwriter.wire.SqlException;
import java.io.IOException;
import java.nio.channels.ByteChannel;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/// A connection to a server of PostgreSQL's protocol: to Seawall's, or to a real one.
///
/// One thread at a time asks and reads; [#close] may come from any, and wakes it. After an
/// [IOException] that is no [ServerException], and after a [ServerException] whose severity is FATAL,
/// the connection is of no further use. Nothing is retried.
public final class WireClient implements AutoCloseable {

    /// What a server may send in one message: its own limit on a value is 1 GiB.
    private static final int MAX_MESSAGE_BYTES = 1 << 30;

    private final ByteChannel channel;
    private final Incoming incoming;
    private final MessageOutput out;
    private final int pid;
    private final ReentrantLock asking = new ReentrantLock();
    private volatile boolean isBusy;
    private boolean isCopying;

    private WireClient(ByteChannel channel, Incoming incoming, MessageOutput out, int pid) {
        this.channel = channel;
        this.incoming = incoming;
        this.out = out;
        this.pid = pid;
    }

    /// Connects and logs in.
    ///
    /// @throws ServerException if the server refuses
    /// @throws java.net.SocketTimeoutException if all this takes longer than the login's timeout
    /// @throws IOException if nobody is there, or does not speak the protocol
    public static WireClient connect(Address address, Login login) throws IOException {
        // Sockets are the machine's own, and so are the clock and the chance that go with them.
        World world = new SystemWorld();
        OpeningChannel opening = OpeningChannel.connect(address, login.timeout(), world);
        try {
            ByteChannel channel = Handshake.encrypted(opening, address, login.tls());
            Incoming incoming = new Incoming(new MessageInput(channel, MAX_MESSAGE_BYTES));
            MessageOutput out = new MessageOutput(channel);
            int pid = new Handshake(login, incoming, out, world).run();
            opening.opened();
            return new WireClient(channel, incoming, out, pid);
        } catch (IOException | RuntimeException e) {
            opening.close();
            throw e;
        }
    }

    /// The session's process id, as the server told it.
    public int pid() {
        return pid;
    }

    /// A ParameterStatus that the server sent, or null.
    public @Nullable String parameter(String name) {
        return incoming.parameters().get(name);
    }

    /// Runs statements, or a replication command, by the simple protocol, and waits for the end.
    ///
    /// @return what the last of them answered, with all notices
    /// @throws ServerException the first error; the connection remains of use unless it was FATAL
    public Result query(String sql) throws IOException {
        asking.lock();
        try {
            ask(sql);
            Result result = answers(null);
            isBusy = false;
            return result;
        } finally {
            asking.unlock();
        }
    }

    private void ask(String sql) throws IOException {
        if (isCopying) {
            throw new IllegalStateException("the connection is in copy mode");
        }
        isBusy = true;
        out.begin('Q').string(sql).end();
        out.flush();
    }

    /// Reads up to ReadyForQuery.
    private Result answers(@Nullable ServerException error) throws IOException {
        Result result = Result.EMPTY;
        List<String> columns = List.of();
        List<List<@Nullable String>> rows = new ArrayList<>();
        try {
            while (true) {
                int type = next(error);
                MessageInput in = incoming.message();
                switch (type) {
                    case 'T' -> columns = columns(in);
                    case 'D' -> rows.add(row(in));
                    case 'C' -> {
                        // START_REPLICATION completes twice; the rows belong to the first.
                        boolean isSecond = columns.isEmpty() && !result.columns().isEmpty();
                        result = isSecond ? new Result(result.columns(), result.rows(), in.string(), List.of())
                                : new Result(columns, List.copyOf(rows), in.string(), List.of());
                        columns = List.of();
                        rows = new ArrayList<>();
                    }
                    case 'I' -> result = Result.EMPTY;
                    case 'E' -> error = error == null ? incoming.error() : error;
                    case 'Z' -> {
                        List<String> notices = incoming.takeNotices();
                        isBusy = false;
                        if (error != null) {
                            throw error;
                        }
                        return new Result(result.columns(), result.rows(), result.tag(), notices);
                    }
                    default -> throw Incoming.unexpected(type, "in answer to a query");
                }
            }
        } catch (SqlException e) {
            throw Incoming.violation(e);
        }
    }

    /// Who was told why the connection ends is not told that it ended.
    private int next(@Nullable ServerException error) throws IOException {
        try {
            return incoming.next();
        } catch (IOException e) {
            if (error != null) {
                error.addSuppressed(e);
                throw error;
            }
            throw e;
        }
    }

    private static List<String> columns(MessageInput in) {
        int count = in.int16();
        List<String> names = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            names.add(in.string());
            in.bytes(18);
        }
        return List.copyOf(names);
    }

    private static List<@Nullable String> row(MessageInput in) {
        int count = in.int16();
        List<@Nullable String> values = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            int length = in.int32();
            values.add(length < 0 ? null : in.text(length));
        }
        return values;
    }

    /// Sends a command that enters copy-both mode, and waits until the server has.
    ///
    /// @throws ServerException if the server refuses; the connection remains of use
    public CopyBoth copyBoth(String command) throws IOException {
        asking.lock();
        try {
            ask(command);
            int type = incoming.next();
            switch (type) {
                case 'W' -> {
                    isCopying = true;
                    incoming.message().expectLarge();
                    return new CopyBoth(this, incoming, out);
                }
                case 'E' -> {
                    answers(incoming.error());
                    throw new AssertionError("an error was not thrown");
                }
                default -> throw Incoming.unexpected(type, "in answer to a command that enters copy-both mode");
            }
        } finally {
            asking.unlock();
        }
    }

    /// Sends a command that answers with result sets and then enters copy-out mode, and waits until it has.
    ///
    /// @throws ServerException if the server refuses; the connection remains of use
    public CopyOut copyOut(String command) throws IOException {
        asking.lock();
        try {
            ask(command);
            List<Result> before = new ArrayList<>();
            List<String> columns = List.of();
            List<List<@Nullable String>> rows = new ArrayList<>();
            while (true) {
                int type = incoming.next();
                MessageInput in = incoming.message();
                switch (type) {
                    case 'T' -> columns = columns(in);
                    case 'D' -> rows.add(row(in));
                    case 'C' -> {
                        before.add(new Result(columns, List.copyOf(rows), in.string(), List.of()));
                        rows = new ArrayList<>();
                    }
                    case 'H' -> {
                        isCopying = true;
                        return new CopyOut(this, incoming, before);
                    }
                    case 'E' -> {
                        answers(incoming.error());
                        throw new AssertionError("an error was not thrown");
                    }
                    default -> throw Incoming.unexpected(type, "in answer to a command that enters copy-out mode");
                }
            }
        } catch (SqlException e) {
            throw Incoming.violation(e);
        } finally {
            asking.unlock();
        }
    }

    /// The copy has ended, both ways: what the command says, up to ReadyForQuery.
    Result copyEnded() throws IOException {
        isCopying = false;
        return answers(null);
    }

    /// Ends the session. Whoever is waiting for the server gets an [IOException].
    @Override
    public void close() throws IOException {
        try {
            // Only to a server that waits for us: it has room for these five bytes.
            if (!isBusy && asking.tryLock()) {
                try {
                    if (channel.isOpen()) {
                        out.begin('X').end();
                        out.flush();
                    }
                } catch (IOException e) {
                    // The server has gone before us.
                } finally {
                    asking.unlock();
                }
            }
        } finally {
            channel.close();
        }
    }
}
