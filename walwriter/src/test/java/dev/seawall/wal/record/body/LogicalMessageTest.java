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
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class LogicalMessageTest {

    private final EncodedRecord encoded = new EncodedRecord(64);

    @AfterEach
    void close() {
        encoded.close();
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 200, 255, 256, 8192, 100_000})
    void a_message_of_any_length_comes_back(int length) throws Exception {
        byte[] content = new byte[length];
        java.util.Arrays.fill(content, (byte) 'x');
        LogicalMessage.encode(encoded, 731, bytes("app"), ByteBuffer.wrap(content));

        WalRecord record = SealedBytes.decode(encoded);
        LogicalMessage message = LogicalMessage.decode(record);

        assertThat(record.xid()).isEqualTo(731);
        assertThat(record.resourceManager()).isEqualTo(ResourceManagerId.LOGICAL_MESSAGE);
        assertThat(message.isTransactional()).isTrue();
        assertThat(message.database()).isEqualTo(5);
        assertThat(message.prefix()).isEqualTo("app");
        assertThat(message.content()).isEqualTo(ByteBuffer.wrap(content));
        assertThat(record.totalLength()).isEqualTo(24 + EncodedRecord.mainHeaderBytes(28 + length) + 28 + length);
    }

    @Test
    void a_nul_at_the_prefixs_end_changes_nothing() throws Exception {
        LogicalMessage.encode(encoded, 0, bytes("app\0"), ByteBuffer.wrap(bytes("x")));
        ByteBuffer with = SealedBytes.of(encoded, Lsn.INVALID);
        LogicalMessage.encode(encoded, 0, bytes("app"), ByteBuffer.wrap(bytes("x")));

        assertThat(SealedBytes.of(encoded, Lsn.INVALID)).isEqualTo(with);
        assertThat(LogicalMessage.decode(SealedBytes.decode(encoded)).isTransactional()).isFalse();
    }

    @Test
    void only_the_contents_position_to_limit_is_logged_and_left_as_it_was() throws Exception {
        ByteBuffer content = ByteBuffer.wrap(bytes("0123456789")).position(3).limit(6);
        LogicalMessage.encode(encoded, 0, bytes("p"), content);

        ByteBuffer logged = LogicalMessage.decode(SealedBytes.decode(encoded)).content();
        assertThat(logged).isEqualTo(ByteBuffer.wrap(bytes("345")));
        assertThat(content.position()).isEqualTo(3);
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 23, 24, 30})
    void main_data_that_is_no_message_is_refused(int length) throws Exception {
        byte[] main = new byte[length];
        RandomRecords.encode(encoded, ResourceManagerId.LOGICAL_MESSAGE, 0, 0, 0, 0, List.of(), main);
        WalRecord record = SealedBytes.decode(encoded);

        assertThatThrownBy(() -> LogicalMessage.decode(record)).isInstanceOf(MalformedRecordException.class)
                .hasMessageStartingWith("logical message ");
    }

    @Test
    void huge_lengths_in_a_message_are_refused_not_believed() throws Exception {
        for (long prefix : new long[] {-1, 0, Long.MAX_VALUE, 1L << 32 | 1}) {
            byte[] main = ByteBuffer.allocate(32).order(java.nio.ByteOrder.LITTLE_ENDIAN)
                    .putLong(8, prefix).putLong(16, 8 - prefix).array();
            RandomRecords.encode(encoded, ResourceManagerId.LOGICAL_MESSAGE, 0, 0, 0, 0, List.of(), main);
            WalRecord record = SealedBytes.decode(encoded);

            assertThatThrownBy(() -> LogicalMessage.decode(record)).isInstanceOf(MalformedRecordException.class);
        }
    }

    @Test
    void a_watermark_is_a_message_that_says_what_was_durable() throws Exception {
        new Watermark(new Lsn(0x16_B374_D848L)).encode(encoded);

        WalRecord record = SealedBytes.decode(encoded);

        assertThat(Watermark.is(record)).isTrue();
        assertThat(RelationSizes.is(record)).isFalse();
        assertThat(Watermark.decode(record).durable()).isEqualTo(new Lsn(0x16_B374_D848L));
        assertThat(record.xid()).isZero();
        assertThat(LogicalMessage.decode(record).prefix()).isEqualTo("seawall.watermark");
    }

    @Test
    void a_message_whose_prefix_merely_begins_like_a_watermarks_is_none() throws Exception {
        LogicalMessage.encode(encoded, 0, bytes("seawall.watermarks"), ByteBuffer.allocate(8));
        assertThat(Watermark.is(SealedBytes.decode(encoded))).isFalse();
        LogicalMessage.encode(encoded, 0, bytes("seawall.watermar"), ByteBuffer.allocate(8));
        assertThat(Watermark.is(SealedBytes.decode(encoded))).isFalse();
    }

    @Test
    void relation_sizes_keep_every_relation_and_their_order() throws Exception {
        Map<RelationId, Integer> sizes = new LinkedHashMap<>();
        for (int i = 0; i < 100; i++) {
            sizes.put(new RelationId(1663, 5, 20_000 - i), i);
        }
        new RelationSizes(sizes).encode(encoded);

        RelationSizes decoded = RelationSizes.decode(SealedBytes.decode(encoded));

        assertThat(decoded.blocks()).containsExactlyEntriesOf(sizes);
    }
}
