package dev.seawall.walwriter.segments;

import static dev.seawall.walwriter.segments.SyncMethod.FDATASYNC;
import static dev.seawall.walwriter.segments.SyncMethod.FSYNC;
import static dev.seawall.walwriter.segments.SyncMethod.OPEN_DATASYNC;
import static org.assertj.core.api.Assertions.assertThat;

import dev.seawall.wal.disk.Disk;
import dev.seawall.wal.disk.LinuxDisk;
import dev.seawall.wal.disk.SimulatedDisk;
import dev.seawall.wal.role.SystemWorld;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class FlushChoiceTest {

    private static final Path WAL = Path.of("/pg_wal");
    private static final Duration MOMENT = Duration.ofMillis(50);

    @TempDir
    Path directory;

    private static FlushChoice.Trial trial(SyncMethod method, boolean isDirect, long lone, long batch) {
        return new FlushChoice.Trial(new FlushPath(method, isDirect), lone, batch, 0.9);
    }

    @Test
    void the_default_stays_unless_another_is_clearly_faster() {
        FlushChoice choice = FlushChoice.of(List.of(
                trial(OPEN_DATASYNC, true, 100_000, 200_000), trial(FDATASYNC, false, 92_000, 190_000)));

        assertThat(choice.path()).isEqualTo(FlushPath.DEFAULT);
        assertThat(choice.reason()).contains("The default").contains("\"fdatasync, buffered\" is not clearly faster");
    }

    @Test
    void what_is_clearly_faster_is_taken_and_the_reason_says_by_how_much() {
        FlushChoice choice = FlushChoice.of(List.of(
                trial(OPEN_DATASYNC, true, 100_000, 200_000), trial(FSYNC, false, 200_000, 400_000),
                trial(FDATASYNC, false, 50_000, 100_000)));

        assertThat(choice.path()).isEqualTo(new FlushPath(FDATASYNC, false));
        assertThat(choice.reason()).isEqualTo("2.0 times as fast as the default, \"open_datasync, O_DIRECT\".");
    }

    @Test
    void what_is_too_fast_to_be_true_is_not_taken() {
        FlushChoice choice = FlushChoice.of(List.of(
                trial(OPEN_DATASYNC, true, 100_000, 200_000), trial(FDATASYNC, false, 7_000, 40_000)));

        assertThat(choice.path()).isEqualTo(FlushPath.DEFAULT);
        assertThat(choice.reason()).contains("\"fdatasync, buffered\" is 8 times as fast, too fast for a sync");
    }

    @Test
    void what_was_faster_by_chance_now_and_then_is_not_taken() {
        FlushChoice choice = FlushChoice.of(List.of(trial(OPEN_DATASYNC, true, 100_000, 200_000),
                new FlushChoice.Trial(new FlushPath(FDATASYNC, true), 50_000, 100_000, 0.6)));

        assertThat(choice.path()).isEqualTo(FlushPath.DEFAULT);
    }

    @Test
    void a_lone_commit_and_a_batch_count_the_same() {
        FlushChoice choice = FlushChoice.of(List.of(
                trial(OPEN_DATASYNC, true, 100_000, 200_000), trial(FDATASYNC, true, 50_000, 500_000)));

        assertThat(choice.path()).isEqualTo(FlushPath.DEFAULT);
    }

    @Test
    void a_real_disk_is_measured_and_nothing_is_left_behind() throws IOException {
        Disk disk = new LinuxDisk();

        FlushChoice choice = FlushChoice.measure(disk, new SystemWorld(), directory, MOMENT);

        assertThat(choice.trials()).hasSizeBetween(4, 8)
                .allSatisfy(trial -> assertThat(trial.lone()).isPositive());
        assertThat(choice.trials()).extracting(FlushChoice.Trial::path).contains(choice.path());
        assertThat(disk.list(directory)).isEmpty();
    }

    @Test
    void without_o_direct_only_the_page_cache_is_tried() {
        SimulatedDisk disk = new SimulatedDisk(1);
        disk.makeDirectories(WAL);

        FlushChoice choice = FlushChoice.measure(SegmentSinkTest.withoutDirect(disk), new SystemWorld(), WAL, MOMENT);

        assertThat(choice.trials()).hasSize(4).allSatisfy(trial -> assertThat(trial.path().isDirect()).isFalse());
        assertThat(choice.path().isDirect()).isFalse();
        assertThat(choice.reason()).startsWith("The file system has no O_DIRECT. ");
    }

    @Test
    void a_disk_without_room_is_no_failure() throws IOException {
        SimulatedDisk disk = new SimulatedDisk(1);
        disk.makeDirectories(WAL);
        disk.capacity(1 << 20);

        FlushChoice choice = FlushChoice.measure(disk, new SystemWorld(), WAL, MOMENT);

        assertThat(choice.path()).isEqualTo(FlushPath.DEFAULT);
        assertThat(choice.trials()).isEmpty();
        assertThat(choice.reason()).startsWith("Not measured: ").contains("full");
        assertThat(disk.list(WAL)).isEmpty();
    }
}
