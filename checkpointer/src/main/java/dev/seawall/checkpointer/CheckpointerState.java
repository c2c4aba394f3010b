package dev.seawall.checkpointer;

import dev.seawall.wal.Lsn;
import dev.seawall.wal.TimelineId;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/// What `base/` is: of which cluster and timeline, and where redo of it begins.
///
/// ```
///  0 u64 magic     8 u64 system identifier   16 u32 timeline    20 u32 padding
/// 24 u64 sequence 32 u64 redo point          40 u64 newest page 48 u32 CRC-32C of the bytes before
/// ```
/// The file has two such sectors, 4096 bytes apart, written in turn; the intact one of the higher
/// sequence counts. So a torn write leaves the state before it.
///
/// @param redoPoint  a record's start: every change that is complete before it is in the files
/// @param newestPage no page in the files is newer; the log must be redone up to there before they
///                   are of one moment
/// @param sequence   counts the states
public record CheckpointerState(
        long systemId, TimelineId timeline, Lsn redoPoint, Lsn newestPage, long sequence) {

    static final int SECTOR_BYTES = 512;
    static final int SECTOR_DISTANCE = 4096;
    static final int FILE_BYTES = 2 * SECTOR_DISTANCE;

    private static final long MAGIC = 0x6574_6174_7377_6C6CL;
    private static final int CRC = 48;

    /// The state after this one; the timeline never goes back.
    CheckpointerState next(TimelineId newTimeline, Lsn newRedoPoint, Lsn newNewestPage) {
        return new CheckpointerState(systemId, newTimeline.isAfter(timeline) ? newTimeline : timeline, newRedoPoint,
                Lsn.max(newestPage, newNewestPage), sequence + 1);
    }

    /// The state after a rewind of the log to where `older` was left, behind everything that is in the files:
    /// the one time that the timeline goes back.
    CheckpointerState rewound(TimelineId older) {
        return new CheckpointerState(systemId, older, redoPoint, newestPage, sequence + 1);
    }

    /// Where in the file this state belongs.
    long offset() {
        return (sequence & 1) * SECTOR_DISTANCE;
    }

    ByteBuffer toSector() {
        ByteBuffer out = ByteBuffer.allocate(SECTOR_BYTES).order(ByteOrder.LITTLE_ENDIAN);
        out.putLong(0, MAGIC).putLong(8, systemId).putInt(16, timeline.value()).putLong(24, sequence);
        out.putLong(32, redoPoint.value()).putLong(40, newestPage.value());
        return out.putInt(CRC, crc(out));
    }

    /// A whole file with only this state in it.
    ByteBuffer toFile() {
        ByteBuffer file = ByteBuffer.allocate(FILE_BYTES);
        file.put((int) offset(), toSector(), 0, SECTOR_BYTES);
        return file;
    }

    /// Null if the sector is not intact.
    static @Nullable CheckpointerState read(ByteBuffer sector) {
        ByteBuffer in = sector.order(ByteOrder.LITTLE_ENDIAN);
        if (in.getLong(0) != MAGIC || in.getInt(CRC) != crc(in)) {
            return null;
        }
        return new CheckpointerState(in.getLong(8), new TimelineId(in.getInt(16)),
                new Lsn(in.getLong(32)), new Lsn(in.getLong(40)), in.getLong(24));
    }

    private static int crc(ByteBuffer sector) {
        CRC32C crc = new CRC32C();
        crc.update(sector.slice(0, CRC));
        return (int) crc.getValue();
    }
}
