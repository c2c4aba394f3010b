package dev.seawall.archiver.repository;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.commons.compress.compressors.gzip.GzipCompressorOutputStream;
import org.apache.commons.compress.compressors.gzip.GzipParameters;
import org.apache.commons.io.output.CloseShieldOutputStream;

/// What a stored file's plain content must be: name, length, SHA-256.
///
/// It is the tail of the compressed object, so that both are stored by one put: for zstd a skippable
/// frame, for gzip the comment of an empty member. `zstd -d` and `gzip -d` step over it, and its first
/// line is what `sha256sum -c` reads:
/// ```
/// zstd -d 000000010000000000000001.zst
/// tail -c 256 000000010000000000000001.zst | grep -aoE '[0-9a-f]{64}  .*' | sha256sum -c
/// ```
/// What is not compressed has it beside it, as `NAME.sha256`.
public record Seal(String name, long length, String sha256) {

    /// Longest tail that can hold a seal.
    static final int TAIL_BYTES = 256;

    /// Key suffix of a seal that stands beside its object.
    static final String SUFFIX = ".sha256";

    private static final int ZSTD_SKIPPABLE_FRAME = 0x184D2A53;
    private static final Pattern TEXT = Pattern.compile(
            "\n([0-9a-f]{64})  ([0-9A-Za-z.]{1,40})\nlength ([0-9]{1,18})\n");
    private static final Pattern LINE = Pattern.compile("([0-9a-f]{64})  ([0-9A-Za-z.]{1,40})\n");

    /// The line that `sha256sum -c` reads.
    String line() {
        return sha256 + "  " + name + "\n";
    }

    private String text() {
        return "\n" + line() + "length " + length + "\n";
    }

    /// Writes the tail of an object of this format; nothing for one that is not compressed.
    void append(Codec.Format format, OutputStream out) throws IOException {
        switch (format) {
            case ZSTD -> {
                byte[] text = text().getBytes(StandardCharsets.US_ASCII);
                ByteBuffer frame = ByteBuffer.allocate(8 + text.length).order(ByteOrder.LITTLE_ENDIAN);
                out.write(frame.putInt(ZSTD_SKIPPABLE_FRAME).putInt(text.length).put(text).array());
            }
            case GZIP -> {
                GzipParameters parameters = new GzipParameters();
                parameters.setComment(text());
                new GzipCompressorOutputStream(CloseShieldOutputStream.wrap(out), parameters).close();
            }
            case NONE -> { }
        }
    }

    /// Finds the seal in the last bytes of an object.
    static Optional<Seal> find(byte[] tail) {
        Matcher matcher = TEXT.matcher(new String(tail, StandardCharsets.ISO_8859_1));
        Optional<Seal> last = Optional.empty();
        while (matcher.find()) {
            last = Optional.of(new Seal(matcher.group(2), Long.parseLong(matcher.group(3)), matcher.group(1)));
        }
        return last;
    }

    /// Reads a seal that stands beside its object of `length` bytes; empty if it is no seal.
    static Optional<Seal> parseLine(byte[] content, long length) {
        Matcher matcher = LINE.matcher(new String(content, StandardCharsets.ISO_8859_1));
        return matcher.matches()
                ? Optional.of(new Seal(matcher.group(2), length, matcher.group(1)))
                : Optional.empty();
    }
}
