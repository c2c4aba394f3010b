package dev.seawall.wal.record;

import java.io.ByteArrayOutputStream;
import java.util.HashMap;
import java.util.Map;

/// A small greedy pglz compressor for tests, to have something to decompress.
public final class PglzCompressor {

    private static final int LENGTH_MAX = 273;
    private static final int OFFSET_MAX = 4095;

    private PglzCompressor() {}

    public static byte[] compress(byte[] content) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        Map<Integer, Integer> lastSeen = new HashMap<>();
        int at = 0;
        while (at < content.length) {
            int control = 0;
            ByteArrayOutputStream items = new ByteArrayOutputStream();
            for (int bit = 0; bit < 8 && at < content.length; bit++) {
                int length = matchLength(content, at, lastSeen);
                if (length >= 3) {
                    control |= 1 << bit;
                    putCopy(items, at - lastSeen.get(key(content, at)), length);
                } else {
                    length = 1;
                    items.write(content[at]);
                }
                for (int end = at + length; at < end; at++) {
                    if (at + 3 <= content.length) {
                        lastSeen.put(key(content, at), at);
                    }
                }
            }
            out.write(control);
            out.writeBytes(items.toByteArray());
        }
        return out.toByteArray();
    }

    private static void putCopy(ByteArrayOutputStream items, int offset, int length) {
        int high = offset >> 4 & 0xF0;
        if (length > 17) {
            items.write(high | 0x0F);
            items.write(offset);
            items.write(length - 18);
        } else {
            items.write(high | length - 3);
            items.write(offset);
        }
    }

    private static int matchLength(byte[] content, int at, Map<Integer, Integer> lastSeen) {
        if (at + 3 > content.length) {
            return 0;
        }
        Integer before = lastSeen.get(key(content, at));
        if (before == null || at - before > OFFSET_MAX) {
            return 0;
        }
        int length = 0;
        while (length < LENGTH_MAX && at + length < content.length
                && content[at + length] == content[before + length]) {
            length++;
        }
        return length;
    }

    private static int key(byte[] content, int at) {
        return (content[at] & 0xFF) << 16 | (content[at + 1] & 0xFF) << 8 | content[at + 2] & 0xFF;
    }
}
