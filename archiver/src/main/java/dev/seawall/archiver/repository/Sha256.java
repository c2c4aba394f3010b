package dev.seawall.archiver.repository;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/// SHA-256, which every Java platform has, as lower-case hexadecimal digits.
public final class Sha256 {

    private final MessageDigest digest;

    public Sha256() {
        try {
            digest = MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new AssertionError("every Java platform has SHA-256", e);
        }
    }

    public static String of(byte[] content) {
        Sha256 sum = new Sha256();
        sum.update(content, content.length);
        return sum.finish();
    }

    /// Takes in the first `length` bytes.
    public void update(byte[] content, int length) {
        digest.update(content, 0, length);
    }

    /// The sum of all that was taken in. Ends its use.
    public String finish() {
        return HexFormat.of().formatHex(digest.digest());
    }
}
