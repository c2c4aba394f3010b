package dev.seawall.wal.record;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.seawall.wal.Lsn;
import dev.seawall.wal.WalVersion;
import dev.seawall.wal.record.RecordDecoder.MalformedRecordException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.HexFormat;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import java.util.zip.CRC32C;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

final class RecordDecoderTest {

    private static final Lsn START = new Lsn(0x100_0058);
    private static final Lsn PREVIOUS = new Lsn(0x100_0040);

    static LongStream seeds() {
        return LongStream.range(0, 40);
    }

    @ParameterizedTest
    @MethodSource("seeds")
    void any_record_encoded_again_from_its_decoded_parts_has_the_same_bytes(long seed) throws Exception {
        RandomRecords records = new RandomRecords(seed);
        try (EncodedRecord first = new EncodedRecord(64); EncodedRecord second = new EncodedRecord(64)) {
            for (int i = 0; i < 50; i++) {
                records.next(first);
                ByteBuffer bytes = sealed(first);

                WalRecord record = RecordDecoder.decode(bytes, START, START.plus(bytes.remaining()));
                byte[] main = new byte[record.mainData().remaining()];
                record.body().get(main);
                RandomRecords.encode(second, record.resourceManager(), record.info(), record.xid(), record.origin(),
                        record.topXid(), record.blocks(), main);

                assertThat(record.totalLength()).isEqualTo(bytes.remaining());
                assertThat(record.previous()).isEqualTo(PREVIOUS);
                assertThat(sealed(second)).as("seed %d, record %d", seed, i).isEqualTo(bytes);
            }
        }
    }

    @ParameterizedTest
    @MethodSource("seeds")
    void any_truncation_and_any_damage_is_decoded_within_bounds_or_refused(long seed) {
        RandomRecords records = new RandomRecords(seed);
        Random random = new Random(seed);
        try (EncodedRecord encoded = new EncodedRecord(64)) {
            for (int i = 0; i < 20; i++) {
                records.next(encoded);
                ByteBuffer bytes = sealed(encoded);
                IntStream.range(0, Math.min(bytes.remaining(), 400))
                        .forEach(length -> decodeOrRefuse(bytes.slice(0, length)));
                for (int n = 0; n < 200; n++) {
                    ByteBuffer damaged = copy(bytes);
                    int at = Math.min(random.nextInt(64), bytes.remaining() - 1);
                    damaged.put(at, (byte) random.nextInt());
                    decodeOrRefuse(damaged);
                }
            }
        }
    }

    private static void decodeOrRefuse(ByteBuffer bytes) {
        RecordInPlace inPlace = new RecordInPlace();
        boolean isTaken = bytes.remaining() >= EncodedRecord.HEADER_BYTES
                && ResourceManagerId.isValid(bytes.get(EncodedRecord.RESOURCE_MANAGER_OFFSET) & 0xFF)
                && inPlace.read(amongOthers(bytes), 8, bytes.remaining(), WalVersion.V15);
        try {
            WalRecord record = RecordDecoder.decode(bytes, START, START);
            assertThat(isTaken).isTrue();
            assertAgreement(inPlace, record);
            int payload = record.mainData().remaining();
            for (BlockReference block : record.blocks()) {
                payload += block.data().remaining() + (block.image() == null ? 0 : block.image().stored().remaining());
            }
            assertThat(payload).isLessThanOrEqualTo(bytes.remaining() - EncodedRecord.HEADER_BYTES);
        } catch (MalformedRecordException e) {
            assertThat(e.getMessage()).isNotEmpty();
            assertThat(isTaken).as(e.getMessage()).isFalse();
        }
    }

    /// The record in memory that goes on behind it, as a page does.
    private static ByteBuffer amongOthers(ByteBuffer record) {
        ByteBuffer memory = ByteBuffer.allocateDirect(record.remaining() + 72).order(ByteOrder.LITTLE_ENDIAN);
        return memory.put(8, record, record.position(), record.remaining());
    }

    private static void assertAgreement(RecordInPlace inPlace, WalRecord record) {
        assertThat(inPlace.totalLength()).isEqualTo(record.totalLength());
        assertThat(inPlace.xid()).isEqualTo(record.xid());
        assertThat(inPlace.info()).isEqualTo(record.info());
        assertThat(inPlace.topXid()).isEqualTo(record.topXid());
        assertThat(inPlace.resourceManager()).isEqualTo(record.resourceManager());
        assertThat(inPlace.imageBytes()).isEqualTo(record.blocks().stream().map(BlockReference::image)
                .filter(Objects::nonNull).mapToInt(image -> image.stored().remaining()).sum());
        assertThat(inPlace.blocks()).isEqualTo(record.blocks().size());
        for (int i = 0; i < inPlace.blocks(); i++) {
            BlockReference block = record.blocks().get(i);
            assertThat(inPlace.relation(i)).isEqualTo(block.relation());
            assertThat(inPlace.isOf(i, block.relation())).isTrue();
            assertThat(inPlace.fork(i)).isEqualTo(block.fork());
            assertThat(inPlace.blockNumber(i)).isEqualTo(block.block());
        }
        byte[] main = new byte[record.mainData().remaining()];
        record.body().get(main);
        assertThat(inPlace.mainLength()).isEqualTo(main.length);
        assertThat(inPlace.isMain(0, main)).isTrue();
    }

    @ParameterizedTest
    @MethodSource("seeds")
    void no_flipped_bit_leaves_the_checksum_right(long seed) {
        RandomRecords records = new RandomRecords(seed);
        Random random = new Random(seed);
        try (EncodedRecord encoded = new EncodedRecord(64)) {
            records.next(encoded);
            ByteBuffer bytes = sealed(encoded);
            assertThat(isChecksumRight(bytes)).isTrue();
            int step = 1 + bytes.remaining() / 500;
            for (int at = 0; at < bytes.remaining(); at += step) {
                ByteBuffer damaged = copy(bytes);
                damaged.put(at, (byte) (bytes.get(at) ^ 1 << random.nextInt(8)));
                assertThat(isChecksumRight(damaged)).as("seed %d, byte %d", seed, at).isFalse();
            }
        }
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            FF                                             | record with invalid length
            FF05616263                                     | record with invalid length
            FE                                             | record with invalid length
            FEFFFFFFFF00                                   | record with invalid length
            FF0061                                         | record with invalid length
            FD01                                           | record with invalid length
            FC010000                                       | record with invalid length
            00                                             | record with invalid length
            30                                             | invalid block_id 48
            21                                             | invalid block_id 33
            01000000 7F060000 05000000 00400000 01000000 00| out-of-order block_id 0
            01200000                       | BKPBLOCK_HAS_DATA set, but no data included
            01000500                       | BKPBLOCK_HAS_DATA not set, but data length is 5
            01100000 6400 0000 01| BKPIMAGE_HAS_HOLE set, but hole offset 0 length 8092 block image length 100
            01100000 6400 0500 00 | BKPIMAGE_HAS_HOLE not set, but hole offset 5 length 8092
            01100000 0020 0000 04 | BKPIMAGE_COMPRESSED set, but block image length 8192
            01800000 01000000     | BKPBLOCK_SAME_REL set but no previous rel
            """)
    void what_is_wrong_with_a_record_is_said_in_pg_waldumps_words(String body, String message) {
        byte[] bytes = HexFormat.of().parseHex(body.replace(" ", ""));
        ByteBuffer record = ByteBuffer.allocate(24 + bytes.length).order(ByteOrder.LITTLE_ENDIAN);
        record.putInt(0, record.capacity()).putLong(8, PREVIOUS.value()).put(24, bytes);

        assertThatThrownBy(() -> RecordDecoder.decode(record, START, START))
                .isInstanceOf(MalformedRecordException.class).hasMessage(message + " at " + PREVIOUS);
    }

    @Test
    void an_unknown_resource_manager_is_refused() {
        ByteBuffer record = ByteBuffer.allocate(24).order(ByteOrder.LITTLE_ENDIAN);
        record.putInt(0, 24).put(17, (byte) 22);

        assertThatThrownBy(() -> RecordDecoder.decode(record, START, START))
                .isInstanceOf(MalformedRecordException.class).hasMessage("invalid resource manager ID 22 at 0/1000058");
    }

    @Test
    void a_second_block_of_the_same_relation_does_not_repeat_it() {
        RelationId relation = new RelationId(1663, 5, 16384);
        ByteBuffer data = ByteBuffer.wrap(new byte[3]);
        List<BlockReference> same = List.of(BlockReference.withData(0, relation, 1, data),
                BlockReference.withData(1, relation, 2, data));
        List<BlockReference> other = List.of(same.get(0),
                BlockReference.withData(1, new RelationId(1663, 5, 16385), 2, data));
        try (EncodedRecord encoded = new EncodedRecord(64)) {
            RandomRecords.encode(encoded, ResourceManagerId.GENERIC, 0, 0, 0, 0, same, new byte[0]);
            int shorter = encoded.length();
            RandomRecords.encode(encoded, ResourceManagerId.GENERIC, 0, 0, 0, 0, other, new byte[0]);

            assertThat(shorter).isEqualTo(24 + 20 + 8 + 6);
            assertThat(encoded.length()).isEqualTo(shorter + 12);
        }
    }

    private static boolean isChecksumRight(ByteBuffer record) {
        CRC32C crc = new CRC32C();
        crc.update(record.slice(24, record.remaining() - 24));
        crc.update(record.slice(0, 20));
        return record.getInt(20) == (int) crc.getValue();
    }

    private static ByteBuffer copy(ByteBuffer bytes) {
        return ByteBuffer.allocate(bytes.remaining()).order(ByteOrder.LITTLE_ENDIAN)
                .put(0, bytes, 0, bytes.remaining());
    }

    private static ByteBuffer sealed(EncodedRecord record) {
        return SealedBytes.of(record, PREVIOUS);
    }
}
