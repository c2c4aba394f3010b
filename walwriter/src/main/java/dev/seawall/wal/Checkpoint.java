package dev.seawall.wal;

import java.nio.ByteBuffer;
import java.time.Instant;

/// The body of a checkpoint record, which pg_control repeats: 88 bytes.
///
/// ```
///  0 u64 redo LSN     8 u32 timeline      12 u32 previous timeline  16 u8 full_page_writes
/// 24 u64 next xid    32 u32 next oid      36 u32 next multixact     40 u32 next multi offset
/// 44 u32 oldest xid  48 u32 its database  52 u32 oldest multixact   56 u32 its database
/// 64 i64 Unix time   72 u32 oldest and 76 u32 newest commit-ts xid  80 u32 oldest active xid
/// ```
/// Recovery starts at `redo`. `nextXid` is 64 bits wide: epoch and xid. `oldestActiveXid` is 0 in
/// a shutdown checkpoint.
public record Checkpoint(
        Lsn redo,
        TimelineId timeline,
        TimelineId previousTimeline,
        boolean isFullPageWrites,
        long nextXid,
        int nextOid,
        int nextMulti,
        int nextMultiOffset,
        int oldestXid,
        int oldestXidDatabase,
        int oldestMulti,
        int oldestMultiDatabase,
        Instant time,
        int oldestCommitTimestampXid,
        int newestCommitTimestampXid,
        int oldestActiveXid) {

    public static final int BYTES = 88;

    /// A checkpoint with the values that Seawall never changes filled in as initdb leaves them.
    public static Checkpoint of(
            Lsn redo, TimelineId timeline, TimelineId previous, long nextXid, int oldestActiveXid, Instant time) {
        return new Checkpoint(redo, timeline, previous, true, nextXid,
                24576, 1, 0, 722, 1, 1, 1, time, 0, 0, oldestActiveXid);
    }

    public static Checkpoint read(ByteBuffer in) {
        Lsn redo = new Lsn(in.getLong());
        TimelineId timeline = new TimelineId(in.getInt());
        TimelineId previous = new TimelineId(in.getInt());
        boolean fullPageWrites = in.get() != 0;
        skip(in, 7);
        long nextXid = in.getLong();
        int nextOid = in.getInt();
        int nextMulti = in.getInt();
        int nextMultiOffset = in.getInt();
        int oldestXid = in.getInt();
        int oldestXidDatabase = in.getInt();
        int oldestMulti = in.getInt();
        int oldestMultiDatabase = in.getInt();
        skip(in, 4);
        Instant time = Instant.ofEpochSecond(in.getLong());
        int oldestCommitTimestampXid = in.getInt();
        int newestCommitTimestampXid = in.getInt();
        int oldestActiveXid = in.getInt();
        skip(in, 4);
        return new Checkpoint(redo, timeline, previous, fullPageWrites, nextXid, nextOid, nextMulti,
                nextMultiOffset, oldestXid, oldestXidDatabase, oldestMulti, oldestMultiDatabase, time,
                oldestCommitTimestampXid, newestCommitTimestampXid, oldestActiveXid);
    }

    public void write(ByteBuffer out) {
        out.putLong(redo.value()).putInt(timeline.value()).putInt(previousTimeline.value());
        out.put((byte) (isFullPageWrites ? 1 : 0)).put(new byte[7]);
        out.putLong(nextXid).putInt(nextOid).putInt(nextMulti).putInt(nextMultiOffset);
        out.putInt(oldestXid).putInt(oldestXidDatabase).putInt(oldestMulti).putInt(oldestMultiDatabase);
        out.putInt(0).putLong(time.getEpochSecond());
        out.putInt(oldestCommitTimestampXid).putInt(newestCommitTimestampXid);
        out.putInt(oldestActiveXid).putInt(0);
    }

    private static void skip(ByteBuffer in, int bytes) {
        in.position(in.position() + bytes);
    }
}
