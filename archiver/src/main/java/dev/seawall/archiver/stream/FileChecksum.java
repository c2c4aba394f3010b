package dev.seawall.archiver.stream;

import dev.seawall.walwriter.basebackup.BaseBackupOptions.Checksum;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/// A file's checksum in a manifest.
final class FileChecksum {

    private final CRC32C crc = new CRC32C();
    private final @Nullable MessageDigest digest;
    private final Checksum algorithm;

    FileChecksum(Checksum algorithm) {
        this.algorithm = algorithm;
        this.digest = switch (algorithm) {
            case NONE, CRC32C -> null;
            case SHA224 -> digest("SHA-224");
            case SHA256 -> digest("SHA-256");
            case SHA384 -> digest("SHA-384");
            case SHA512 -> digest("SHA-512");
        };
    }

    static MessageDigest digest(String name) {
        try {
            return MessageDigest.getInstance(name);
        } catch (NoSuchAlgorithmException e) {
            throw new AssertionError("the Java platform has " + name, e);
        }
    }

    void update(byte[] bytes, int from, int length) {
        if (digest != null) {
            digest.update(bytes, from, length);
        } else if (algorithm == Checksum.CRC32C) {
            crc.update(bytes, from, length);
        }
    }

    /// Hexadecimal digits; empty if there is none. Ends its use.
    String finish() {
        if (digest != null) {
            return HexFormat.of().formatHex(digest.digest());
        }
        // PostgreSQL prints the four bytes as they are in memory.
        return algorithm == Checksum.NONE ? "" : HexFormat.of().formatHex(ByteBuffer.allocate(Integer.BYTES)
                .order(ByteOrder.LITTLE_ENDIAN).putInt((int) crc.getValue()).array());
    }
}
