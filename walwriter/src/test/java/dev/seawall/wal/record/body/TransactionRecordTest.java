package dev.seawall.wal.record.body;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.seawall.wal.Lsn;
import dev.seawall.wal.record.EncodedRecord;
import dev.seawall.wal.record.RandomRecords;
import dev.seawall.wal.record.RecordDecoder.MalformedRecordException;
import dev.seawall.wal.record.RelationId;
import dev.seawall.wal.record.ResourceManagerId;
import dev.seawall.wal.record.SealedBytes;
import dev.seawall.wal.record.WalRecord;
import dev.seawall.wal.record.body.TransactionRecord.DroppedStatistics;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

final class TransactionRecordTest {

    private final EncodedRecord encoded = new EncodedRecord(64);

    @AfterEach
    void close() {
        encoded.close();
    }

    @Test
    void a_commit_is_34_bytes_whose_time_can_be_stamped_when_it_has_its_place() throws Exception {
        TransactionRecord.encode(encoded, TransactionRecord.COMMIT, 731, 0);
        TransactionRecord.stamp(encoded, 753_184_800_000_000L);

        WalRecord record = SealedBytes.decode(encoded);
        TransactionRecord commit = TransactionRecord.decode(record);

        assertThat(record.totalLength()).isEqualTo(34).isEqualTo(TransactionRecord.BYTES);
        assertThat(SealedBytes.of(encoded, Lsn.INVALID).getLong(TransactionRecord.TIME_OFFSET))
                .isEqualTo(753_184_800_000_000L);
        assertThat(record.xid()).isEqualTo(731);
        assertThat(TransactionRecord.isCommit(record)).isTrue();
        assertThat(TransactionRecord.isAbort(record)).isFalse();
        assertThat(commit.isCommit()).isTrue();
        assertThat(commit.time()).isEqualTo(753_184_800_000_000L);
        assertThat(commit.subxacts()).isEmpty();
    }

    @Test
    void an_abort_is_no_commit() throws Exception {
        TransactionRecord.encode(encoded, TransactionRecord.ABORT, 731, 5);

        WalRecord record = SealedBytes.decode(encoded);

        assertThat(TransactionRecord.isAbort(record)).isTrue();
        assertThat(TransactionRecord.isCommit(record)).isFalse();
        assertThat(TransactionRecord.decode(record).isCommit()).isFalse();
    }

    /// Everything that xinfo can announce, in the order of the format.
    private static byte[] everything() {
        ByteBuffer main = ByteBuffer.allocate(500).order(ByteOrder.LITTLE_ENDIAN);
        main.putLong(77).putInt(0x1BF | 1 << 31);
        main.putInt(5).putInt(1663);
        main.putInt(2).putInt(732).putInt(733);
        main.putInt(1).putInt(1663).putInt(5).putInt(16384);
        main.putInt(1).putInt(1).putInt(5).putInt(16385);
        main.putInt(1).putInt(0xFE).putInt(5).putInt(1259).putInt(0);
        main.putInt(731).put("name\0".getBytes(StandardCharsets.US_ASCII));
        main.putLong(0x1234).putLong(88);
        return Arrays.copyOf(main.array(), main.position());
    }

    private WalRecord record(int kind, byte[] main) throws Exception {
        RandomRecords.encode(encoded, ResourceManagerId.TRANSACTION, kind | TransactionRecord.HAS_XINFO, 740, 7, 0,
                List.of(), main);
        return SealedBytes.decode(encoded);
    }

    @Test
    void every_part_that_xinfo_announces_is_read() throws Exception {
        TransactionRecord commit = TransactionRecord.decode(record(TransactionRecord.COMMIT_PREPARED, everything()));

        assertThat(commit.isCommit()).isTrue();
        assertThat(commit.time()).isEqualTo(77);
        assertThat(commit.database()).isEqualTo(5);
        assertThat(commit.tablespace()).isEqualTo(1663);
        assertThat(commit.subxacts()).containsExactly(732, 733);
        assertThat(commit.droppedRelations()).containsExactly(new RelationId(1663, 5, 16384));
        assertThat(commit.droppedStatistics()).containsExactly(new DroppedStatistics(1, 5, 16385));
        assertThat(commit.invalidations()).hasSize(1);
        assertThat(commit.preparedXid()).isEqualTo(731);
        assertThat(commit.preparedName()).isEqualTo("name");
        assertThat(commit.originLsn()).isEqualTo(new Lsn(0x1234));
        assertThat(commit.originTime()).isEqualTo(88);
    }

    @Test
    void any_truncation_of_what_was_announced_is_refused() throws Exception {
        byte[] whole = everything();
        for (int length = 0; length < whole.length; length++) {
            WalRecord record = record(TransactionRecord.COMMIT_PREPARED, Arrays.copyOf(whole, length));
            assertThatThrownBy(() -> TransactionRecord.decode(record)).as("%d bytes", length)
                    .isInstanceOf(MalformedRecordException.class);
        }
    }

    @Test
    void a_count_that_cannot_be_is_refused_not_believed() throws Exception {
        for (int count : new int[] {-1, Integer.MAX_VALUE, 1 << 30}) {
            byte[] main = ByteBuffer.allocate(32).order(ByteOrder.LITTLE_ENDIAN)
                    .putInt(8, TransactionRecord.XINFO_SUBXACTS).putInt(12, count).array();
            WalRecord record = record(TransactionRecord.COMMIT, main);
            assertThatThrownBy(() -> TransactionRecord.decode(record)).isInstanceOf(MalformedRecordException.class)
                    .hasMessageContaining("announces " + count);
        }
    }
}
