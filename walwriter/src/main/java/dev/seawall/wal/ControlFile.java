package dev.seawall.wal;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.time.Instant;
import java.util.zip.CRC32C;

/// The cluster's `global/pg_control`, in PostgreSQL 15's layout: 8192 bytes, 292 of them used.
///
/// ```
///   0 u64 system identifier   8 u32 version 1300   12 u32 catalog 202209061   16 i32 state
///  24 i64 Unix time          32 u64 checkpoint LSN 40..127 checkpoint body   128 u64 unlogged LSN
/// 136 u64 minimum recovery end 144 u32 its timeline 152 u64 backup start 160 u64 backup end
/// 168 u8 backup end required 172 i32 wal_level ... 180..200 limits, 204..256 sizes, 256 nonce
/// 288 u32 CRC-32C of bytes 0..287
/// ```
/// PostgreSQL rewrites it in place and trusts one sector to be atomic; so do we. Seawall's own
/// low-water mark stands far behind it in the same file, in a sector of its own, and is not part
/// of this value.
public record ControlFile(
        long systemId,
        State state,
        Instant time,
        Lsn checkpointLsn,
        Checkpoint checkpoint,
        Lsn minimumRecoveryEnd,
        int minimumRecoveryTimeline,
        Lsn backupStart,
        Lsn backupEnd,
        boolean isBackupEndRequired,
        int segmentBytes,
        int maxConnections) {

    public static final int BYTES = 8192;
    public static final int USED_BYTES = 292;

    private static final int VERSION = 1300;
    private static final int CATALOG = 202209061;
    private static final int CRC_OFFSET = 288;
    /// What a standby compares besides max_connections; none of it limits anything here.
    public static final int WAL_LEVEL_LOGICAL = 2;
    public static final int MAX_WORKER_PROCESSES = 8;
    public static final int MAX_WAL_SENDERS = 10;
    public static final int MAX_LOCKS_PER_TRANSACTION = 64;

    /// What the cluster was doing when the file was last written; PostgreSQL's DBState.
    public enum State {
        STARTUP, SHUT_DOWN, SHUT_DOWN_IN_RECOVERY, SHUTTING_DOWN,
        IN_CRASH_RECOVERY, IN_ARCHIVE_RECOVERY, IN_PRODUCTION
    }

    /// A new cluster's file: all before `checkpointLsn` is of no interest.
    public static ControlFile create(
            long systemId, State state, Instant time, Lsn checkpointLsn, Checkpoint checkpoint,
            int segmentBytes, int maxConnections) {
        return new ControlFile(systemId, state, time, checkpointLsn, checkpoint, Lsn.INVALID, 0,
                Lsn.INVALID, Lsn.INVALID, false, segmentBytes, maxConnections);
    }

    public ControlFile with(State newState, Instant newTime) {
        return new ControlFile(systemId, newState, newTime, checkpointLsn, checkpoint,
                minimumRecoveryEnd, minimumRecoveryTimeline, backupStart, backupEnd,
                isBackupEndRequired, segmentBytes, maxConnections);
    }

    public ControlFile with(State newState, Instant newTime, Lsn newCheckpointLsn, Checkpoint newCheckpoint) {
        return new ControlFile(systemId, newState, newTime, newCheckpointLsn, newCheckpoint,
                minimumRecoveryEnd, minimumRecoveryTimeline, backupStart, backupEnd,
                isBackupEndRequired, segmentBytes, maxConnections);
    }

    public ControlFile withMinimumRecovery(Lsn end, int timeline) {
        return new ControlFile(systemId, state, time, checkpointLsn, checkpoint, end, timeline,
                backupStart, backupEnd, isBackupEndRequired, segmentBytes, maxConnections);
    }

    public ControlFile withMaxConnections(int count) {
        return new ControlFile(systemId, state, time, checkpointLsn, checkpoint,
                minimumRecoveryEnd, minimumRecoveryTimeline, backupStart, backupEnd,
                isBackupEndRequired, segmentBytes, count);
    }

    /// A backup's copy has been recovered: what was said of the backup is past.
    public ControlFile withoutBackup() {
        return new ControlFile(systemId, state, time, checkpointLsn, checkpoint, minimumRecoveryEnd,
                minimumRecoveryTimeline, Lsn.INVALID, Lsn.INVALID, false, segmentBytes, maxConnections);
    }

    /// A copy begins at this checkpoint, and is one state only from the end of its backup on.
    ///
    /// @param start the backup's
    public ControlFile fromBackup(Lsn start, Lsn newCheckpointLsn, Checkpoint newCheckpoint) {
        boolean isItsOwn = backupStart.equals(start);
        return new ControlFile(systemId, State.IN_PRODUCTION, time, newCheckpointLsn, newCheckpoint,
                isItsOwn ? minimumRecoveryEnd : Lsn.INVALID, isItsOwn ? minimumRecoveryTimeline : 0, start,
                isItsOwn ? backupEnd : Lsn.INVALID, !isItsOwn, segmentBytes, maxConnections);
    }

    /// Recovery must at least reach `end`, on `timeline`.
    public ControlFile with(Lsn end, int timeline) {
        return new ControlFile(systemId, state, time, checkpointLsn, checkpoint, end, timeline,
                backupStart, backupEnd, isBackupEndRequired, segmentBytes, maxConnections);
    }

    /// @param content at least the first 292 bytes of the file
    /// @param file    what messages call it
    /// @throws WalCorruptException if length, checksum or version are wrong
    public static ControlFile read(ByteBuffer content, String file) throws WalCorruptException {
        ByteBuffer in = content.duplicate().order(ByteOrder.LITTLE_ENDIAN);
        int base = in.position();
        if (in.remaining() < USED_BYTES) {
            throw damaged("control file is too short: " + in.remaining() + " bytes", file);
        }
        int expected = crc(in, base);
        int found = in.getInt(base + CRC_OFFSET);
        if (expected != found) {
            throw damaged(String.format("control file has checksum %08X, its content %08X", found, expected), file);
        }
        if (in.getInt(base + 8) != VERSION) {
            throw damaged("control file is of version " + in.getInt(base + 8) + ", not " + VERSION, file);
        }
        int state = in.getInt(base + 16);
        if (state < 0 || state >= State.values().length) {
            throw damaged("control file has unknown state " + state, file);
        }
        return new ControlFile(in.getLong(base), State.values()[state],
                Instant.ofEpochSecond(in.getLong(base + 24)), new Lsn(in.getLong(base + 32)),
                Checkpoint.read(in.slice(base + 40, Checkpoint.BYTES).order(ByteOrder.LITTLE_ENDIAN)),
                new Lsn(in.getLong(base + 136)), in.getInt(base + 144), new Lsn(in.getLong(base + 152)),
                new Lsn(in.getLong(base + 160)), in.get(base + 168) != 0, in.getInt(base + 228),
                in.getInt(base + 180));
    }

    private static WalCorruptException damaged(String problem, String file) {
        return WalCorruptException.inFile(problem, file,
                "Restore global/pg_control from a backup, or restore the cluster.");
    }

    /// The file's first 512 bytes, its one atomic sector: all that changes after creation.
    public ByteBuffer toSector() {
        ByteBuffer out = ByteBuffer.allocate(512).order(ByteOrder.LITTLE_ENDIAN);
        out.putLong(0, systemId).putInt(8, VERSION).putInt(12, CATALOG).putInt(16, state.ordinal());
        out.putLong(24, time.getEpochSecond()).putLong(32, checkpointLsn.value());
        checkpoint.write(out.slice(40, Checkpoint.BYTES).order(ByteOrder.LITTLE_ENDIAN));
        out.putLong(128, 1000).putLong(136, minimumRecoveryEnd.value()).putInt(144, minimumRecoveryTimeline);
        out.putLong(152, backupStart.value()).putLong(160, backupEnd.value());
        out.put(168, (byte) (isBackupEndRequired ? 1 : 0));
        out.putInt(172, WAL_LEVEL_LOGICAL);
        out.putInt(180, maxConnections).putInt(184, MAX_WORKER_PROCESSES).putInt(188, MAX_WAL_SENDERS);
        out.putInt(192, 0).putInt(196, MAX_LOCKS_PER_TRANSACTION);
        out.putInt(204, 8).putDouble(208, 1234567.0).putInt(216, 8192).putInt(220, 131072);
        out.putInt(224, PageLayout.PAGE_BYTES).putInt(228, segmentBytes).putInt(232, 64).putInt(236, 32);
        out.putInt(240, 1996).putInt(244, 2048).put(248, (byte) 1).putInt(252, 1);
        return out.putInt(CRC_OFFSET, crc(out, 0));
    }

    private static int crc(ByteBuffer content, int base) {
        CRC32C crc = new CRC32C();
        crc.update(content.slice(base, CRC_OFFSET));
        return (int) crc.getValue();
    }
}
