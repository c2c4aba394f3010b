package dev.seawall.walwriter.tls;

import dev.seawall.wal.disk.Disk;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.spec.InvalidKeySpecException;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.List;

/// A private key in PEM, unencrypted: PKCS#8, and the two older forms that OpenSSL still writes, which
/// are put into PKCS#8 here since the JDK reads nothing else.
///
/// ```
/// PKCS#8                       SEQUENCE { INTEGER 0, SEQUENCE algorithm, OCTET STRING key }
/// PKCS#1  (RSA PRIVATE KEY)    the key alone, algorithm rsaEncryption
/// SEC 1   (EC PRIVATE KEY)     the key alone, SEQUENCE { INTEGER 1, OCTET STRING, [0] curve, ... }
/// ```
final class PrivateKeyFile {

    private static final int INTEGER = 0x02;
    private static final int OCTET_STRING = 0x04;
    private static final int SEQUENCE = 0x30;
    private static final int CURVE = 0xA0;

    private static final byte[] VERSION_0 = {INTEGER, 1, 0};
    /// SEQUENCE { OID 1.2.840.113549.1.1.1, NULL }
    private static final byte[] RSA = {
        SEQUENCE, 13, 6, 9, 0x2A, (byte) 0x86, 0x48, (byte) 0x86, (byte) 0xF7, 13, 1, 1, 1, 5, 0
    };
    /// OID 1.2.840.10045.2.1
    private static final byte[] EC = {6, 7, 0x2A, (byte) 0x86, 0x48, (byte) 0xCE, 0x3D, 2, 1};

    private PrivateKeyFile() {}

    /// @throws IOException if others can read it, or it holds no key that we can use
    static PrivateKey read(Disk disk, Path file) throws IOException {
        Disk.Permissions permissions = disk.permissions(file);
        if (!permissions.isPrivate()) {
            throw new IOException("private key file \"" + file + "\" has group or world access: " + permissions
                    + "\nHINT: chmod 600 \"" + file + "\"; if root owns it, 0640 will do too.");
        }
        for (Pem.Block block : Pem.read(disk, file)) {
            switch (block.label()) {
                case "ENCRYPTED PRIVATE KEY" -> throw encrypted(file);
                case "PRIVATE KEY" -> {
                    return key(block.bytes(file), file);
                }
                case "RSA PRIVATE KEY", "EC PRIVATE KEY" -> {
                    if (block.isEncrypted()) {
                        throw encrypted(file);
                    }
                    byte[] alone = block.bytes(file);
                    return key(block.label().startsWith("RSA") ? wrap(RSA, alone) : wrapEc(alone, file), file);
                }
                // Certificates and EC PARAMETERS may stand in the same file.
                default -> { }
            }
        }
        throw new IOException("file \"" + file + "\" has no private key"
                + "\nHINT: PEM is expected: a block that begins with \"-----BEGIN PRIVATE KEY-----\".");
    }

    private static IOException encrypted(Path file) {
        return new IOException("the private key in \"" + file + "\" is encrypted"
                + "\nHINT: \"openssl pkey -in " + file + " -out NEW\" writes it without a passphrase; chmod 600 it.");
    }

    private static PrivateKey key(byte[] pkcs8, Path file) throws IOException {
        for (String algorithm : List.of("RSA", "EC", "EdDSA")) {
            try {
                return KeyFactory.getInstance(algorithm).generatePrivate(new PKCS8EncodedKeySpec(pkcs8));
            } catch (InvalidKeySpecException e) {
                // Of another kind, or of none.
                continue;
            } catch (GeneralSecurityException e) {
                throw new AssertionError("every JDK has " + algorithm, e);
            }
        }
        throw new IOException("the private key in \"" + file + "\" can't be read"
                + "\nHINT: RSA, EC on a NIST curve, Ed25519 and Ed448 are known.");
    }

    private static byte[] wrap(byte[] algorithm, byte[] alone) {
        return der(SEQUENCE, VERSION_0, algorithm, der(OCTET_STRING, alone));
    }

    private static byte[] wrapEc(byte[] alone, Path file) throws IOException {
        ByteBuffer fields = content(ByteBuffer.wrap(alone), SEQUENCE, file);
        content(fields, INTEGER, file);
        content(fields, OCTET_STRING, file);
        ByteBuffer curve = content(fields, CURVE, file);
        byte[] oid = new byte[curve.remaining()];
        curve.get(oid);
        return wrap(der(SEQUENCE, EC, oid), alone);
    }

    /// The content of the element at the position, which moves behind it.
    private static ByteBuffer content(ByteBuffer from, int tag, Path file) throws IOException {
        if (from.remaining() >= 2 && (from.get() & 0xFF) == tag) {
            int length = from.get() & 0xFF;
            if (length > 0x80 && length <= 0x82 && from.remaining() >= length - 0x80) {
                int bytes = length - 0x80;
                length = 0;
                for (int i = 0; i < bytes; i++) {
                    length = length << 8 | from.get() & 0xFF;
                }
            }
            if (length <= from.remaining()) {
                ByteBuffer content = from.slice(from.position(), length);
                from.position(from.position() + length);
                return content;
            }
        }
        throw new IOException("the private key in \"" + file + "\" is no SEC 1 key with a named curve");
    }

    private static byte[] der(int tag, byte[]... parts) {
        ByteArrayOutputStream content = new ByteArrayOutputStream();
        for (byte[] part : parts) {
            content.writeBytes(part);
        }
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        out.write(tag);
        int length = content.size();
        if (length < 0x80) {
            out.write(length);
        } else {
            out.writeBytes(new byte[] {(byte) 0x82, (byte) (length >> 8), (byte) length});
        }
        out.writeBytes(content.toByteArray());
        return out.toByteArray();
    }
}
