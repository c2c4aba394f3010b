package dev.seawall.walwriter.slots;

import dev.seawall.wal.Lsn;
import dev.seawall.wal.WalCorruptException;
import dev.seawall.walwriter.cluster.Slots.Kind;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.zip.CRC32C;

/// A slot as its file has it: 196 bytes, little endian.
///
/// ```
///  0 u64 magic "SWLREPSL"     8 u32 version (2)             12 u32 length (196)   16 u64 system identifier
/// 24 u64 restart LSN, or 0   32 name, zeros to 64 bytes     96 u32 kind: 0 physical, 1 logical
/// 100 u32 timeline of that  104 u64 confirmed LSN, or 0    112 u64 where it lost its log, or 0
/// 120 u64 zero              128 plug-in, zeros to 64 bytes 192 u32 CRC-32C of the 192 bytes before
/// ```
///
/// Version 1 ended at 96 with its CRC: a physical slot. It is read, not written.
///
/// @param restart   log from here on is needed; [Lsn#INVALID] if nothing is reserved
/// @param confirmed what the client of a logical slot has for good
/// @param timeline  on which it has that; 0 of a physical slot
/// @param lostAt    where it was when its log was given up; [Lsn#INVALID] if it was not
/// @param plugin    of a logical slot; else empty
record SlotFile(String name, Kind kind, Lsn restart, Lsn confirmed, int timeline, Lsn lostAt, String plugin) {

    static final int BYTES = 196;

    private static final long MAGIC = 0x4C535045_524C5753L;
    private static final int VERSION = 2;
    private static final int NAME_OFFSET = 32;
    private static final int NAME_BYTES = 64;
    private static final int KIND_OFFSET = NAME_OFFSET + NAME_BYTES;
    private static final int TIMELINE_OFFSET = 100;
    private static final int CONFIRMED_OFFSET = 104;
    private static final int LOST_OFFSET = 112;
    private static final int PLUGIN_OFFSET = 128;
    private static final int CRC_BYTES = 4;
    private static final int FIRST_VERSION_BYTES = 100;

    static SlotFile physical(String name, Lsn restart) {
        return new SlotFile(name, Kind.PHYSICAL, restart, Lsn.INVALID, 0, Lsn.INVALID, "");
    }

    static SlotFile logical(String name, String plugin) {
        return new SlotFile(name, Kind.LOGICAL, Lsn.INVALID, Lsn.INVALID, 0, Lsn.INVALID, plugin);
    }

    ByteBuffer encode(long systemId) {
        ByteBuffer out = ByteBuffer.allocate(BYTES).order(ByteOrder.LITTLE_ENDIAN);
        out.putLong(0, MAGIC).putInt(8, VERSION).putInt(12, BYTES).putLong(16, systemId).putLong(24, restart.value());
        out.put(NAME_OFFSET, name.getBytes(StandardCharsets.US_ASCII));
        out.putInt(KIND_OFFSET, kind.ordinal()).putInt(TIMELINE_OFFSET, timeline)
                .putLong(CONFIRMED_OFFSET, confirmed.value());
        out.putLong(LOST_OFFSET, lostAt.value()).put(PLUGIN_OFFSET, plugin.getBytes(StandardCharsets.US_ASCII));
        return out.putInt(BYTES - CRC_BYTES, crc(out, BYTES));
    }

    /// @param content what the file has, little endian
    /// @param name    the file's, which must be the slot's
    /// @throws WalCorruptException if it is not whole, or another cluster's
    static SlotFile decode(ByteBuffer content, String name, long systemId, String path) throws WalCorruptException {
        int bytes = content.remaining();
        if (bytes != BYTES && bytes != FIRST_VERSION_BYTES) {
            throw damaged("replication slot has " + bytes + " bytes, not " + BYTES, path);
        }
        if (content.getLong(0) != MAGIC || content.getInt(bytes - CRC_BYTES) != crc(content, bytes)) {
            throw damaged("replication slot has a wrong checksum", path);
        }
        int version = bytes == BYTES ? VERSION : 1;
        if (content.getInt(8) != version || content.getInt(12) != bytes) {
            throw damaged("replication slot is of version " + content.getInt(8) + ", not " + version, path);
        }
        if (content.getLong(16) != systemId) {
            throw damaged("replication slot is of system " + Long.toUnsignedString(content.getLong(16))
                    + ", the control file of system " + Long.toUnsignedString(systemId), path);
        }
        Lsn restart = new Lsn(content.getLong(24));
        String itself = textAt(content, NAME_OFFSET);
        if (!itself.equals(name)) {
            throw damaged("replication slot is called \"" + itself + "\", not as its file", path);
        }
        if (version == 1) {
            return physical(name, restart);
        }
        int kind = content.getInt(KIND_OFFSET);
        if (kind < 0 || kind >= Kind.values().length) {
            throw damaged("replication slot is of unknown kind " + kind, path);
        }
        return new SlotFile(name, Kind.values()[kind], restart, new Lsn(content.getLong(CONFIRMED_OFFSET)),
                content.getInt(TIMELINE_OFFSET), new Lsn(content.getLong(LOST_OFFSET)), textAt(content, PLUGIN_OFFSET));
    }

    private static String textAt(ByteBuffer content, int offset) {
        byte[] name = new byte[NAME_BYTES];
        content.get(offset, name);
        return new String(name, StandardCharsets.US_ASCII).replaceFirst("\0*$", "");
    }

    private static WalCorruptException damaged(String problem, String path) {
        return WalCorruptException.inFile(problem, path,
                "Remove the file to give the slot up: what follows the log under its name must be made anew then.");
    }

    private static int crc(ByteBuffer content, int bytes) {
        CRC32C crc = new CRC32C();
        crc.update(content.slice(0, bytes - CRC_BYTES));
        return (int) crc.getValue();
    }
}
