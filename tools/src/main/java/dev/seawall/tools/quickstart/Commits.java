package dev.seawall.tools.quickstart;

import dev.seawall.wal.Lsn;
import dev.seawall.walwriter.Transaction;
import dev.seawall.walwriter.Wal;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.CompletableFuture;
import java.util.function.IntConsumer;

/// Commits lines of the input, each a transaction of its own: a message with the line for those who
/// read the log, and the line's row in the data pages.
///
/// Some are on their way at a time, as from a handful of clients; they are acknowledged in order.
final class Commits {

    /// The message's prefix: `walreplay --messages` shows it.
    static final String PREFIX = "quickstart";

    /// So many are on their way, unacknowledged, at most.
    static final int WINDOW = 16;

    private final Wal wal;
    private final LineTable table;
    private final InputLines input;
    private final IntConsumer acknowledged;
    private final Deque<CompletableFuture<Lsn>> onTheWay = new ArrayDeque<>();
    private int told;

    /// @param acknowledged is told the number, from 1, of each line that is durably committed
    Commits(Wal wal, LineTable table, InputLines input, IntConsumer acknowledged) {
        this.wal = wal;
        this.table = table;
        this.input = input;
        this.acknowledged = acknowledged;
        this.told = table.rows();
    }

    /// Commits the next line; waits only when too many are on their way.
    void next() {
        byte[] line = input.line(table.rows());
        Transaction transaction = wal.begin();
        transaction.message(PREFIX, ByteBuffer.wrap(line));
        table.append(wal, transaction, line);
        onTheWay.add(transaction.commitAsync());
        if (onTheWay.size() >= WINDOW) {
            acknowledgeFirst();
        }
    }

    /// Commits until the table has so many rows, and waits for all of them.
    void upTo(int rows) {
        while (table.rows() < rows) {
            next();
        }
        await();
    }

    /// Waits for what is on its way.
    void await() {
        while (!onTheWay.isEmpty()) {
            acknowledgeFirst();
        }
    }

    private void acknowledgeFirst() {
        onTheWay.removeFirst().join();
        acknowledged.accept(++told);
    }
}
