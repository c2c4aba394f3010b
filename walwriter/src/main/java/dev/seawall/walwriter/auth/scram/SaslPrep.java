package dev.seawall.walwriter.auth.scram;

import java.nio.charset.StandardCharsets;
import java.text.Normalizer;

/// A password as SCRAM hashes it: SASLprep, RFC 4013, so that one typed on another keyboard is the same.
///
/// As PostgreSQL does it, a password that SASLprep forbids is taken as it is.
final class SaslPrep {

    private SaslPrep() {}

    static byte[] bytes(String password) {
        return prepared(password).getBytes(StandardCharsets.UTF_8);
    }

    private static String prepared(String password) {
        if (password.chars().allMatch(c -> c < 0x80)) {
            return password;
        }
        StringBuilder mapped = new StringBuilder();
        password.codePoints().forEach(c -> {
            if (isSpace(c)) {
                mapped.append(' ');
            } else if (!isMappedToNothing(c)) {
                mapped.appendCodePoint(c);
            }
        });
        String normal = Normalizer.normalize(mapped, Normalizer.Form.NFKC);
        boolean isForbidden = normal.isEmpty() || normal.codePoints().anyMatch(SaslPrep::isForbidden)
                || !isDirectionKept(normal);
        return isForbidden ? password : normal;
    }

    /// RFC 3454, table C.1.2.
    private static boolean isSpace(int c) {
        return c == 0xA0 || c == 0x1680 || c >= 0x2000 && c <= 0x200B || c == 0x202F || c == 0x205F || c == 0x3000;
    }

    /// RFC 3454, table B.1.
    private static boolean isMappedToNothing(int c) {
        return c == 0xAD || c == 0x34F || c == 0x1806 || c >= 0x180B && c <= 0x180D || c == 0x200C || c == 0x200D
                || c == 0x2060 || c >= 0xFE00 && c <= 0xFE0F || c == 0xFEFF;
    }

    /// RFC 3454, tables C.2 to C.9 and, as far as this Unicode knows them, A.1.
    private static boolean isForbidden(int c) {
        return switch (Character.getType(c)) {
            case Character.CONTROL, Character.FORMAT, Character.PRIVATE_USE, Character.SURROGATE,
                    Character.UNASSIGNED, Character.LINE_SEPARATOR, Character.PARAGRAPH_SEPARATOR -> true;
            default -> c == 0x340 || c == 0x341 || c >= 0x2FF0 && c <= 0x2FFB || c >= 0xFFF9 && c <= 0xFFFD;
        };
    }

    /// RFC 3454, section 6: text from right to left is so at both ends, and holds none of the other.
    private static boolean isDirectionKept(String text) {
        if (text.codePoints().noneMatch(SaslPrep::isRightToLeft)) {
            return true;
        }
        return isRightToLeft(text.codePointAt(0)) && isRightToLeft(text.codePointBefore(text.length()))
                && text.codePoints().noneMatch(
                        c -> Character.getDirectionality(c) == Character.DIRECTIONALITY_LEFT_TO_RIGHT);
    }

    private static boolean isRightToLeft(int c) {
        byte direction = Character.getDirectionality(c);
        return direction == Character.DIRECTIONALITY_RIGHT_TO_LEFT
                || direction == Character.DIRECTIONALITY_RIGHT_TO_LEFT_ARABIC;
    }
}
