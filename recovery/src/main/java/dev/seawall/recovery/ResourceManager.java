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
/// may ask for `applied`.
///
/// State is kept under the home directory, which is this manager's alone, together with the last
/// commit LSN that is in it. Redo begins wherever the last checkpoint of *all* managers allows, so
/// it meets old transactions again: those at or before what `applied` said when the manager was
/// opened are not handed over. Files under the home change only within `open` and `checkpoint`, so
/// that a base backup can copy them between two checkpoints.
public interface ResourceManager extends AutoCloseable {

    /// A directory name of lower-case letters, digits and underscores; also the prefix of its
    /// messages: `name` itself and everything that begins with `name.`.
    String name();

    /// Reads the state of the last completed [#checkpoint], or begins empty. Whatever was written
    /// after it and not synced must not be believed: sync the files, drop their cache, then read.
    /// The home exists, durably.
    void open(Disk disk, Path home, World world) throws IOException;

    /// Applies a committed transaction, whole. Called in commit order, each once.
    ///
    /// Whatever this throws ends redo for good: nothing is skipped, for what follows may build on it.
    ///
    /// @param commitLsn the end LSN of its commit record, or of the record itself when it stands
    ///                  outside transactions
    void redo(CommittedTransaction transaction, Lsn commitLsn) throws IOException;

    /// Makes all that was applied when it was called durable, with the commit LSN it reaches to.
    ///
    /// @return the commit LSN up to which state is durable. [Lsn#MAX] when this manager keeps nothing
    Lsn checkpoint() throws IOException;

    /// The commit LSN of the last transaction that is applied and visible; right after `open` the
    /// one that its durable state reaches to, or [Lsn#INVALID]. [AppliedLsn] keeps it.
    Lsn applied();

    /// Waits until [#applied] has reached `lsn`, the commit of a transaction of this manager's.
    void awaitApplied(Lsn lsn) throws IOException;

    @Override
    void close() throws IOException;
}
