package dev.seawall.tools.walbench;

import dev.seawall.wal.Lsn;
import dev.seawall.walwriter.Transaction;
import dev.seawall.walwriter.Wal;
import java.nio.ByteBuffer;
import java.util.Random;
import java.util.concurrent.CompletableFuture;

/// The one thing that is done over and over: a commit, or a message outside transactions that is
/// flushed.
final class Operation {

    /// What is logged each time.
    enum Kind {
        /// A transaction of one message: two records, the message and the commit.
        TRANSACTION,
        /// One record, then a flush.
        MESSAGE
    }

    private static final String PREFIX = "walbench";

    private final Wal wal;
    private final Kind kind;
    private final ByteBuffer content;

    Operation(Wal wal, Kind kind, int bytes) {
        this.wal = wal;
        this.kind = kind;
        byte[] random = new byte[bytes];
        new Random(bytes).nextBytes(random);
        this.content = ByteBuffer.wrap(random).asReadOnlyBuffer();
    }

    /// Does it and waits until it is durable.
    void blocking() {
        switch (kind) {
            case TRANSACTION -> {
                try (Transaction transaction = wal.begin()) {
                    transaction.message(PREFIX, content.duplicate());
                    transaction.commit();
                }
            }
            case MESSAGE -> wal.flush(wal.message(PREFIX, content.duplicate()));
        }
    }

    /// Does it; the future completes when it is durable.
    CompletableFuture<Lsn> future() {
        return switch (kind) {
            case TRANSACTION -> {
                Transaction transaction = wal.begin();
                transaction.message(PREFIX, content.duplicate());
                yield transaction.commitAsync();
            }
            case MESSAGE -> wal.flushed(wal.message(PREFIX, content.duplicate()));
        };
    }
}
