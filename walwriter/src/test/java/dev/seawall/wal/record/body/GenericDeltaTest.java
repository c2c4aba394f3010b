package dev.seawall.wal.record.body;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.seawall.wal.record.BlockReference;
import dev.seawall.wal.record.EncodedRecord;
import dev.seawall.wal.record.RecordDecoder.MalformedRecordException;
import dev.seawall.wal.record.RelationId;
import dev.seawall.wal.record.SealedBytes;
import dev.seawall.wal.record.WalRecord;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

final class GenericDeltaTest {

    private static final RelationId RELATION = new RelationId(1663, 5, 16384);

    private final EncodedRecord encoded = new EncodedRecord(64);

    @AfterEach
    void close() {
        encoded.close();
    }

    private static ByteBuffer fragments(Object... offsetsAndTexts) {
        ByteBuffer fragments = ByteBuffer.allocate(9000).order(ByteOrder.LITTLE_ENDIAN);
        for (int i = 0; i < offsetsAndTexts.length; i += 2) {
            GenericDelta.putFragment(fragments, (Integer) offsetsAndTexts[i], ByteBuffer.wrap(
                    ((String) offsetsAndTexts[i + 1]).getBytes(StandardCharsets.US_ASCII)));
        }
        return fragments.flip();
    }

    private static ByteBuffer page(int lower, int upper) {
        ByteBuffer page = ByteBuffer.allocate(8192).order(ByteOrder.LITTLE_ENDIAN);
        for (int at = 24; at < 8192; at++) {
            page.put(at, (byte) '.');
        }
        return page.putShort(12, (short) lower).putShort(14, (short) upper);
    }

    private static String text(ByteBuffer page, int at, int length) {
        byte[] bytes = new byte[length];
        page.get(at, bytes);
        return new String(bytes, StandardCharsets.US_ASCII);
    }

    @Test
    void fragments_come_back_and_change_the_page_in_order() throws Exception {
        ByteBuffer delta = fragments(100, "first", 102, "SECOND", 8190, "ok");
        GenericDelta.encode(encoded, 731, List.of(BlockReference.withData(0, RELATION, 9, delta)));

        WalRecord record = SealedBytes.decode(encoded);
        ByteBuffer page = page(24, 24);
        GenericDelta.apply(record.blocks().get(0).data(), page);

        assertThat(GenericDelta.is(record)).isTrue();
        assertThat(record.mainData().remaining()).isZero();
        assertThat(text(page, 98, 12)).isEqualTo("..fiSECOND..");
        assertThat(text(page, 8188, 4)).isEqualTo("..ok");
    }

    @Test
    void what_lies_between_lower_and_upper_is_zeroed_as_postgresql_does_it() throws Exception {
        ByteBuffer page = page(100, 8000);

        GenericDelta.apply(fragments(99, "abc", 7999, "xyz"), page);

        assertThat(text(page, 98, 3)).isEqualTo(".a\0");
        assertThat(text(page, 7999, 3)).isEqualTo("\0yz");
        for (int at = 100; at < 8000; at++) {
            assertThat(page.get(at)).isZero();
        }
    }

    @Test
    void a_fragment_that_leaves_the_page_or_is_cut_off_is_refused() {
        ByteBuffer outside = ByteBuffer.allocate(8).order(ByteOrder.LITTLE_ENDIAN)
                .putShort(0, (short) 8190).putShort(2, (short) 4);
        ByteBuffer cut = ByteBuffer.allocate(8).order(ByteOrder.LITTLE_ENDIAN)
                .putShort(0, (short) 100).putShort(2, (short) 5);

        assertThatThrownBy(() -> GenericDelta.apply(outside, page(24, 24)))
                .isInstanceOf(MalformedRecordException.class)
                .hasMessage("generic record's fragment of 4 bytes at 8190 leaves the page");
        assertThatThrownBy(() -> GenericDelta.apply(cut, page(24, 24))).isInstanceOf(MalformedRecordException.class);
        assertThatThrownBy(() -> GenericDelta.apply(cut.limit(3), page(24, 24)))
                .isInstanceOf(MalformedRecordException.class).hasMessage("generic record's fragment is cut off");
    }

    @Test
    void a_page_whose_upper_is_below_its_lower_is_refused() {
        assertThatThrownBy(() -> GenericDelta.apply(fragments(), page(200, 100)))
                .isInstanceOf(MalformedRecordException.class).hasMessage("page has pd_lower 200 and pd_upper 100");
    }

    @Test
    void five_blocks_are_more_than_a_real_server_takes() {
        BlockReference block = BlockReference.withData(0, RELATION, 1, fragments(24, "x"));

        assertThatThrownBy(() -> GenericDelta.encode(encoded, 731, Collections.nCopies(5, block)))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void a_relation_grows_by_33_pages_in_one_record_of_less_than_2_KiB() throws Exception {
        PageImages.encodeEmpty(encoded, RELATION, 7, 33);

        WalRecord record = SealedBytes.decode(encoded);

        assertThat(PageImages.is(record)).isTrue();
        assertThat(record.xid()).isZero();
        assertThat(record.totalLength()).isLessThan(2048);
        assertThat(record.blocks()).hasSize(33).extracting(BlockReference::block).startsWith(7, 8).endsWith(39);
        assertThat(record.blocks()).allSatisfy(block -> {
            assertThat(block.relation()).isEqualTo(RELATION);
            assertThat(block.image().holeLength()).isEqualTo(8168);
        });
    }
}
