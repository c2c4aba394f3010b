package dev.seawall.walwriter.query.value;

import dev.seawall.walwriter.wire.PgType;
import dev.seawall.walwriter.wire.SqlException;
import dev.seawall.walwriter.wire.SqlState;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;

/// bytea as text: written as `\x` and hexadecimal digits, read so or in the older form with octal escapes.
final class ByteaText {

    private ByteaText() {}

    static String format(byte[] bytes) {
        return "\\x" + HexFormat.of().formatHex(bytes);
    }

    static byte[] parse(String text) {
        return text.startsWith("\\x") ? hexadecimal(text) : escaped(text);
    }

    /// Space between two digits' pairs is skipped.
    private static byte[] hexadecimal(String text) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream(text.length() / 2);
        int at = 2;
        while (at < text.length()) {
            char c = text.charAt(at);
            if (c == ' ' || c == '\n' || c == '\t' || c == '\r') {
                at++;
                continue;
            }
            int high = digit(c);
            if (at + 1 == text.length()) {
                throw SqlException.error(SqlState.INVALID_PARAMETER_VALUE,
                        "invalid hexadecimal data: odd number of digits");
            }
            bytes.write(high << 4 | digit(text.charAt(at + 1)));
            at += 2;
        }
        return bytes.toByteArray();
    }

    private static int digit(char c) {
        if (!HexFormat.isHexDigit(c)) {
            throw SqlException.error(SqlState.INVALID_PARAMETER_VALUE, "invalid hexadecimal digit: \"" + c + "\"");
        }
        return HexFormat.fromHexDigit(c);
    }

    private static byte[] escaped(String text) {
        byte[] source = text.getBytes(StandardCharsets.UTF_8);
        byte[] bytes = new byte[source.length];
        int count = 0;
        int at = 0;
        while (at < source.length) {
            if (source[at] != '\\') {
                bytes[count++] = source[at++];
            } else if (at + 1 < source.length && source[at + 1] == '\\') {
                bytes[count++] = '\\';
                at += 2;
            } else if (at + 3 < source.length && isOctal(source[at + 1], '3') && isOctal(source[at + 2], '7')
                    && isOctal(source[at + 3], '7')) {
                bytes[count++] = (byte) ((source[at + 1] - '0') << 6 | (source[at + 2] - '0') << 3
                        | source[at + 3] - '0');
                at += 4;
            } else {
                throw SqlException.error(SqlState.INVALID_TEXT_REPRESENTATION,
                        "invalid input syntax for type " + PgType.BYTEA.sqlName());
            }
        }
        return java.util.Arrays.copyOf(bytes, count);
    }

    private static boolean isOctal(byte value, char most) {
        return value >= '0' && value <= most;
    }
}
