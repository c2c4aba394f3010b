package dev.seawall.wal.record.xlog;

import dev.seawall.wal.ControlFile;
import dev.seawall.wal.record.EncodedRecord;
import dev.seawall.wal.record.RecordDecoder.MalformedRecordException;
import dev.seawall.wal.record.WalRecord;
import java.nio.ByteBuffer;

/// PARAMETER_CHANGE: settings that a standby must match. Main data, 28 bytes:
///
/// ```
///  0 i32 max_connections   4 i32 max_worker_processes   8 i32 max_wal_senders   12 i32 max_prepared_xacts
/// 16 i32 max_locks_per_xact   20 i32 wal_level   24 u8 wal_log_hints   25 u8 track_commit_timestamp   26 2 padding
/// ```
///
/// @param walLevel 0 minimal, 1 replica, 2 logical
public record ParameterChange(
        int maxConnections, int maxWorkerProcesses, int maxWalSenders, int maxPreparedXacts,
        int maxLocksPerXact, int walLevel, boolean isWalLogHints, boolean isTrackCommitTimestamp) {

    private static final int BYTES = 28;

    /// What changes here is one of them; the others are as [ControlFile] always has them.
    public static ParameterChange of(int maxConnections) {
        return new ParameterChange(maxConnections, ControlFile.MAX_WORKER_PROCESSES, ControlFile.MAX_WAL_SENDERS, 0,
                ControlFile.MAX_LOCKS_PER_TRANSACTION, ControlFile.WAL_LEVEL_LOGICAL, false, false);
    }

    public void encode(EncodedRecord into) {
        XlogKind.begin(into, XlogKind.PARAMETER_CHANGE, BYTES)
                .putInt(maxConnections).putInt(maxWorkerProcesses).putInt(maxWalSenders)
                .putInt(maxPreparedXacts).putInt(maxLocksPerXact).putInt(walLevel)
                .put((byte) (isWalLogHints ? 1 : 0)).put((byte) (isTrackCommitTimestamp ? 1 : 0))
                .putShort((short) 0);
        into.finish();
    }

    public static boolean is(WalRecord record) {
        return XlogKind.is(record, XlogKind.PARAMETER_CHANGE);
    }

    public static ParameterChange decode(WalRecord record) throws MalformedRecordException {
        ByteBuffer body = XlogKind.body(record, BYTES);
        return new ParameterChange(body.getInt(), body.getInt(), body.getInt(), body.getInt(), body.getInt(),
                body.getInt(), body.get() != 0, body.get() != 0);
    }
}
