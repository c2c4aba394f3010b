package dev.seawall.walwriter.logical;

import dev.seawall.wal.Lsn;
import java.io.IOException;
import java.nio.ByteBuffer;

/// Told what a decoder finds, in commit order: a transaction's beginning, its messages in the order of the
/// log, its end; between transactions, messages outside of them, where they stand.
///
/// Contents are valid during the call only.
public interface DecodedChanges {

    /// A transaction that has messages.
    void begin(DecodedTransaction transaction) throws IOException;

    /// @param lsn end of the message's record: what logging it returned
    void message(DecodedTransaction transaction, Lsn lsn, String prefix, ByteBuffer content) throws IOException;

    void commit(DecodedTransaction transaction) throws IOException;

    /// A message outside transactions: it took effect where it stands.
    void outside(Lsn lsn, String prefix, ByteBuffer content) throws IOException;
}
