package dev.seawall.walwriter.walreceiver;

import dev.seawall.wal.Lsn;
import dev.seawall.wal.TimelineId;
import dev.seawall.wal.role.World;
import dev.seawall.walwriter.client.CopyOut;
import dev.seawall.walwriter.client.Result;
import dev.seawall.walwriter.wire.MessageInput;
import dev.seawall.walwriter.wire.SqlException;
import java.io.IOException;
import java.io.InputStream;
import java.net.ProtocolException;
import java.net.SocketTimeoutException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// A base backup on its way from a server, as one tar archive.
///
/// Read [#archive] to its end, then call [#finish]: only then is it a backup. One thread. After an
/// [IOException] the stream and its connection are of no further use.
public final class BackupStream implements AutoCloseable {

    private static final int KILOBYTE = 1024;

    private final CopyOut copy;
    private final Duration timeout;
    private final Archive archive = new Archive();
    private final @Nullable StreamWatch watch;
    private final World.@Nullable Running watching;
    private final Lsn start;
    private final TimelineId timeline;
    private final long bytes;
    private volatile boolean isTimedOut;

    /// @param timeout how long the server may be silent in it; zero: for ever
    /// @param cutOff  ends the connection
    BackupStream(CopyOut copy, Duration timeout, World world, Runnable cutOff) throws IOException {
        this.copy = copy;
        this.timeout = timeout;
        if (copy.before().size() != 2) {
            throw new ProtocolException("the server answered BASE_BACKUP with " + copy.before().size()
                    + " result sets, 2 expected");
        }
        List<@Nullable String> position = position(copy.before().getFirst());
        this.start = lsn(position);
        try {
            this.timeline = new TimelineId(Integer.parseUnsignedInt(String.valueOf(position.get(1))));
        } catch (IllegalArgumentException e) {
            throw nonsense(position);
        }
        this.bytes = size(copy.before().getLast());
        if (timeout.isZero()) {
            watch = null;
            watching = null;
        } else {
            watch = new StreamWatch(world, timeout, () -> { }, () -> {
                isTimedOut = true;
                cutOff.run();
            });
            watching = world.start(watch);
        }
    }

    private static List<@Nullable String> position(Result result) throws IOException {
        if (result.rows().size() != 1 || result.rows().getFirst().size() != 2) {
            throw new ProtocolException("the server answered BASE_BACKUP with " + result.rows()
                    + ", a position and a timeline expected");
        }
        return result.rows().getFirst();
    }

    private static Lsn lsn(List<@Nullable String> position) throws IOException {
        try {
            return Lsn.parse(String.valueOf(position.getFirst()));
        } catch (IllegalArgumentException e) {
            throw nonsense(position);
        }
    }

    private static ProtocolException nonsense(List<@Nullable String> row) {
        return new ProtocolException("the server answered BASE_BACKUP with what makes no sense: " + row);
    }

    /// The one archive there can be: files outside of the server's directory would come in others.
    private static long size(Result tablespaces) throws IOException {
        if (tablespaces.rows().size() != 1 || tablespaces.rows().getFirst().size() != 3) {
            throw new ProtocolException("the server's base backup is of " + tablespaces.rows().size()
                    + " tablespaces, 1 expected");
        }
        List<@Nullable String> only = tablespaces.rows().getFirst();
        try {
            return only.get(2) == null ? 0 : Long.parseLong(String.valueOf(only.get(2))) * KILOBYTE;
        } catch (NumberFormatException e) {
            throw nonsense(only);
        }
    }

    /// Where redo of the copy begins.
    public Lsn start() {
        return start;
    }

    public TimelineId timeline() {
        return timeline;
    }

    /// How many the data files have, about.
    public long bytes() {
        return bytes;
    }

    /// How many of the archive were read.
    public long received() {
        return archive.received;
    }

    /// The archive. Its end is where the server says so: a connection that is lost is an [IOException].
    public InputStream archive() {
        return archive;
    }

    /// Waits until the server has said that the backup is whole.
    ///
    /// @return the log up to here belongs to it
    public Lsn finish() throws IOException {
        while (archive.fill()) {
            // The end of a tar archive is filled up with zeros.
        }
        stopWatching();
        return lsn(position(copy.end()));
    }

    private void stopWatching() {
        if (watching != null) {
            watching.close();
        }
    }

    private void heard() {
        if (watch != null) {
            watch.heard();
        }
    }

    /// Lets go of the stream; the connection has to be closed too.
    @Override
    public void close() {
        stopWatching();
    }

    private final class Archive extends InputStream {

        private ByteBuffer piece = ByteBuffer.allocate(0);
        private long received;
        private boolean isNamed;

        /// @return false at the archive's end
        private boolean fill() throws IOException {
            try {
                // Who took long for the piece before was not waiting for the server.
                heard();
                boolean isMore = copy.next();
                heard();
                piece = isMore ? content(copy.in()) : ByteBuffer.allocate(0);
                received += piece.remaining();
                return isMore;
            } catch (SqlException e) {
                throw new ProtocolException("the base backup holds what is no message of it: " + e.problem());
            } catch (IOException e) {
                if (isTimedOut) {
                    SocketTimeoutException silence = new SocketTimeoutException(
                            "the server was silent for " + timeout.toMillis() + " ms in a base backup");
                    silence.initCause(e);
                    throw silence;
                }
                throw e;
            }
        }

        private ByteBuffer content(MessageInput in) throws IOException {
            int kind = in.int8();
            switch (kind) {
                case 'd' -> {
                    return in.rest();
                }
                case 'n' -> {
                    if (isNamed) {
                        throw new ProtocolException("the server's base backup has more than one archive");
                    }
                    isNamed = true;
                }
                case 'p' -> {
                    // What is received is counted here.
                }
                default -> throw new ProtocolException(
                        "unknown message \"" + MessageInput.printable(kind) + "\" in a base backup");
            }
            return ByteBuffer.allocate(0);
        }

        @Override
        public int read() throws IOException {
            byte[] one = new byte[1];
            return read(one, 0, 1) < 0 ? -1 : one[0] & 0xFF;
        }

        @Override
        public int read(byte[] into, int from, int length) throws IOException {
            while (length > 0 && !piece.hasRemaining()) {
                if (!fill()) {
                    return -1;
                }
            }
            int bytes = Math.min(length, piece.remaining());
            piece.get(into, from, bytes);
            return bytes;
        }
    }
}
