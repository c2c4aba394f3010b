package dev.seawall.recovery;

import dev.seawall.wal.Lsn;
import dev.seawall.wal.record.WalRecord;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Instant;

/// What one commit made true: its messages and page changes, in log order.
///
/// Also a single record outside transactions (xid 0), which takes effect where it stands. Changes
/// may be on disk when the transaction is large: walk them, do not collect them. Valid during the
/// call it was given to.
public interface CommittedTransaction {

    /// 64 bits, epoch included; 0 outside transactions.
    long xid();

    /// From the commit record; for a record outside transactions the time of the commit before it,
    /// or [Instant#EPOCH] if redo has met none yet.
    Instant commitTime();

    /// Start of its first record, of those that redo has held for it.
    Lsn firstLsn();

    /// Calls back for each change in log order. May be called again.
    void forEach(Visitor visitor) throws IOException;

    /// Receives changes.
    interface Visitor {

        /// A logged message; `content` is read-only and valid during the call only.
        ///
        /// @param lsn the end of its record: what logging it returned
        void message(Lsn lsn, String prefix, ByteBuffer content) throws IOException;

        /// A record that changes pages: Generic deltas or images in [WalRecord#blocks]. Valid during
        /// the call only.
        void pages(WalRecord record) throws IOException;
    }
}
