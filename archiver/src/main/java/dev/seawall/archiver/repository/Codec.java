package dev.seawall.archiver.repository;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import org.apache.commons.compress.compressors.gzip.GzipCompressorInputStream;
import org.apache.commons.compress.compressors.gzip.GzipCompressorOutputStream;
import org.apache.commons.compress.compressors.gzip.GzipParameters;
import org.apache.commons.compress.compressors.zstandard.ZstdCompressorInputStream;
import org.apache.commons.compress.compressors.zstandard.ZstdCompressorOutputStream;
import org.apache.commons.io.output.CloseShieldOutputStream;

/// How an object is compressed. One object is one frame, with the format's own checksum.
///
/// zstd at level 1 is the default: at higher levels the log of inserts gets no smaller, only slower.
/// More threads than one a segment do not pay either.
public record Codec(Format format, int level) {

    /// What a stored object's suffix says.
    public enum Format {
        ZSTD(".zst"), GZIP(".gz"), NONE("");

        private final String suffix;

        Format(String suffix) {
            this.suffix = suffix;
        }

        public String suffix() {
            return suffix;
        }

        /// The format that a key's suffix names.
        public static Format ofKey(String key) {
            if (key.endsWith(ZSTD.suffix)) {
                return ZSTD;
            }
            return key.endsWith(GZIP.suffix) ? GZIP : NONE;
        }

        /// Reads content that [Codec#compress] of any level wrote; closing it closes `in`.
        InputStream decompress(InputStream in) throws IOException {
            return switch (this) {
                case ZSTD -> new ZstdCompressorInputStream(in);
                case GZIP -> GzipCompressorInputStream.builder()
                        .setInputStream(in).setDecompressConcatenated(true).get();
                case NONE -> in;
            };
        }
    }

    public static final Codec ZSTD_1 = new Codec(Format.ZSTD, 1);
    public static final Codec NONE = new Codec(Format.NONE, 1);

    private static final int BUFFER_BYTES = 128 << 10;

    public Codec {
        int most = format == Format.GZIP ? 9 : 19;
        if (level < 1 || level > most) {
            throw new IllegalArgumentException("compression level " + level + " of "
                    + format.name().toLowerCase(java.util.Locale.ROOT) + " is not between 1 and " + most);
        }
    }

    /// A stream that compresses into `out`. Closing it ends the frame and leaves `out` open.
    public OutputStream compress(OutputStream out) throws IOException {
        OutputStream open = CloseShieldOutputStream.wrap(out);
        return switch (format) {
            case ZSTD -> ZstdCompressorOutputStream.builder()
                    .setOutputStream(open).setLevel(level).setChecksum(true).get();
            case GZIP -> {
                GzipParameters parameters = new GzipParameters();
                parameters.setCompressionLevel(level);
                parameters.setBufferSize(BUFFER_BYTES);
                yield new GzipCompressorOutputStream(open, parameters);
            }
            case NONE -> open;
        };
    }
}
