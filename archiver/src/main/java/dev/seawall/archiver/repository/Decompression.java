package dev.seawall.archiver.repository;

import dev.seawall.wal.WalCorruptException;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import org.jspecify.annotations.Nullable;

/// An object's plain content as it is decompressed.
///
/// Tells the two ways apart in which that can fail: a store that cannot be read stays an
/// [IOException], whoever reads may try again; bytes that are no such frame are damage.
public final class Decompression extends InputStream {

    private final String key;
    private final Source source;
    private final InputStream plain;

    private Decompression(String key, Source source, InputStream plain) {
        this.key = key;
        this.source = source;
        this.plain = plain;
    }

    /// @param key    of the object, for messages
    /// @param stored closed with this
    public static Decompression of(String key, Codec.Format format, InputStream stored) throws IOException {
        Source source = new Source(stored);
        try {
            return new Decompression(key, source, format.decompress(source));
        } catch (IOException e) {
            throw source.blame(key, e);
        }
    }

    @Override
    public int read() throws IOException {
        byte[] one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : Byte.toUnsignedInt(one[0]);
    }

    @Override
    public int read(byte[] into, int at, int length) throws IOException {
        try {
            return plain.read(into, at, length);
        } catch (IOException e) {
            throw source.blame(key, e);
        }
    }

    @Override
    public void close() throws IOException {
        plain.close();
    }

    /// Remembers whether it was the store that failed.
    private static final class Source extends FilterInputStream {

        private @Nullable IOException failure;

        Source(InputStream in) {
            super(in);
        }

        @Override
        public int read() throws IOException {
            byte[] one = new byte[1];
            return read(one, 0, 1) < 0 ? -1 : Byte.toUnsignedInt(one[0]);
        }

        @Override
        public int read(byte[] into, int at, int length) throws IOException {
            try {
                return super.read(into, at, length);
            } catch (IOException e) {
                failure = e;
                throw e;
            }
        }

        @Override
        public boolean markSupported() {
            return false;
        }

        IOException blame(String key, IOException e) {
            if (failure != null) {
                return new IOException("could not read " + key + ": " + failure.getMessage(), failure);
            }
            WalCorruptException damage = Packing.damaged(
                    "stored file cannot be decompressed: " + e.getMessage(), key);
            damage.initCause(e);
            return damage;
        }
    }
}
