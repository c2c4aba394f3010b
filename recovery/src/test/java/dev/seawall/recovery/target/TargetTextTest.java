package dev.seawall.recovery.target;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.seawall.wal.Lsn;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// Targets as settings and options say them.
final class TargetTextTest {

    private static RecoveryTarget time(String text) {
        return new TargetText("", "", "", "", text, true).target();
    }

    @Test
    void nothing_given_means_the_end_of_the_log() {
        assertThat(TargetText.NONE.target()).isEqualTo(new RecoveryTarget.Latest());
    }

    @Test
    void each_kind_is_understood() {
        assertThat(new TargetText("immediate", "", "", "", "", true).target())
                .isEqualTo(new RecoveryTarget.Immediate());
        assertThat(new TargetText("", "noon", "", "", "", true).target()).isEqualTo(new RecoveryTarget.Name("noon"));
        assertThat(new TargetText("", "", "16/B374D848", "", "", false).target())
                .isEqualTo(new RecoveryTarget.AtLsn(new Lsn(0x16B374D848L), false));
        assertThat(new TargetText("", "", "", "4294967999", "", true).target())
                .isEqualTo(new RecoveryTarget.AtXid(4_294_967_999L, true));
    }

    @ParameterizedTest
    @CsvSource({
        "2026-11-22 14:00:00+00, 2026-11-22T14:00:00Z",
        "2026-11-22 14:00:00.123456+00, 2026-11-22T14:00:00.123456Z",
        "2026-11-22T14:00:00Z, 2026-11-22T14:00:00Z",
        "2026-11-22 14:00:00 UTC, 2026-11-22T14:00:00Z",
        "2026-11-22 16:30:00+02:30, 2026-11-22T14:00:00Z",
        "2026-11-22 09:00:00-0500, 2026-11-22T14:00:00Z",
        "2026-11-22 14:00+00, 2026-11-22T14:00:00Z"})
    void times_are_understood_with_their_zone(String text, Instant time) {
        assertThat(time(text)).isEqualTo(new RecoveryTarget.AtTime(time, true));
    }

    @Test
    void a_time_without_a_zone_is_refused() {
        assertThatThrownBy(() -> time("2026-11-22 14:00:00")).hasMessageContaining("no time zone");
    }

    @ParameterizedTest
    @ValueSource(strings = {"yesterday", "2026-13-01 00:00:00Z", "14:00:00Z", "2026-11-22Z", "2026-11-22 14:00:00+99"})
    void what_is_no_time_is_refused(String text) {
        assertThatThrownBy(() -> time(text)).isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("not a time").hasMessageContaining("HINT");
    }

    @Test
    void two_targets_are_refused() {
        assertThatThrownBy(() -> new TargetText("", "noon", "16/0", "", "", true).target())
                .hasMessageContaining("multiple recovery targets: name \"noon\", LSN 16/0");
    }

    @ParameterizedTest
    @ValueSource(strings = {"-1", "0x10", "twelve", "2", "99999999999999999999"})
    void what_is_no_transaction_is_refused(String text) {
        assertThatThrownBy(() -> new TargetText("", "", "", text, "", true).target())
                .isInstanceOf(IllegalArgumentException.class).hasMessageContaining("HINT");
    }

    @Test
    void the_only_word_is_immediate() {
        assertThatThrownBy(() -> new TargetText("soon", "", "", "", "", true).target())
                .hasMessageContaining("\"soon\"");
    }
}
