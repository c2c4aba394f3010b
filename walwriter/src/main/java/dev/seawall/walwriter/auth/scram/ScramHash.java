package dev.seawall.walwriter.auth.scram;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/// The arithmetic of SCRAM-SHA-256: RFC 5802, section 3, with RFC 7677's hash.
final class ScramHash {

    static final int BYTES = 32;

    private static final String HMAC = "HmacSHA256";

    private ScramHash() {}

    /// PBKDF2 with HMAC-SHA-256, one block of it, over the bytes of a prepared password.
    static byte[] saltedPassword(byte[] password, byte[] salt, int iterations) {
        try {
            Mac mac = mac(password);
            mac.update(salt);
            byte[] block = mac.doFinal(new byte[] {0, 0, 0, 1});
            byte[] result = block.clone();
            for (int i = 1; i < iterations; i++) {
                block = mac.doFinal(block);
                for (int at = 0; at < BYTES; at++) {
                    result[at] ^= block[at];
                }
            }
            return result;
        } catch (GeneralSecurityException e) {
            throw new AssertionError("every JDK has " + HMAC, e);
        }
    }

    static byte[] hmac(byte[] key, String text) {
        return hmac(key, text.getBytes(StandardCharsets.UTF_8));
    }

    static byte[] hmac(byte[] key, byte[] bytes) {
        try {
            return mac(key).doFinal(bytes);
        } catch (GeneralSecurityException e) {
            throw new AssertionError("every JDK has " + HMAC, e);
        }
    }

    private static Mac mac(byte[] key) throws GeneralSecurityException {
        Mac mac = Mac.getInstance(HMAC);
        // A key of no bytes is HMAC's key of zeros; the JDK takes only the latter.
        mac.init(new SecretKeySpec(key.length == 0 ? new byte[1] : key, HMAC));
        return mac;
    }

    static byte[] sha256(byte[] bytes) {
        try {
            return MessageDigest.getInstance("SHA-256").digest(bytes);
        } catch (GeneralSecurityException e) {
            throw new AssertionError("every JDK has SHA-256", e);
        }
    }

    static byte[] xor(byte[] left, byte[] right) {
        byte[] result = left.clone();
        for (int at = 0; at < result.length; at++) {
            result[at] ^= right[at];
        }
        return result;
    }
}
