package dev.seawall.format;

import static org.assertj.core.api.Assertions.assertThat;

import dev.seawall.format.FormatDocument.Piece;
import dev.seawall.wal.Checkpoint;
import dev.seawall.wal.Lsn;
import dev.seawall.wal.PageLayout;
import dev.seawall.wal.TimelineId;
import dev.seawall.wal.read.MemoryLog;
import dev.seawall.wal.read.ReadOutcome;
import dev.seawall.wal.read.WalReader;
import dev.seawall.wal.record.BlockReference;
import dev.seawall.wal.record.RelationId;
import dev.seawall.wal.record.WalRecord;
import dev.seawall.wal.record.body.GenericDelta;
import dev.seawall.wal.record.body.LogicalMessage;
import dev.seawall.wal.record.body.PageImages;
import dev.seawall.wal.record.body.RelationSizes;
import dev.seawall.wal.record.body.RunningXacts;
import dev.seawall.wal.record.body.TransactionRecord;
import dev.seawall.wal.record.body.Watermark;
import dev.seawall.wal.record.xlog.CheckpointRecord;
import dev.seawall.wal.record.xlog.RestorePoint;
import dev.seawall.witness.PostgresPrograms;
import dev.seawall.witness.PostgresPrograms.Output;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// FORMAT.md cannot go stale: its worked segment is what the encoders write, what the decoder reads
/// and what pg_waldump sees.
final class FormatDocumentTest {

    private static final Lsn START = new Lsn(0x10_0000);
    private static final RelationId RELATION = new RelationId(1663, 5, 16384);
    private static final byte[] PREFIX = "app".getBytes(StandardCharsets.US_ASCII);
    /// 2026-11-22 12:00:00 UTC.
    private static final Instant TIME = Instant.ofEpochSecond(1_795_348_800);
    private static final long PG_TIME = 848_664_000_000_000L;

    @TempDir
    Path directory;

    /// The log that the document shows.
    private static MemoryLog workedLog() {
        MemoryLog log = MemoryLog.small();
        log.append(new CheckpointRecord(true, Checkpoint.of(new Lsn(0x10_0028), TimelineId.FIRST, TimelineId.FIRST,
                731, 0, TIME))::encode);
        log.append(RunningXacts.of(731, 731, 730, List.of())::encode);
        log.append(into -> PageImages.encodeEmpty(into, RELATION, 0, 2));
        log.append(into -> LogicalMessage.encode(into, 731, PREFIX, text("hello")));
        log.append(into -> GenericDelta.encode(into, 731, List.of(BlockReference.withData(0, RELATION, 1, delta()))));
        Lsn committed = log.append(
                into -> TransactionRecord.encode(into, TransactionRecord.COMMIT, 731, PG_TIME)).end();
        log.append(new Watermark(committed)::encode);
        log.append(new RelationSizes(Map.of(RELATION, 2))::encode);
        log.append(new RestorePoint(PG_TIME, "half-way")::encode);
        byte[] content = new byte[8000];
        Arrays.fill(content, (byte) 'x');
        log.append(into -> LogicalMessage.encode(into, 0, PREFIX, ByteBuffer.wrap(content)));
        log.switchSegment();
        return log;
    }

    private static ByteBuffer text(String text) {
        return ByteBuffer.wrap(text.getBytes(StandardCharsets.US_ASCII));
    }

    private static ByteBuffer delta() {
        ByteBuffer delta = ByteBuffer.allocate(64).order(ByteOrder.LITTLE_ENDIAN);
        GenericDelta.putFragment(delta, 24, text("Hi"));
        return delta.flip();
    }

    private static List<WalRecord> recordsOf(MemoryLog log) throws Exception {
        List<WalRecord> records = new ArrayList<>();
        WalReader reader = log.reader();
        reader.limit(log.layout().startOf(log.layout().segmentOf(START).next()));
        while (reader.next() instanceof ReadOutcome.Complete(WalRecord record, _)) {
            records.add(record);
        }
        return records;
    }

    @Test
    void the_documents_bytes_are_what_the_encoders_write() throws Exception {
        byte[] written = workedLog().segment(1);

        List<Piece> pieces = FormatDocument.read().pieces();

        for (Piece piece : pieces) {
            int from = (int) piece.at().minus(START);
            assertThat(piece.bytes()).as("bytes at %s", piece.at())
                    .isEqualTo(Arrays.copyOfRange(written, from, from + piece.bytes().length));
        }
        assertThat(FormatDocument.read().segment(START, PageLayout.SEGMENT_BYTES_MIN))
                .as("nothing but zeros is left out").isEqualTo(written);
    }

    @Test
    void the_documents_lines_follow_each_other_without_overlap() throws Exception {
        Lsn end = START;
        for (Piece piece : FormatDocument.read().pieces()) {
            assertThat(piece.at()).isGreaterThanOrEqualTo(end);
            end = piece.at().plus(piece.bytes().length);
        }
    }

    @Test
    void the_decoder_reads_the_documents_bytes() throws Exception {
        MemoryLog log = MemoryLog.small();
        byte[] segment = FormatDocument.read().segment(START, PageLayout.SEGMENT_BYTES_MIN);
        System.arraycopy(segment, 0, log.segment(1), 0, segment.length);

        List<WalRecord> records = recordsOf(log);

        assertThat(records).hasSize(11);
        assertThat(CheckpointRecord.decode(records.get(0)).checkpoint().nextXid()).isEqualTo(731);
        assertThat(RunningXacts.decode(records.get(1)).nextXid()).isEqualTo(731);
        assertThat(records.get(2).blocks()).hasSize(2);
        assertThat(LogicalMessage.decode(records.get(3)).prefix()).isEqualTo("app");
        assertThat(records.get(4).blocks().get(0).data()).isEqualTo(delta());
        assertThat(TransactionRecord.decode(records.get(5)).time()).isEqualTo(PG_TIME);
        assertThat(Watermark.decode(records.get(6)).durable()).isEqualTo(records.get(5).end());
        assertThat(RelationSizes.decode(records.get(7)).blocks()).containsExactly(Map.entry(RELATION, 2));
        assertThat(RestorePoint.decode(records.get(8)).name()).isEqualTo("half-way");
    }

    @Test
    void pg_waldump_says_of_the_documents_bytes_what_the_document_says() throws Exception {
        Files.write(directory.resolve("000000010000000000000001"),
                FormatDocument.read().segment(START, PageLayout.SEGMENT_BYTES_MIN));

        Output output = PostgresPrograms.execute(List.of("env", "TZ=UTC", "LC_ALL=C",
                PostgresPrograms.find("pg_waldump").toString(),
                directory.resolve("000000010000000000000001").toString()), Map.of());

        assertThat(output.err()).isEmpty();
        assertThat(output.exitCode()).isZero();
        List<String> said = output.lines().stream().map(FormatDocumentTest::shortened).toList();
        assertThat(FormatDocument.read().block("waldump")).isEqualTo(said);
    }

    /// As the document has them: a payload's end is cut off.
    private static String shortened(String line) {
        String stripped = line.stripTrailing();
        return stripped.length() <= 170 ? stripped : stripped.substring(0, 167) + "...";
    }
}
