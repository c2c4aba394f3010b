package dev.seawall.tools.walbench.ours;

import dev.seawall.tools.walbench.load.Engine;
import dev.seawall.tools.walbench.load.Stream;
import dev.seawall.wal.Lsn;
import dev.seawall.walwriter.MessageAppender;
import dev.seawall.walwriter.Transaction;
import dev.seawall.walwriter.Wal;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Random;
import java.util.concurrent.CompletableFuture;

/// A log of ours under a load: the one thing that is done over and over is a commit, or a message outside transactions
/// that is flushed.
public final class WalEngine implements Engine {

    /// The prefix of what is logged: [CountingEngine] redoes it.
    public static final String PREFIX = "walbench";

    private final Wal wal;
    private final MessageAppender messages;
    private final Kind kind;
    private final ByteBuffer content;
    private final Host host;

    /// What is logged each time.
    public enum Kind {
        /// A transaction of one message: two records, the message and the commit.
        TRANSACTION,
        /// One record, then a flush.
        MESSAGE
    }

    /// What the log is a part of.
    public interface Host extends AutoCloseable {

        /// How far others are behind the log; empty: there are none.
        default String remark() {
            return "";
        }

        @Override
        void close() throws IOException;
    }

    /// @param bytes of each message
    /// @param host  closed with this
    public WalEngine(Wal wal, Kind kind, int bytes, Host host) {
        this.wal = wal;
        this.messages = wal.messages(PREFIX);
        this.kind = kind;
        this.host = host;
        byte[] random = new byte[bytes];
        new Random(bytes).nextBytes(random);
        this.content = ByteBuffer.wrap(random).asReadOnlyBuffer();
    }

    @Override
    public void commit() {
        switch (kind) {
            case TRANSACTION -> {
                try (Transaction transaction = wal.begin()) {
                    transaction.message(PREFIX, content);
                    transaction.commit();
                }
            }
            case MESSAGE -> messages.flush(messages.append(content));
        }
    }

    @Override
    public Stream stream() {
        return new Futures();
    }

    /// A future for each, as an application would take it.
    private final class Futures implements Stream.Futures<CompletableFuture<Lsn>> {

        @Override
        public CompletableFuture<Lsn> append() {
            return switch (kind) {
                case TRANSACTION -> {
                    Transaction transaction = wal.begin();
                    transaction.message(PREFIX, content);
                    yield transaction.commitAsync();
                }
                case MESSAGE -> messages.flushed(messages.append(content));
            };
        }

        @Override
        public boolean isDurable(CompletableFuture<Lsn> record) {
            return record.isDone() && !record.isCompletedExceptionally();
        }

        @Override
        public void await(CompletableFuture<Lsn> record) {
            record.join();
        }
    }

    @Override
    public long logBytes() {
        return wal.flushLsn().value();
    }

    @Override
    public String remark() {
        return host.remark();
    }

    @Override
    public void close() throws IOException {
        host.close();
    }
}
