package dev.seawall.tools.waldump;

import static org.assertj.core.api.Assertions.assertThat;

import dev.seawall.wal.PageLayout;
import dev.seawall.wal.SegmentNumber;
import dev.seawall.wal.disk.LinuxDisk;
import dev.seawall.wal.read.MemoryLog;
import dev.seawall.witness.PostgresPrograms.Output;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.stream.Stream;
import java.util.zip.CRC32C;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/// One fault at a time: waldump stops where pg_waldump stops and says the same.
final class DamagedLogWitnessTest {

    private static final int SEGMENT = PageLayout.SEGMENT_BYTES_MIN;
    private static final int PAGE = PageLayout.PAGE_BYTES;
    private static final int BIG = 54;

    @TempDir
    Path directory;

    /// Damages files of the log.
    interface Damage {
        void to(Files2 files) throws IOException;
    }

    /// The log's first two segments on disk, and where its records are.
    record Files2(Path first, Path second, MemoryLog log) {

        Files2 put16(Path file, long offset, int value) throws IOException {
            return put(file, offset, ByteBuffer.allocate(2).order(ByteOrder.LITTLE_ENDIAN).putShort(0, (short) value));
        }

        Files2 put32(Path file, long offset, int value) throws IOException {
            return put(file, offset, ByteBuffer.allocate(4).order(ByteOrder.LITTLE_ENDIAN).putInt(0, value));
        }

        Files2 put64(Path file, long offset, long value) throws IOException {
            return put(file, offset, ByteBuffer.allocate(8).order(ByteOrder.LITTLE_ENDIAN).putLong(0, value));
        }

        Files2 put(Path file, long offset, ByteBuffer bytes) throws IOException {
            try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
                channel.write(bytes, offset);
            }
            return this;
        }

        Files2 truncate(Path file, long bytes) throws IOException {
            try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
                channel.truncate(bytes);
            }
            return this;
        }

        int offsetOf(int record) {
            return log.layout().offsetInSegment(log.records().get(record).start());
        }

        /// Where the big record goes on: the first page behind its start.
        int continuation() {
            return (offsetOf(BIG) / PAGE + 1) * PAGE;
        }

        /// Changes a small record's header and makes its checksum right again.
        Files2 header(int record, int at, byte[] bytes) throws IOException {
            byte[] content = Files.readAllBytes(first);
            int offset = offsetOf(record);
            System.arraycopy(bytes, 0, content, offset + at, bytes.length);
            ByteBuffer in = ByteBuffer.wrap(content).order(ByteOrder.LITTLE_ENDIAN);
            CRC32C crc = new CRC32C();
            crc.update(content, offset + 24, in.getInt(offset) - 24);
            crc.update(content, offset, 20);
            in.putInt(offset + 20, (int) crc.getValue());
            Files.write(first, content);
            return this;
        }
    }

    static Stream<Arguments> damages() {
        return Stream.of(
                of("nothing", f -> { }),
                of("page magic", f -> f.put16(f.first, PAGE, 0xD111)),
                of("magic on the first page of segment 2", f -> f.put16(f.second, 0, 0xD113)),
                of("unknown flag", f -> f.put16(f.first, PAGE + 2, 0x14)),
                of("long flag missing", f -> f.put16(f.second, 2, 0x05)),
                of("system id of segment 2", f -> f.put64(f.second, 24, 42)),
                of("segment size in segment 2", f -> f.put32(f.second, 32, 32 << 20)),
                of("page size in segment 2", f -> f.put32(f.second, 36, 4096)),
                of("page address", f -> f.put64(f.first, PAGE + 8, 0x104000)),
                of("timeline 0", f -> f.put32(f.first, PAGE + 4, 0)),
                of("timeline 9, then 1", f -> f.put32(f.first, PAGE + 4, 9)),
                of("continuation's length", f -> f.put32(f.first, f.continuation() + 16, 9999)),
                of("continuation's length 0", f -> f.put32(f.first, f.continuation() + 16, 0)),
                of("continuation's flag gone", f -> f.put16(f.first, f.continuation() + 2, 0)),
                of("overwrite flag without its record", f -> f.put16(f.first, f.continuation() + 2, 8)),
                of("wrong continuation flag", f -> f.put16(f.first, PAGE + 2, 1)),
                of("a bit of a payload", f -> f.put16(f.first, f.offsetOf(BIG) + 60, 1)),
                of("length 23", f -> f.put32(f.first, f.offsetOf(5), 23)),
                of("length too large", f -> f.put32(f.first, f.offsetOf(5), 100_000_000)),
                of("length beyond 1 GiB", f -> f.put32(f.first, f.offsetOf(5), -1)),
                of("previous link", f -> f.header(5, 8, new byte[] {0x28, 0, 0x10, 0})),
                of("resource manager 22", f -> f.header(5, 17, new byte[] {22})),
                of("resource manager 127", f -> f.header(5, 17, new byte[] {127})),
                of("padding", f -> f.header(5, 18, new byte[] {-1, -1})),
                of("low bits of info", f -> f.header(5, 16, new byte[] {0x0F})),
                of("a block's id", f -> f.header(5, 24, new byte[] {0x40})),
                of("main data's length", f -> f.header(5, 25, new byte[] {1})),
                of("segment 2 cut", f -> f.truncate(f.second, 65_536)),
                of("segment 2 cut in a page", f -> f.truncate(f.second, 65_536 + 100)),
                of("segment 2 too long", f -> f.put32(f.second, SEGMENT + PAGE, 1)),
                of("first segment of 100 bytes", f -> f.truncate(f.first, 100)),
                of("segment size 0x100001", f -> f.put32(f.first, 32, 0x100001)),
                of("segment size 1", f -> f.put32(f.first, 32, 1)),
                of("segment 1 is .partial", f -> Files.move(f.first, Path.of(f.first + ".partial"))));
    }

    private static Arguments of(String name, Damage damage) {
        return Arguments.of(name, damage);
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("damages")
    void of_a_damaged_log_the_same_is_said(String name, Damage damage) throws Exception {
        Files2 files = write();
        damage.to(files);
        BothDumps.agreeOn("-p", directory.toString(), files.first().getFileName().toString(), "-s", "0/100000",
                "-e", "0/250000", files.second().getFileName().toString());
        BothDumps.agreeOn("-z", files.first().toString(), files.second().getFileName().toString());
        if (Files.exists(files.second()) && Files.size(files.second()) > SEGMENT / 2) {
            BothDumps.agreeOn(files.second().toString());
        }
    }

    private Files2 write() throws IOException {
        MemoryLog log = MemoryLog.small();
        for (int i = 0; i < BIG; i++) {
            log.message(0, new byte[100]);
        }
        log.message(0, new byte[20_000]);
        while (log.layout().segmentOf(log.end()).isBefore(new SegmentNumber(2))
                || log.layout().offsetInSegment(log.end()) < SEGMENT / 2) {
            log.message(0, new byte[60_000]);
        }
        log.message("the end");
        log.writeTo(new LinuxDisk(), directory, 1);
        return new Files2(directory.resolve("000000010000000000000001"), directory.resolve("000000010000000000000002"),
                log);
    }

    /// Each takes pg_waldump five seconds, so there is only one.
    @Test
    void a_missing_segment_is_named() throws Exception {
        Files2 files = write();
        Files.delete(files.second());

        Output output = BothDumps.agreeOn("-p", directory.toString(), "-s", "0/100000");

        assertThat(output.err()).isEqualTo(
                "waldump: error: could not find file \"000000010000000000000002\": No such file or directory\n");
    }
}
