package dev.seawall.recovery;

import dev.seawall.wal.Lsn;
import dev.seawall.wal.record.WalRecord;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Instant;

/// A resource manager's place in redo: what is handed to it, and what was handed already.
///
/// Skipping what a manager's durable state holds is done here, once for all of them.
public final class Recipient {

    /// Which changes of a transaction a manager gets to see.
    private enum Kind { PAGES, MESSAGES, ALL_MESSAGES, ALL }

    private final ResourceManager manager;
    private final Kind kind;

    /// The last commit LSN handed over. Written by redo only, before redo's position moves past it.
    private volatile Lsn handed = Lsn.INVALID;

    /// Up to where the manager's state is known to be durable. The checkpointer's own.
    private Lsn known = Lsn.INVALID;

    private Recipient(ResourceManager manager, Kind kind) {
        this.manager = manager;
        this.kind = kind;
    }

    static Recipient ofPages(ResourceManager manager) {
        return new Recipient(manager, Kind.PAGES);
    }

    static Recipient ofMessages(ResourceManager manager) {
        return new Recipient(manager, Kind.MESSAGES);
    }

    static Recipient ofAllMessages(ResourceManager manager) {
        return new Recipient(manager, Kind.ALL_MESSAGES);
    }

    static Recipient ofAll(ResourceManager manager) {
        return new Recipient(manager, Kind.ALL);
    }

    public ResourceManager manager() {
        return manager;
    }

    boolean redoesPages() {
        return kind == Kind.PAGES || kind == Kind.ALL;
    }

    boolean redoesMessage(String prefix) {
        return switch (kind) {
            case PAGES -> false;
            case MESSAGES -> isPrefixOf(manager.name(), prefix);
            case ALL_MESSAGES, ALL -> true;
        };
    }

    private static boolean isPrefixOf(String name, String prefix) {
        return prefix.startsWith(name)
                && (prefix.length() == name.length() || prefix.charAt(name.length()) == '.');
    }

    /// Hands over this manager's part of a transaction, unless its state has it already.
    ///
    /// @return whether it was handed over
    public boolean hand(CommittedTransaction transaction, Lsn commitLsn) throws IOException {
        Lsn last = Lsn.max(handed, manager.applied());
        if (!commitLsn.isAfter(last)) {
            return false;
        }
        try {
            manager.redo(new Part(transaction), commitLsn);
        } catch (IOException | RuntimeException e) {
            throw new RedoFailedException("could not redo transaction " + transaction.xid()
                    + " with its commit ending at " + commitLsn + " in resource manager \"" + manager.name() + "\"", e);
        }
        handed = commitLsn;
        return true;
    }

    /// Checkpoints the manager.
    ///
    /// @param position how far redo had come when the checkpoint began
    /// @return up to where its state is durable: `position` at least, if nothing behind its last
    ///         transaction was for it, however long ago that was
    Lsn checkpoint(Lsn position) throws IOException {
        // Read after position was: it may be newer than position, never older.
        Lsn last = handed;
        Lsn durable = manager.checkpoint();
        if (durable.isAtLeast(last)) {
            durable = Lsn.max(durable, position);
        }
        // A lazy manager repeats an old answer; what was known to be durable stays so.
        known = Lsn.max(known, durable);
        return known;
    }

    /// A transaction with only what is for this manager in it.
    private final class Part implements CommittedTransaction {

        private final CommittedTransaction whole;

        Part(CommittedTransaction whole) {
            this.whole = whole;
        }

        @Override
        public long xid() {
            return whole.xid();
        }

        @Override
        public Instant commitTime() {
            return whole.commitTime();
        }

        @Override
        public Lsn firstLsn() {
            return whole.firstLsn();
        }

        @Override
        public void forEach(Visitor visitor) throws IOException {
            whole.forEach(new Visitor() {
                @Override
                public void message(Lsn lsn, String prefix, ByteBuffer content) throws IOException {
                    if (redoesMessage(prefix)) {
                        visitor.message(lsn, prefix, content);
                    }
                }

                @Override
                public void pages(WalRecord record) throws IOException {
                    if (redoesPages()) {
                        visitor.pages(record);
                    }
                }
            });
        }
    }
}
