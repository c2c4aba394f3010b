package dev.seawall.recovery;

import dev.seawall.wal.Lsn;
import dev.seawall.wal.disk.Disk;
import dev.seawall.wal.role.World;
import java.io.IOException;
import java.nio.file.Path;

/// What makes something of the log: the page store, or an engine of one's own.
///
/// Engines are found by [java.util.ServiceLoader]; a message's prefix names the one that redoes
/// it. The same calls come in normal running, after a crash, on a standby and in recovery to a
/// point in time. One thread calls `redo`; another may call `checkpoint` at the same time, and any
/// may ask for `applied`. State is kept under the home directory, which is this
/// manager's alone, together with the last commit LSN applied: a transaction that is not newer
/// than it has been applied already and must be skipped, for redo begins wherever the last
/// checkpoint of all managers allows.
public interface ResourceManager extends AutoCloseable {

    /// A directory name of lower-case letters, digits and underscores; also the prefix of its messages: `name` itself
    /// and everything that begins with `name.`.
    String name();

    /// Reads the state of the last completed [#checkpoint], or begins empty. Whatever was written
    /// after it and not synced must not be believed: sync the files, drop their cache, then read.
    void open(Disk disk, Path home, World world) throws IOException;

    /// Applies a committed transaction, whole. Called in commit order.
    ///
    /// @param commitLsn the end LSN of its commit record, or of the record itself when it stands
    ///                  outside transactions
    void redo(CommittedTransaction transaction, Lsn commitLsn) throws IOException;

    /// Makes all that was applied durable.
    ///
    /// @return the commit LSN up to which state is durable: recovery may begin there. [Lsn#MAX]
    ///         when this manager keeps nothing
    Lsn checkpoint() throws IOException;

    /// The commit LSN up to which everything is applied and visible.
    Lsn applied();

    /// Waits until [#applied] has reached `lsn`.
    void awaitApplied(Lsn lsn) throws IOException;

    @Override
    void close() throws IOException;
}
