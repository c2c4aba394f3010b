package dev.seawall.tools.waldump.text;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/// Standard output as a large buffer of bytes: numbers and text are put into it without making
/// strings, since a log may have a hundred million lines.
public final class TextOutput {

    private static final int FLUSH_BYTES = 1 << 18;
    private static final int NUMBER_BYTES_MAX = 24;
    private static final byte[] HEX = "0123456789ABCDEF".getBytes(StandardCharsets.US_ASCII);

    private final OutputStream out;
    private byte[] bytes = new byte[FLUSH_BYTES + 4096];
    private int end;
    // Of the bytes that are shown in hexadecimal.
    private final byte[] piece = new byte[4096];

    public TextOutput(OutputStream out) {
        this.out = out;
    }

    /// @param ascii characters up to 255, one byte each
    public TextOutput put(String ascii) {
        int length = ascii.length();
        reserve(length);
        for (int i = 0; i < length; i++) {
            bytes[end + i] = (byte) ascii.charAt(i);
        }
        end += length;
        return this;
    }

    TextOutput put(char c) {
        reserve(1);
        bytes[end++] = (byte) c;
        return this;
    }

    /// `%-11s`
    TextOutput putLeft(String ascii, int width) {
        put(ascii);
        return putSpaces(width - ascii.length());
    }

    private TextOutput putSpaces(int count) {
        if (count > 0) {
            reserve(count);
            Arrays.fill(bytes, end, end + count, (byte) ' ');
            end += count;
        }
        return this;
    }

    /// Bytes as they are.
    TextOutput put(ByteBuffer from, int at, int length) {
        reserve(length);
        from.get(at, bytes, end, length);
        end += length;
        return this;
    }

    /// `%u` of 32 bits.
    TextOutput putUnsigned(int value) {
        return putNumber(Integer.toUnsignedLong(value), 0);
    }

    /// `%6u`
    TextOutput putUnsigned(int value, int width) {
        return putNumber(Integer.toUnsignedLong(value), width);
    }

    /// `%d`
    TextOutput putSigned(int value) {
        if (value < 0) {
            put('-');
        }
        return putNumber(Math.abs((long) value), 0);
    }

    /// A number that is not negative, right-aligned.
    TextOutput putNumber(long value, int width) {
        int digits = 1;
        for (long limit = 10; digits < 19 && value >= limit; limit *= 10) {
            digits++;
        }
        putSpaces(width - digits);
        reserve(NUMBER_BYTES_MAX);
        long left = value;
        for (int at = end + digits - 1; at >= end; at--) {
            bytes[at] = (byte) ('0' + left % 10);
            left /= 10;
        }
        end += digits;
        return this;
    }

    /// `%0*d`
    TextOutput putZeroPadded(int value, int digits) {
        reserve(digits);
        int left = value;
        for (int at = end + digits - 1; at >= end; at--) {
            bytes[at] = (byte) ('0' + left % 10);
            left /= 10;
        }
        end += digits;
        return this;
    }

    /// `%X/%X`, or with a padded low half `%X/%08X`.
    TextOutput putLsn(long lsn, boolean isPadded) {
        putHex((int) (lsn >>> 32), 1);
        put('/');
        return putHex((int) lsn, isPadded ? 8 : 1);
    }

    /// `%X`, at least that many digits.
    TextOutput putHex(int value, int digitsMin) {
        int digits = Math.max(digitsMin, (35 - Integer.numberOfLeadingZeros(value | 1)) / 4);
        reserve(digits);
        for (int i = digits - 1; i >= 0; i--) {
            bytes[end++] = HEX[value >>> 4 * i & 0xF];
        }
        return this;
    }

    /// Bytes as `%02X`, blanks between. Most of a log's text is this.
    TextOutput putHexBytes(ByteBuffer from) {
        int left = from.remaining();
        for (int at = from.position(); left > 0; ) {
            int count = Math.min(left, piece.length);
            from.get(at, piece, 0, count);
            reserve(3 * count);
            byte[] into = bytes;
            int to = end;
            for (int i = 0; i < count; i++, to += 3) {
                into[to] = HEX[piece[i] >> 4 & 0xF];
                into[to + 1] = HEX[piece[i] & 0xF];
                into[to + 2] = ' ';
            }
            end = to;
            at += count;
            left -= count;
            if (end > FLUSH_BYTES && left > 0) {
                drain();
            }
        }
        if (from.hasRemaining()) {
            end--;
        }
        return this;
    }

    /// Ends a line; now and then the buffer goes out.
    public void endLine() {
        put('\n');
        if (end > FLUSH_BYTES) {
            drain();
        }
    }

    private void reserve(int more) {
        if (more > bytes.length - end) {
            drain();
            if (more > bytes.length) {
                bytes = new byte[more];
            }
        }
    }

    private void drain() {
        try {
            out.write(bytes, 0, end);
            end = 0;
        } catch (IOException e) {
            throw new java.io.UncheckedIOException("could not write to standard output", e);
        }
    }

    public void flush() {
        drain();
        try {
            out.flush();
        } catch (IOException e) {
            throw new java.io.UncheckedIOException("could not write to standard output", e);
        }
    }
}
