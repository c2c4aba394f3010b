package dev.seawall.wal.record;

import dev.seawall.wal.record.RecordDecoder.MalformedRecordException;
import java.nio.ByteBuffer;

/// PostgreSQL's own compression, as page images carry it: the bare stream, no header.
///
/// ```
/// control byte, then eight items, lowest bit first:
///   bit 0: one literal byte
///   bit 1: copy   b0 = (offset >> 4 & 0xF0) | n   b1 = offset & 0xFF   and if n = 15: b2
///          length n + 3, or 18 + b2;  offset 1..4095 back in the output
/// ```
final class Pglz {

    private static final int LENGTH_MIN = 3;
    private static final int LONG_FORM = 0x0F;

    private Pglz() {}

    /// Decompresses into exactly the remaining room of `out`.
    static void decompress(ByteBuffer stream, ByteBuffer out) throws MalformedRecordException {
        ByteBuffer in = stream.duplicate();
        int base = out.position();
        while (in.hasRemaining() && out.hasRemaining()) {
            int control = in.get();
            for (int bit = 0; bit < 8 && in.hasRemaining() && out.hasRemaining(); bit++, control >>= 1) {
                if ((control & 1) == 0) {
                    out.put(in.get());
                } else {
                    copy(in, out, base);
                }
            }
        }
        if (in.hasRemaining() || out.hasRemaining()) {
            throw damaged();
        }
    }

    private static void copy(ByteBuffer in, ByteBuffer out, int base) throws MalformedRecordException {
        if (in.remaining() < 2) {
            throw damaged();
        }
        int first = Byte.toUnsignedInt(in.get());
        int offset = (first & 0xF0) << 4 | Byte.toUnsignedInt(in.get());
        int length = (first & LONG_FORM) + LENGTH_MIN;
        if ((first & LONG_FORM) == LONG_FORM) {
            if (!in.hasRemaining()) {
                throw damaged();
            }
            length += Byte.toUnsignedInt(in.get());
        }
        if (offset == 0 || offset > out.position() - base) {
            throw damaged();
        }
        // The last item may say more than there is room for: PostgreSQL's compressor never does that,
        // its decompressor lets it pass.
        int copied = Math.min(length, out.remaining());
        for (int i = 0; i < copied; i++) {
            out.put(out.get(out.position() - offset));
        }
    }

    private static MalformedRecordException damaged() {
        return new MalformedRecordException("page image's pglz stream is damaged");
    }
}
