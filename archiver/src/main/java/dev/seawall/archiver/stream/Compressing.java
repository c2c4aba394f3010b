package dev.seawall.archiver.stream;

import dev.seawall.walwriter.basebackup.BaseBackupOptions.Compression;
import java.io.IOException;
import java.io.OutputStream;
import net.jpountz.lz4.LZ4Compressor;
import net.jpountz.lz4.LZ4Factory;
import net.jpountz.lz4.LZ4FrameOutputStream;
import net.jpountz.xxhash.XXHashFactory;
import org.apache.commons.compress.compressors.gzip.GzipCompressorOutputStream;
import org.apache.commons.compress.compressors.gzip.GzipParameters;
import org.apache.commons.compress.compressors.zstandard.ZstdCompressorOutputStream;

/// The compression of an archive, as a client may ask for it.
final class Compressing {

    private static final int BUFFER_BYTES = 128 << 10;
    private static final int GZIP_LEVEL = 6;
    private static final int ZSTD_LEVEL = 3;
    private static final int LZ4_LEVEL = 1;
    /// From here on lz4 has its slower, stronger compressor.
    private static final int LZ4_HIGH = 3;

    private Compressing() {}

    /// Closing the stream ends the frame and closes `out`.
    static OutputStream into(OutputStream out, Compression compression) throws IOException {
        return switch (compression.algorithm()) {
            case NONE -> out;
            case GZIP -> {
                GzipParameters parameters = new GzipParameters();
                parameters.setCompressionLevel(level(compression, GZIP_LEVEL));
                parameters.setBufferSize(BUFFER_BYTES);
                yield new GzipCompressorOutputStream(out, parameters);
            }
            case ZSTD -> ZstdCompressorOutputStream.builder()
                    .setOutputStream(out).setLevel(level(compression, ZSTD_LEVEL)).setChecksum(true).get();
            case LZ4 -> new LZ4FrameOutputStream(out, LZ4FrameOutputStream.BLOCKSIZE.SIZE_256KB, -1,
                    lz4(level(compression, LZ4_LEVEL)), XXHashFactory.fastestInstance().hash32(),
                    LZ4FrameOutputStream.FLG.Bits.BLOCK_INDEPENDENCE, LZ4FrameOutputStream.FLG.Bits.CONTENT_CHECKSUM);
        };
    }

    private static int level(Compression compression, int byDefault) {
        return compression.level() == Compression.DEFAULT_LEVEL ? byDefault : compression.level();
    }

    private static LZ4Compressor lz4(int level) {
        LZ4Factory factory = LZ4Factory.fastestInstance();
        return level < LZ4_HIGH ? factory.fastCompressor() : factory.highCompressor(level);
    }
}
