package dev.seawall.tools.walbench.allocation;

import com.sun.management.ThreadMXBean;
import dev.seawall.tools.walbench.ours.WalEngine;
import dev.seawall.walwriter.MessageAppender;
import dev.seawall.walwriter.Transaction;
import dev.seawall.walwriter.Wal;
import java.lang.management.ManagementFactory;
import java.nio.ByteBuffer;

/// Counts what the calling thread allocates while it logs. What the log's own threads allocate is not in it.
final class Allocation {

    private static final int APPENDS_A_FLUSH = 100;

    private final Wal wal;
    private final MessageAppender messages;
    private final ByteBuffer content;
    private final ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();

    /// @param bytes of each message
    Allocation(Wal wal, int bytes) {
        this.wal = wal;
        this.messages = wal.messages(WalEngine.PREFIX);
        this.content = ByteBuffer.wrap(new byte[bytes]);
    }

    /// What is logged.
    enum Kind {
        MESSAGE("message"),
        MESSAGE_OF_WAL("message, by Wal.message"),
        MESSAGES_AND_FLUSH("message, every 100th flushed"),
        MESSAGE_AND_FLUSH("message, flushed"),
        TRANSACTION_LATER("transaction, not waited for"),
        TRANSACTION("transaction");

        private final String label;

        Kind(String label) {
            this.label = label;
        }

        String label() {
            return label;
        }

        /// Whether each is waited for: a million of these would take minutes.
        boolean isWaiting() {
            return this == MESSAGE_AND_FLUSH || this == TRANSACTION;
        }
    }

    /// Logs `count` for the compiler, and as many again.
    double bytesARecord(Kind kind, int count) {
        repeat(kind, count);
        long before = threads.getCurrentThreadAllocatedBytes();
        repeat(kind, count);
        return (double) (threads.getCurrentThreadAllocatedBytes() - before) / count;
    }

    private void repeat(Kind kind, int count) {
        for (int i = 0; i < count; i++) {
            switch (kind) {
                case MESSAGE -> messages.append(content);
                case MESSAGE_OF_WAL -> wal.message(WalEngine.PREFIX, content);
                case MESSAGES_AND_FLUSH -> {
                    long end = messages.append(content);
                    if (i % APPENDS_A_FLUSH == 0) {
                        messages.flush(end);
                    }
                }
                case MESSAGE_AND_FLUSH -> messages.flush(messages.append(content));
                case TRANSACTION_LATER -> {
                    try (Transaction transaction = wal.begin()) {
                        transaction.message(WalEngine.PREFIX, content);
                        transaction.commitLater();
                    }
                }
                case TRANSACTION -> {
                    try (Transaction transaction = wal.begin()) {
                        transaction.message(WalEngine.PREFIX, content);
                        transaction.commit();
                    }
                }
            }
        }
    }
}
