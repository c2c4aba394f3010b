package dev.seawall.tools.testfsync;

import static org.assertj.core.api.Assertions.assertThat;

import dev.seawall.tools.testfsync.FileStateTrial.State;
import dev.seawall.tools.testfsync.storage.Verdict;
import dev.seawall.walwriter.segments.FlushPath;
import dev.seawall.walwriter.segments.SyncMethod;
import java.util.List;
import java.util.stream.Stream;
import org.HdrHistogram.Histogram;
import org.junit.jupiter.api.Test;

final class RecommendationTest {

    private static Timing timing(String name, long micros) {
        Histogram latency = Timing.histogram();
        latency.recordValue(micros * 1000);
        return new Timing(name, 4096, latency, micros * 1000);
    }

    private static Section methods(FlushPath fastest) {
        return new Section("methods", "", FlushPath.all().stream()
                .map(path -> timing(path.toString(), path.equals(fastest) ? 50 : 100)).toList());
    }

    private static Section files(long growing, long unwritten, long zeroed, long recycled) {
        return new Section("files", "", Stream.of(State.values())
                .map(state -> timing(state.text(), switch (state) {
                    case GROWING -> growing;
                    case UNWRITTEN -> unwritten;
                    case ZEROED -> zeroed;
                    case RECYCLED -> recycled;
                })).toList());
    }

    private static Recommendation of(FlushPath fastest, Section files) {
        return Recommendation.of(Recommendation.choice(methods(fastest), methods(fastest)), files);
    }

    @Test
    void the_fastest_method_is_recommended_with_the_reason() {
        Recommendation made = of(new FlushPath(SyncMethod.FDATASYNC, false), files(500, 400, 100, 100));

        assertThat(made.settings()).containsEntry("wal_sync_method", "fdatasync").containsEntry("wal_direct_io", "off");
        assertThat(made.reasons().get("wal_sync_method")).startsWith("2.0 times as fast");
        assertThat(made.lines(new Verdict(List.of()))).anyMatch(line -> line.startsWith("  wal_direct_io = off "));
    }

    @Test
    void zeros_are_written_where_the_first_write_costs_more_otherwise() {
        assertThat(of(FlushPath.DEFAULT, files(500, 400, 100, 100)).settings())
                .containsEntry("wal_init_zero", "on").containsEntry("wal_recycle", "on");
    }

    @Test
    void a_file_system_that_writes_nothing_in_place_needs_neither_zeros_nor_old_segments() {
        assertThat(of(FlushPath.DEFAULT, files(1000, 1000, 1000, 1700)).settings())
                .containsEntry("wal_init_zero", "off").containsEntry("wal_recycle", "off");
    }
}
