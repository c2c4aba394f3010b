package dev.seawall.walwriter.slots;

import dev.seawall.wal.Lsn;
import dev.seawall.wal.WalCorruptException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.zip.CRC32C;

/// A slot as its file has it: 100 bytes, little endian.
///
/// ```
///  0 u64 magic "SWLREPSL"     8 u32 version (1)             12 u32 length (100)   16 u64 system identifier
/// 24 u64 restart LSN, or 0   32 name, zeros to 64 bytes     96 u32 CRC-32C of the 96 bytes before
/// ```
///
/// @param restart log from here on is needed; [Lsn#INVALID] if nothing is reserved
record SlotFile(String name, Lsn restart) {

    static final int BYTES = 100;

    private static final long MAGIC = 0x4C535045_524C5753L;
    private static final int VERSION = 1;
    private static final int NAME_OFFSET = 32;
    private static final int NAME_BYTES = 64;
    private static final int CRC_OFFSET = NAME_OFFSET + NAME_BYTES;

    ByteBuffer encode(long systemId) {
        ByteBuffer out = ByteBuffer.allocate(BYTES).order(ByteOrder.LITTLE_ENDIAN);
        out.putLong(0, MAGIC).putInt(8, VERSION).putInt(12, BYTES).putLong(16, systemId).putLong(24, restart.value());
        out.put(NAME_OFFSET, name.getBytes(StandardCharsets.US_ASCII));
        return out.putInt(CRC_OFFSET, crc(out));
    }

    /// @param content what the file has, little endian
    /// @param name    the file's, which must be the slot's
    /// @throws WalCorruptException if it is not whole, or another cluster's
    static SlotFile decode(ByteBuffer content, String name, long systemId, String path) throws WalCorruptException {
        if (content.remaining() != BYTES) {
            throw damaged("replication slot has " + content.remaining() + " bytes, not " + BYTES, path);
        }
        if (content.getLong(0) != MAGIC || content.getInt(CRC_OFFSET) != crc(content)) {
            throw damaged("replication slot has a wrong checksum", path);
        }
        if (content.getInt(8) != VERSION || content.getInt(12) != BYTES) {
            throw damaged("replication slot is of version " + content.getInt(8) + ", not " + VERSION, path);
        }
        if (content.getLong(16) != systemId) {
            throw damaged("replication slot is of system " + Long.toUnsignedString(content.getLong(16))
                    + ", the control file of system " + Long.toUnsignedString(systemId), path);
        }
        SlotFile slot = new SlotFile(nameIn(content), new Lsn(content.getLong(24)));
        if (!slot.name().equals(name)) {
            throw damaged("replication slot is called \"" + slot.name() + "\", not as its file", path);
        }
        return slot;
    }

    private static String nameIn(ByteBuffer content) {
        byte[] name = new byte[NAME_BYTES];
        content.get(NAME_OFFSET, name);
        return new String(name, StandardCharsets.US_ASCII).replaceFirst("\0*$", "");
    }

    private static WalCorruptException damaged(String problem, String path) {
        return WalCorruptException.inFile(problem, path,
                "Remove the file to give the slot up: what follows the log under its name must be made anew then.");
    }

    private static int crc(ByteBuffer content) {
        CRC32C crc = new CRC32C();
        crc.update(content.slice(0, CRC_OFFSET));
        return (int) crc.getValue();
    }
}
