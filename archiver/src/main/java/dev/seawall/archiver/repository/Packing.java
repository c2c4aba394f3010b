package dev.seawall.archiver.repository;

import dev.seawall.wal.WalCorruptException;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.Arrays;
import java.util.Optional;

/// Plain content to stored object and back, with its checksum taken on the way.
final class Packing {

    private static final int BUFFER_BYTES = 128 << 10;

    private Packing() {}

    /// Compresses all of `plain`, then appends the seal.
    static Seal pack(String name, InputStream plain, Codec codec, OutputStream stored) throws IOException {
        Sha256 sha256 = new Sha256();
        long length = 0;
        try (OutputStream compressed = codec.compress(stored)) {
            byte[] buffer = new byte[BUFFER_BYTES];
            for (int n = plain.read(buffer); n >= 0; n = plain.read(buffer)) {
                sha256.update(buffer, n);
                compressed.write(buffer, 0, n);
                length += n;
            }
        }
        Seal seal = new Seal(name, length, sha256.finish());
        seal.append(codec.format(), stored);
        return seal;
    }

    /// Decompresses an object and compares what comes out with its seal, if the object carries one.
    ///
    /// @param key       for messages
    /// @param bytesMost longest plain content that is believed
    /// @return what the content is, and the object's own seal
    /// @throws WalCorruptException if the content does not fit the seal or is too long, or if a
    ///         compressed object has none
    static Unpacked unpack(
            String key, Codec.Format format, InputStream stored, OutputStream plain, long bytesMost)
            throws IOException {
        TailKeeper tail = new TailKeeper(stored);
        Sha256 sha256 = new Sha256();
        long length = 0;
        byte[] buffer = new byte[BUFFER_BYTES];
        try (InputStream decompressed = Decompression.of(key, format, tail)) {
            for (int n = decompressed.read(buffer); n >= 0; n = decompressed.read(buffer)) {
                length += n;
                if (length > bytesMost) {
                    throw damaged("stored file is longer than " + bytesMost + " bytes", key);
                }
                sha256.update(buffer, n);
                plain.write(buffer, 0, n);
            }
            tail.readToEnd();
        }
        Seal found = new Seal(lastOf(key, format), length, sha256.finish());
        if (format == Codec.Format.NONE) {
            return new Unpacked(found, Optional.empty());
        }
        Seal seal = Seal.find(tail.bytes())
                .orElseThrow(() -> damaged("stored file has no seal at its end", key));
        requireSame(key, seal, found);
        return new Unpacked(found, Optional.of(seal));
    }

    record Unpacked(Seal content, Optional<Seal> seal) {}

    static void requireSame(String key, Seal seal, Seal found) throws WalCorruptException {
        if (!seal.equals(found)) {
            throw damaged("stored file is sealed as " + describe(seal) + " but holds " + describe(found), key);
        }
    }

    private static String describe(Seal seal) {
        return seal.name() + " of " + seal.length() + " bytes with SHA-256 " + seal.sha256();
    }

    static WalCorruptException damaged(String problem, String key) {
        return WalCorruptException.inFile(problem, key,
                "Bring the file back from a copy of the repository, or recover from a later base backup.");
    }

    private static String lastOf(String key, Codec.Format format) {
        String file = key.substring(key.lastIndexOf('/') + 1);
        return file.substring(0, file.length() - format.suffix().length());
    }

    /// Passes bytes through and remembers the last of them.
    private static final class TailKeeper extends FilterInputStream {

        private byte[] last = new byte[0];

        TailKeeper(InputStream in) {
            super(in);
        }

        byte[] bytes() {
            return last;
        }

        /// A decompressor may stop at its frame's end.
        void readToEnd() throws IOException {
            byte[] buffer = new byte[BUFFER_BYTES];
            while (read(buffer, 0, buffer.length) >= 0) {
                // Kept by read.
            }
        }

        @Override
        public int read() throws IOException {
            byte[] one = new byte[1];
            return read(one, 0, 1) < 0 ? -1 : Byte.toUnsignedInt(one[0]);
        }

        @Override
        public int read(byte[] into, int at, int length) throws IOException {
            int n = super.read(into, at, length);
            if (n > 0) {
                keep(into, at, n);
            }
            return n;
        }

        private void keep(byte[] bytes, int at, int n) {
            int taken = Math.min(n, Seal.TAIL_BYTES);
            int kept = Math.min(last.length, Seal.TAIL_BYTES - taken);
            byte[] next = Arrays.copyOfRange(last, last.length - kept, last.length + taken);
            System.arraycopy(bytes, at + n - taken, next, kept, taken);
            last = next;
        }

        @Override
        public boolean markSupported() {
            return false;
        }
    }
}
