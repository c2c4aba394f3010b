package dev.seawall.wal;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// What a page's magic number tells.
final class WalVersionTest {

    @ParameterizedTest
    @CsvSource({"D106, 13", "D10D, 14", "D110, 15", "D113, 16", "D116, 17", "D118, 18"})
    void a_magic_number_is_one_versions(String magic, int major) {
        assertThat(WalVersion.ofMagic(Integer.parseInt(magic, 16))).get()
                .satisfies(version -> assertThat(version.major()).isEqualTo(major));
    }

    @Test
    void other_numbers_are_none() {
        assertThat(WalVersion.ofMagic(0)).isEmpty();
        assertThat(WalVersion.ofMagic(0xD105)).isEmpty();
        assertThat(WalVersion.ofMagic(0xD111)).isEmpty();
    }

    @Test
    void flags_of_images_before_15_are_translated() {
        int oldHoleCompressedApplied = 0x07;
        int oldRawApplied = 0x04;

        assertThat(WalVersion.V14.imageFlags(oldHoleCompressedApplied)).isEqualTo(0x01 | 0x02 | 0x04);
        assertThat(WalVersion.V13.imageFlags(oldRawApplied)).isEqualTo(0x02);
        assertThat(WalVersion.V13.imageFlags(0x02)).isEqualTo(0x04);
        assertThat(WalVersion.V15.imageFlags(0x0A)).isEqualTo(0x0A);
    }
}
