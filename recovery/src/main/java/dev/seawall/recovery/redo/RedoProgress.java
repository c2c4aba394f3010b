package dev.seawall.recovery.redo;

import dev.seawall.wal.Lsn;
import java.time.Instant;

/// How far redo has come: one consistent snapshot.
///
/// @param position         all before it was read, and what committed in it handed over
/// @param oldestUnfinished start of the first record of the oldest transaction that was unfinished
///                         at `position`; [Lsn#MAX] if there was none
/// @param unfinished       how many were unfinished
/// @param lastCommitLsn    end of the last commit record; [Lsn#INVALID] before the first
/// @param lastCommitXid    its 64-bit xid; 0 before the first
/// @param lastCommitTime   its time; [Instant#EPOCH] before the first
/// @param nextXid          above every xid met so far, 64 bits
/// @param counts           since redo began
public record RedoProgress(
        Lsn position, Lsn oldestUnfinished, int unfinished,
        Lsn lastCommitLsn, long lastCommitXid, Instant lastCommitTime, long nextXid, Counts counts) {

    /// @param records      read
    /// @param bytes        of log read
    /// @param commits      commit records
    /// @param aborts       abort records
    /// @param ruledOut     unfinished transactions that a RUNNING_XACTS record ruled out
    /// @param messages     logged messages of any prefix, the log's own left out
    /// @param pageRecords  records that change pages
    /// @param handed       times that a transaction or a single record was handed to a resource manager
    /// @param spilledBytes of held changes moved to files
    public record Counts(
            long records, long bytes, long commits, long aborts, long ruledOut,
            long messages, long pageRecords, long handed, long spilledBytes) {}
}
