package dev.seawall.checkpointer.files;

import static org.assertj.core.api.Assertions.assertThat;

import dev.seawall.wal.Lsn;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Random;
import org.junit.jupiter.api.Test;

final class DataPageTest {

    private static ByteBuffer page() {
        ByteBuffer page = ByteBuffer.allocate(DataPage.BYTES).order(ByteOrder.LITTLE_ENDIAN);
        DataPage.initialize(page);
        return page;
    }

    @Test
    void an_lsn_is_stored_with_its_high_half_first() {
        ByteBuffer page = page();

        DataPage.lsn(page, new Lsn(0x1234_5678_9ABC_DEF0L));

        assertThat(page.getInt(0)).isEqualTo(0x1234_5678);
        assertThat(page.getInt(4)).isEqualTo(0x9ABC_DEF0);
        assertThat(DataPage.lsn(page)).isEqualTo(new Lsn(0x1234_5678_9ABC_DEF0L));
    }

    @Test
    void an_empty_page_is_sane_and_not_new() {
        assertThat(DataPage.isSane(page())).isTrue();
        assertThat(DataPage.isNew(page())).isFalse();
        assertThat(DataPage.isNew(ByteBuffer.allocate(DataPage.BYTES))).isTrue();
    }

    @Test
    void a_header_that_postgresql_would_refuse_is_not_sane() {
        assertThat(DataPage.isSane(page().putShort(12, (short) 23))).isFalse();
        assertThat(DataPage.isSane(page().putShort(12, (short) 25))).isFalse();
        assertThat(DataPage.isSane(page().putShort(16, (short) 8193))).isFalse();
        assertThat(DataPage.isSane(page().putShort(18, (short) 0x2003))).isFalse();
    }

    @Test
    void the_checksum_sees_every_byte_but_its_own_and_the_block() {
        PageChecksum checksum = new PageChecksum();
        ByteBuffer page = page();
        byte[] content = new byte[8000];
        new Random(7).nextBytes(content);
        page.put(100, content);
        int right = checksum.of(page, 5);

        assertThat(right).isBetween(1, 65535);
        assertThat(checksum.of(page, 6)).isNotEqualTo(right);
        for (int at = 0; at < DataPage.BYTES; at++) {
            page.put(at, (byte) (page.get(at) ^ 0x40));
            boolean isItself = at == 8 || at == 9;
            assertThat(checksum.of(page, 5) == right).as("byte %d", at).isEqualTo(isItself);
            page.put(at, (byte) (page.get(at) ^ 0x40));
        }
    }
}
