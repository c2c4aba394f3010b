package dev.seawall.walwriter.timeline;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.seawall.wal.ControlFile;
import dev.seawall.wal.Lsn;
import dev.seawall.wal.TimelineHistory;
import dev.seawall.wal.TimelineId;
import dev.seawall.wal.disk.SimulatedDisk;
import dev.seawall.walwriter.start.ClusterFixture;
import dev.seawall.walwriter.start.ControlStore;
import dev.seawall.walwriter.start.WalDirectory;
import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

final class TimelineChoiceTest {

    private static final TimelineId TWO = new TimelineId(2);
    private static final TimelineId THREE = new TimelineId(3);
    private static final Lsn FORK = new Lsn(0x200000);

    private final SimulatedDisk disk = new SimulatedDisk(1);
    private final MemoryArchive archive = new MemoryArchive(disk);
    private final TimelineHistory one = TimelineHistory.root(TimelineId.FIRST);
    private final TimelineHistory two = one.branch(TWO, FORK, "test");
    private HistoryFiles histories;
    private ControlFile cluster;

    @BeforeEach
    void create() throws IOException {
        ClusterFixture fixture = new ClusterFixture(disk, Path.of("/cluster"));
        histories = new HistoryFiles(disk, new WalDirectory(disk, fixture.wal(), ClusterFixture.LAYOUT), archive);
        try (ControlStore control = ControlStore.open(disk, fixture.directory)) {
            cluster = control.controlFile();
        }
    }

    private RecoveryStoppedException refused(TimelineChoice choice) {
        return assertThatExceptionOfType(RecoveryStoppedException.class)
                .isThrownBy(() -> choice.resolve(histories, cluster)).actual();
    }

    @Test
    void settings_are_latest_current_or_a_number() {
        assertThat(TimelineChoice.parse("latest")).isEqualTo(new TimelineChoice.Latest());
        assertThat(TimelineChoice.parse("current")).isEqualTo(new TimelineChoice.Current());
        assertThat(TimelineChoice.parse("3")).isEqualTo(new TimelineChoice.Numbered(THREE));
        for (String wrong : new String[] {"0", "newest", "-1", "", "1.5"}) {
            assertThatIllegalArgumentException().as(wrong).isThrownBy(() -> TimelineChoice.parse(wrong))
                    .withMessageContaining("not a timeline: \"" + wrong + "\"");
        }
    }

    @Test
    void latest_is_the_newest_that_the_archive_knows() throws IOException {
        archive.put(two);
        archive.put(two.branch(THREE, new Lsn(0x300000), "test"));

        assertThat(new TimelineChoice.Latest().resolve(histories, cluster).timeline()).isEqualTo(THREE);
        assertThat(disk.list(Path.of("/cluster/pg_wal"))).contains("00000002.history", "00000003.history");
    }

    @Test
    void latest_without_children_and_current_are_the_clusters_own() throws IOException {
        assertThat(new TimelineChoice.Latest().resolve(histories, cluster)).isEqualTo(one);
        archive.put(two);
        assertThat(new TimelineChoice.Current().resolve(histories, cluster)).isEqualTo(one);
    }

    @Test
    void a_number_names_a_timeline_that_must_exist() throws IOException {
        archive.put(two);

        assertThat(new TimelineChoice.Numbered(TWO).resolve(histories, cluster)).isEqualTo(two);
        assertThat(refused(new TimelineChoice.Numbered(THREE)))
                .hasMessageStartingWith("recovery target timeline 3 does not exist\nHINT: ");
    }

    @Test
    void a_timeline_that_forked_off_before_the_checkpoint_is_no_child() {
        archive.put(one.branch(TWO, new Lsn(0x100000), "too early"));

        assertThat(refused(new TimelineChoice.Latest())).hasMessageStartingWith("requested timeline 2 is not a child of"
                + " this server's history: latest checkpoint is at 0/100028 on timeline 1, but the requested timeline"
                + " forked off from that timeline at 0/100000\nHINT: ");
    }

    @Test
    void a_timeline_of_another_branch_is_no_child() throws IOException {
        archive.put(two);
        archive.put(one.branch(THREE, new Lsn(0x300000), "another"));
        cluster = cluster.with(cluster.state(), cluster.time(), new Lsn(0x280000), dev.seawall.wal.Checkpoint.of(
                new Lsn(0x280000), TWO, TWO, 3, 0, cluster.time()));

        assertThat(refused(new TimelineChoice.Numbered(THREE))).hasMessageContaining("not among its ancestors");
    }

    @Test
    void the_minimum_recovery_point_must_be_on_the_chosen_branch() {
        archive.put(two);
        cluster = cluster.with(FORK.plus(800), 1);

        assertThat(refused(new TimelineChoice.Latest())).hasMessageContaining(
                "requested timeline 2 does not contain minimum recovery point 0/200320 on timeline 1");
    }

    @Test
    void an_archive_that_does_not_know_stops_recovery() {
        archive.unknown.add("00000002.history");

        assertThat(refused(new TimelineChoice.Latest()))
                .hasMessageContaining("could not get \"00000002.history\": connection refused");
    }
}
