package dev.seawall.walwriter.start;

import dev.seawall.wal.Lsn;
import dev.seawall.wal.TimelineId;
import dev.seawall.wal.WalCorruptException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Optional;
import java.util.zip.CRC32C;

/// "All of the log before `durable` has been durable once": a sector of `global/pg_control`.
///
/// ```
/// 4096 u64 magic "SWLLOWWM"   4104 u64 system identifier   4112 u32 timeline   4116 4 padding
/// 4120 u64 LSN                4128 u32 CRC-32C of the 32 bytes before          zeros to 4607
/// ```
/// Evidence for the next start: a log that ends before it has been damaged.
public record LowWaterMark(TimelineId timeline, Lsn durable) {

    /// Behind the control file's own sectors, aligned for any device.
    static final int OFFSET = 4096;
    static final int SECTOR = 512;

    private static final long MAGIC = 0x4D57574F_4C4C5753L;
    private static final int CRC_OFFSET = 32;

    ByteBuffer toSector(long systemId) {
        ByteBuffer out = ByteBuffer.allocate(SECTOR).order(ByteOrder.LITTLE_ENDIAN);
        out.putLong(0, MAGIC).putLong(8, systemId).putInt(16, timeline.value()).putLong(24, durable.value());
        return out.putInt(CRC_OFFSET, crc(out));
    }

    /// @param sector a little-endian buffer of the sector
    /// @return empty if none was ever written
    /// @throws WalCorruptException if it is not whole, or another cluster's
    static Optional<LowWaterMark> read(ByteBuffer sector, long systemId, String file) throws WalCorruptException {
        if (isZero(sector)) {
            return Optional.empty();
        }
        int timeline = sector.getInt(16);
        if (sector.getLong(0) != MAGIC || sector.getInt(CRC_OFFSET) != crc(sector) || timeline == 0) {
            throw damaged("low-water mark at offset " + OFFSET + " has a wrong checksum", file);
        }
        if (sector.getLong(8) != systemId) {
            throw damaged("low-water mark is of system " + Long.toUnsignedString(sector.getLong(8))
                    + ", the control file of system " + Long.toUnsignedString(systemId), file);
        }
        return Optional.of(new LowWaterMark(new TimelineId(timeline), new Lsn(sector.getLong(24))));
    }

    private static WalCorruptException damaged(String problem, String file) {
        return WalCorruptException.inFile(problem, file, "Restore the cluster, or give up this evidence of what was"
                + " durable: write zeros over the 512 bytes at offset " + OFFSET + ".");
    }

    private static boolean isZero(ByteBuffer sector) {
        for (int at = 0; at < SECTOR; at += Long.BYTES) {
            if (sector.getLong(at) != 0) {
                return false;
            }
        }
        return true;
    }

    private static int crc(ByteBuffer sector) {
        CRC32C crc = new CRC32C();
        crc.update(sector.slice(0, CRC_OFFSET));
        return (int) crc.getValue();
    }
}
