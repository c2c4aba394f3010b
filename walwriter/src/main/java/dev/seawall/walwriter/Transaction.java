package dev.seawall.walwriter;

import dev.seawall.wal.Lsn;
import dev.seawall.wal.record.RelationId;
import java.nio.ByteBuffer;
import java.util.concurrent.CompletableFuture;

/// A transaction being written: takes effect at its commit, or not at all.
///
/// One thread at a time. Messages are logged as they come; page changes are gathered and logged as
/// one run directly in front of the commit.
public interface Transaction extends AutoCloseable {

    /// Its 64-bit id; given out when first asked for or first needed.
    long xid();

    /// Logs a message that takes effect with the commit.
    ///
    /// @param prefix  names the resource manager that redoes it; not one that begins with `seawall.`
    /// @param content copied straight into the log: it must not change until this returns
    /// @return the end LSN of the record
    Lsn message(String prefix, ByteBuffer content);

    /// Changes bytes of a page: 24 to 8191 of a block that exists ([Wal#extend]).
    void write(RelationId relation, int block, int offset, ByteBuffer bytes);

    /// Commits and waits until that is durable here, and where [Wal#commitWait] says.
    ///
    /// @return the end LSN of the commit record
    /// @throws NotReplicatedException if it is durable here, and the server ended before it was elsewhere
    Lsn commit();

    /// Commits without waiting: the future completes, with the same LSN, when [#commit] would have returned,
    /// or with [WalFailedException] when that cannot be known.
    CompletableFuture<Lsn> commitAsync();

    /// Commits and waits until that is durable here, whatever else commits wait for.
    Lsn commitHere();

    /// Commits, to be durable with a flush to come: until then a crash loses it, whole, with what came after it.
    Lsn commitLater();

    void abort();

    /// Aborts, unless committed or aborted already.
    @Override
    void close();
}
