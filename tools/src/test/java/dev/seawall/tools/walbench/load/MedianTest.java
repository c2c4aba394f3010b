package dev.seawall.tools.walbench.load;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.Test;

final class MedianTest {

    @Test
    void it_is_the_one_in_the_middle_or_between_the_two() {
        assertThat(Median.of(List.of(5.0, 1.0, 9.0))).isEqualTo(5);
        assertThat(Median.of(List.of(4.0, 1.0, 9.0, 2.0))).isEqualTo(3);
        assertThat(Median.of(List.of(7.0))).isEqualTo(7);
        assertThatThrownBy(() -> Median.of(List.of())).isInstanceOf(IllegalArgumentException.class);
    }
}
