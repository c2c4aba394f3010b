package dev.seawall.walwriter.link;

import java.nio.ByteBuffer;
import java.util.Arrays;

/// Bytes as a value.
public final class Bytes {

    private final byte[] content;

    private Bytes(byte[] content) {
        this.content = content;
    }

    /// Copies what remains of `source`, which is left as it is.
    public static Bytes of(ByteBuffer source) {
        byte[] content = new byte[source.remaining()];
        source.get(source.position(), content);
        return new Bytes(content);
    }

    public int length() {
        return content.length;
    }

    /// Read-only.
    public ByteBuffer view() {
        return ByteBuffer.wrap(content).asReadOnlyBuffer();
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Bytes bytes && Arrays.equals(content, bytes.content);
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(content);
    }

    @Override
    public String toString() {
        return content.length + " bytes";
    }
}
