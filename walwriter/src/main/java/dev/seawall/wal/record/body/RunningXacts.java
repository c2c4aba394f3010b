package dev.seawall.wal.record.body;

import dev.seawall.wal.record.EncodedRecord;
import dev.seawall.wal.record.RecordDecoder.MalformedRecordException;
import dev.seawall.wal.record.ResourceManagerId;
import dev.seawall.wal.record.WalRecord;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

/// The transactions open at a moment: all others below `nextXid` are over. Logged after every
/// checkpoint, restart and timeline switch; a standby opens by it, and redo drops by it what it
/// holds of transactions that will never end.
///
/// ```
///  0 i32 xcnt   4 i32 subxcnt   8 u8 overflow   9 3 padding   12 u32 next xid
/// 16 u32 oldest running   20 u32 latest completed   24 u32 xids[xcnt + subxcnt]
/// ```
///
/// @param subxactCount how many of `xids`, at its end, are subtransactions
/// @param oldestRunning `nextXid` if none runs
public record RunningXacts(
        int subxactCount, boolean isOverflowed, int nextXid, int oldestRunning, int latestCompleted,
        List<Integer> xids) {

    public static final int KIND = 0x10;

    private static final int FIXED_BYTES = 24;
    private static final int XID_BYTES = 4;

    public RunningXacts {
        xids = List.copyOf(xids);
        if (subxactCount < 0 || subxactCount > xids.size()) {
            throw new IllegalArgumentException(subxactCount + " subtransactions of " + xids.size() + " xids");
        }
    }

    /// Without subtransactions.
    public static RunningXacts of(int nextXid, int oldestRunning, int latestCompleted, List<Integer> xids) {
        return new RunningXacts(0, false, nextXid, oldestRunning, latestCompleted, xids);
    }

    public void encode(EncodedRecord into) {
        int bytes = FIXED_BYTES + XID_BYTES * xids.size();
        into.begin(ResourceManagerId.STANDBY, KIND, 0, EncodedRecord.mainHeaderBytes(bytes) + bytes);
        into.mainHeader(bytes);
        ByteBuffer out = into.body();
        out.putInt(xids.size() - subxactCount).putInt(subxactCount).putInt(isOverflowed ? 1 : 0);
        out.putInt(nextXid).putInt(oldestRunning).putInt(latestCompleted);
        for (int xid : xids) {
            out.putInt(xid);
        }
        into.finish();
    }

    public static boolean is(WalRecord record) {
        return record.resourceManager().equals(ResourceManagerId.STANDBY) && record.kind() == KIND;
    }

    public static RunningXacts decode(WalRecord record) throws MalformedRecordException {
        ByteBuffer main = record.body();
        if (main.remaining() < FIXED_BYTES) {
            throw new MalformedRecordException("RUNNING_XACTS is too short");
        }
        int xactCount = main.getInt();
        int subxactCount = main.getInt();
        boolean isOverflowed = main.get() != 0;
        main.position(12);
        int nextXid = main.getInt();
        int oldestRunning = main.getInt();
        int latestCompleted = main.getInt();
        if (xactCount < 0 || subxactCount < 0
                || main.remaining() < XID_BYTES * ((long) xactCount + subxactCount)) {
            throw new MalformedRecordException("RUNNING_XACTS has " + xactCount + " and " + subxactCount
                    + " xids in " + main.remaining() + " bytes");
        }
        List<Integer> xids = new ArrayList<>(xactCount + subxactCount);
        for (int i = 0; i < xactCount + subxactCount; i++) {
            xids.add(main.getInt());
        }
        return new RunningXacts(subxactCount, isOverflowed, nextXid, oldestRunning, latestCompleted, xids);
    }
}
