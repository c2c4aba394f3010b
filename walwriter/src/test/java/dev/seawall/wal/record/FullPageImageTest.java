package dev.seawall.wal.record;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.seawall.wal.record.RecordDecoder.MalformedRecordException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class FullPageImageTest {

    private static final int PAGE = FullPageImage.PAGE_BYTES;

    private static ByteBuffer restored(FullPageImage image) throws MalformedRecordException {
        ByteBuffer page = ByteBuffer.allocate(PAGE).order(ByteOrder.LITTLE_ENDIAN);
        new Random(1).ints(PAGE).forEach(any -> page.put((byte) any));
        image.restore(page.clear());
        return page.flip();
    }

    @ParameterizedTest(name = "compression {0}")
    @ValueSource(ints = {0, 1, 2, 3})
    void a_page_comes_back_from_its_image_however_it_was_stored(int compression) throws Exception {
        RandomRecords records = new RandomRecords(compression);
        int compressed = 0;
        for (int i = 0; i < 200; i++) {
            ByteBuffer page = records.page();

            FullPageImage image = records.image(page, compression);

            compressed += image.isCompressed() ? 1 : 0;
            assertThat(restored(image)).isEqualTo(page);
        }
        assertThat(compressed).isEqualTo(compression == 0 ? 0 : 200);
    }

    @ParameterizedTest(name = "compression {0}")
    @ValueSource(ints = {0, 1, 2, 3})
    void a_damaged_image_is_refused_or_restores_within_its_page(int compression) {
        Random random = new Random(compression);
        RandomRecords records = new RandomRecords(compression);
        int refused = 0;
        for (int i = 0; i < 500; i++) {
            FullPageImage image = records.image(records.page(), compression);
            byte[] stored = new byte[Math.max(1, image.stored().remaining() - random.nextInt(3))];
            image.stored().duplicate().get(stored);
            stored[random.nextInt(stored.length)] = (byte) random.nextInt();
            FullPageImage damaged = new FullPageImage(
                    ByteBuffer.wrap(stored), image.holeOffset(), image.holeLength(), image.info());
            try {
                assertThat(restored(damaged).remaining()).isEqualTo(PAGE);
            } catch (MalformedRecordException e) {
                refused++;
            }
        }
        assertThat(refused).isPositive();
    }

    @Test
    void a_hole_beyond_the_page_is_refused() {
        FullPageImage image = new FullPageImage(ByteBuffer.allocate(2), 8190, 8190, FullPageImage.HAS_HOLE);

        assertThatThrownBy(() -> restored(image)).isInstanceOf(MalformedRecordException.class)
                .hasMessage("page image has a hole of 8190 bytes at 8190");
    }

    @Test
    void an_empty_page_is_24_bytes_and_restores_to_one_that_is_all_content() throws Exception {
        FullPageImage image = FullPageImage.ofEmptyPage();

        ByteBuffer page = restored(image);

        assertThat(image.stored().remaining()).isEqualTo(24);
        assertThat(page.getShort(12)).as("pd_lower").isEqualTo((short) 24);
        assertThat(page.getShort(14)).as("pd_upper").isEqualTo((short) 24);
        assertThat(page.getShort(16)).as("pd_special").isEqualTo((short) 8192);
        assertThat(page.getShort(18)).as("size and version").isEqualTo((short) 0x2004);
        for (int at = 20; at < PAGE; at++) {
            assertThat(page.get(at)).isZero();
        }
    }

    @Test
    void a_page_without_room_between_lower_and_upper_has_no_hole() throws Exception {
        ByteBuffer page = restored(FullPageImage.ofEmptyPage());

        FullPageImage image = FullPageImage.of(page);

        assertThat(image.holeLength()).isZero();
        assertThat(image.stored().remaining()).isEqualTo(PAGE);
    }
}
