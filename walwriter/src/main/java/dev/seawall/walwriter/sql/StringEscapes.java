package dev.seawall.walwriter.sql;

import dev.seawall.walwriter.wire.SqlException;
import dev.seawall.walwriter.wire.SqlState;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;

/// The escapes of `E'...'`: by letter, by byte (octal, or hexadecimal behind an x), by character (four
/// hexadecimal digits behind a u, eight behind a U).
final class StringEscapes {

    private StringEscapes() {}

    /// Reads what a backslash begins, and the bytes by number directly behind it: they may make one
    /// character together.
    ///
    /// @param at of the backslash
    /// @return where it ends
    static int read(String text, int at, StringBuilder into) {
        char c = at + 1 < text.length() ? text.charAt(at + 1) : 0;
        if (isByte(text, at)) {
            return readBytes(text, at, into);
        }
        return switch (c) {
            // The end of the text: the string has no end.
            case 0 -> text.length();
            case 'u', 'U' -> readCharacter(text, at, into);
            default -> {
                into.append(switch (c) {
                    case 'b' -> '\b';
                    case 'f' -> '\f';
                    case 'n' -> '\n';
                    case 'r' -> '\r';
                    case 't' -> '\t';
                    default -> c;
                });
                yield at + 2;
            }
        };
    }

    private static boolean isByte(String text, int at) {
        char c = at + 1 < text.length() && text.charAt(at) == '\\' ? text.charAt(at + 1) : 0;
        return c >= '0' && c <= '7' || c == 'x' && digit(text, at + 2, 16) >= 0;
    }

    private static int digit(String text, int at, int radix) {
        char c = at < text.length() ? text.charAt(at) : 0;
        return c < 0x80 ? Character.digit(c, radix) : -1;
    }

    private static int readBytes(String text, int from, StringBuilder into) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        int at = from;
        while (isByte(text, at)) {
            boolean isHexadecimal = text.charAt(at + 1) == 'x';
            at += isHexadecimal ? 2 : 1;
            int radix = isHexadecimal ? 16 : 8;
            int end = at + (isHexadecimal ? 2 : 3);
            int value = 0;
            while (at < end && digit(text, at, radix) >= 0) {
                value = value * radix + digit(text, at, radix);
                at++;
            }
            bytes.write(value);
        }
        into.append(decode(bytes.toByteArray()));
        return at;
    }

    private static String decode(byte[] bytes) {
        for (byte value : bytes) {
            if (value == 0) {
                throw SqlException.error(SqlState.CHARACTER_NOT_IN_REPERTOIRE,
                        "invalid byte sequence for encoding \"UTF8\": 0x00");
            }
        }
        try {
            return StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
        } catch (CharacterCodingException e) {
            throw SqlException.error(SqlState.CHARACTER_NOT_IN_REPERTOIRE,
                    "invalid byte sequence for encoding \"UTF8\"");
        }
    }

    private static int readCharacter(String text, int at, StringBuilder into) {
        int first = hexadecimal(text, at);
        int end = at + 2 + digits(text, at);
        if (first >= Character.MIN_SURROGATE && first <= Character.MAX_SURROGATE) {
            boolean isPair = first <= Character.MAX_HIGH_SURROGATE && end + 1 < text.length()
                    && text.charAt(end) == '\\' && (text.charAt(end + 1) == 'u' || text.charAt(end + 1) == 'U');
            int second = isPair ? hexadecimal(text, end) : 0;
            if (second < Character.MIN_LOW_SURROGATE || second > Character.MAX_LOW_SURROGATE) {
                throw SqlException.error(SqlState.SYNTAX_ERROR, "invalid Unicode surrogate pair");
            }
            into.append((char) first).append((char) second);
            return end + 2 + digits(text, end);
        }
        if (first <= 0 || first > Character.MAX_CODE_POINT) {
            throw SqlException.error(SqlState.SYNTAX_ERROR, "invalid Unicode escape value");
        }
        into.appendCodePoint(first);
        return end;
    }

    private static int digits(String text, int at) {
        return text.charAt(at + 1) == 'u' ? 4 : 8;
    }

    /// Negative if it is above what an int holds.
    private static int hexadecimal(String text, int at) {
        int value = 0;
        for (int i = 0; i < digits(text, at); i++) {
            int digit = digit(text, at + 2 + i, 16);
            if (digit < 0) {
                throw SqlException.error(SqlState.SYNTAX_ERROR, "invalid Unicode escape"
                        + "\nHINT: Unicode escapes must be \\uXXXX or \\UXXXXXXXX.");
            }
            value = value << 4 | digit;
        }
        return value;
    }
}
