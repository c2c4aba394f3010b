package dev.seawall.archiver.restore;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.seawall.archiver.backup.BackupManifest;
import dev.seawall.archiver.repository.Codec;
import dev.seawall.archiver.restore.BackupChoice.Point;
import dev.seawall.wal.Lsn;
import dev.seawall.wal.TimelineHistory;
import dev.seawall.wal.TimelineId;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;

class BackupChoiceTest {

    /* Timeline 1: backups a to 2, b to 4, c to 8.   Timeline 2 leaves it at 5: d to 7.
     * Timeline 3 leaves 1 at 3: e to 6.  All in units of a million bytes and of hours. */
    private static final List<BackupManifest> BACKUPS = List.of(
            backup("a", 1, 2), backup("b", 1, 4), backup("c", 1, 8), backup("d", 2, 7), backup("e", 3, 6));
    private static final TimelineHistory ONE = TimelineHistory.root(TimelineId.FIRST);
    private static final TimelineHistory TWO = ONE.branch(new TimelineId(2), lsn(5), "test");
    private static final TimelineHistory THREE = ONE.branch(new TimelineId(3), lsn(3), "test");

    private static BackupManifest backup(String label, int timeline, int end) {
        return new BackupManifest(label, 7, new TimelineId(timeline), lsn(end - 1), lsn(end - 1), lsn(end),
                hour(end - 1), hour(end), 1 << 20, 100, Codec.Format.ZSTD, List.of());
    }

    private static Lsn lsn(int millions) {
        return new Lsn(millions * 1_000_000L);
    }

    private static Instant hour(int hour) {
        return Instant.EPOCH.plusSeconds(hour * 3600L);
    }

    private static String choose(TimelineHistory target, Point point) throws NoBackupException {
        return BackupChoice.choose(BACKUPS, target, point).label();
    }

    @Test
    void the_newest_backup_of_the_timeline_or_its_ancestors_is_chosen() throws Exception {
        assertThat(choose(ONE, new Point.Any())).isEqualTo("c");
        assertThat(choose(TWO, new Point.Any())).isEqualTo("d");
        assertThat(choose(THREE, new Point.Any())).isEqualTo("e");
    }

    @Test
    void a_backup_that_ends_behind_the_target_is_not() throws Exception {
        assertThat(choose(ONE, new Point.At(lsn(7)))).isEqualTo("b");
        assertThat(choose(ONE, new Point.At(lsn(4)))).isEqualTo("b");
        assertThat(choose(ONE, new Point.At(new Lsn(lsn(4).value() - 1)))).isEqualTo("a");
        assertThat(choose(ONE, new Point.Time(hour(5)))).isEqualTo("b");
        assertThat(choose(ONE, new Point.Time(hour(4).minusMillis(1)))).isEqualTo("a");
    }

    @Test
    void a_backup_from_behind_the_place_where_the_timeline_was_left_is_not() throws Exception {
        assertThat(choose(TWO, new Point.At(lsn(6)))).as("c is on 1, but behind 5").isEqualTo("b");
        assertThat(choose(THREE, new Point.At(lsn(5)))).as("b is on 1, but behind 3").isEqualTo("a");
        assertThat(choose(TWO, new Point.Time(hour(20)))).isEqualTo("d");
    }

    @Test
    void for_a_target_somewhere_in_the_log_the_oldest_is_chosen() throws Exception {
        assertThat(choose(TWO, new Point.Somewhere())).isEqualTo("a");
    }

    @Test
    void a_target_before_every_backup_is_refused_with_a_list() {
        assertThatThrownBy(() -> choose(ONE, new Point.At(lsn(1)))).isInstanceOf(NoBackupException.class)
                .hasMessageContaining("no base backup ends before LSN 0/F4240 on timeline 1")
                .hasMessageContaining("  a: timeline 1, 0/F4240 to 0/1E8480, ended 1970-01-01T02:00:00Z");
        assertThatThrownBy(() -> choose(TimelineHistory.root(new TimelineId(9)), new Point.Any()))
                .isInstanceOf(NoBackupException.class);
        assertThatThrownBy(() -> BackupChoice.choose(List.of(), ONE, new Point.Any()))
                .hasMessageContaining("no base backup in the repository at all");
    }
}
