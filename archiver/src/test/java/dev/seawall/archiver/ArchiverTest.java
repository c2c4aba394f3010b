package dev.seawall.archiver;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.seawall.archiver.repository.Codec;
import dev.seawall.archiver.repository.DirectoryRepository;
import dev.seawall.archiver.repository.RepositoryIdentity;
import dev.seawall.archiver.repository.WalArchive;
import dev.seawall.wal.Lsn;
import dev.seawall.wal.TimelineHistory;
import dev.seawall.wal.TimelineId;
import dev.seawall.wal.disk.DiskCall;
import dev.seawall.wal.disk.Fault;
import dev.seawall.wal.disk.ForgetfulDisk;
import dev.seawall.wal.disk.PowerCut;
import dev.seawall.wal.disk.SimulatedDisk;
import dev.seawall.wal.read.MemoryLog;
import dev.seawall.wal.role.World;
import dev.seawall.walwriter.segments.ArchiveStatus;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class ArchiverTest {

    private static final String HISTORY = "00000002.history";
    private static final String HISTORY_TEXT = "1\t0/380000\tno recovery target specified\n";

    private static byte[] get(WalArchive archive, String name) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        archive.get(name, out);
        return out.toByteArray();
    }

    private static void run(Archiver archiver, int steps) {
        for (int i = 0; i < steps; i++) {
            archiver.step();
        }
    }

    @Test
    void what_is_ready_is_archived_and_marked_done() throws Exception {
        ArchiveFixture fixture = ArchiveFixture.create(1);
        MemoryLog log = ArchiveFixture.log();
        fixture.ready(log, 1, 3);
        fixture.write(log, 4, 4);
        Archiver archiver = fixture.archiver();

        run(archiver, 4);

        for (long segment = 1; segment <= 3; segment++) {
            String name = ArchiveFixture.name(segment);
            assertThat(fixture.status().isDone(name)).isTrue();
            assertThat(get(fixture.archive(), name)).isEqualTo(log.segment(segment));
        }
        assertThat(fixture.status().ready()).isEmpty();
        ArchiverStatistics statistics = archiver.statistics();
        assertThat(statistics.archived()).isEqualTo(3);
        assertThat(statistics.lastArchived().orElseThrow().name()).isEqualTo(ArchiveFixture.name(3));
        assertThat(statistics.ready()).isZero();
        assertThat(statistics.failed()).isZero();
    }

    @Test
    void history_files_go_first_then_names_in_order() throws Exception {
        ArchiveFixture fixture = ArchiveFixture.create(1);
        fixture.ready(ArchiveFixture.log(), 1, 3);
        fixture.readyHistory(HISTORY, HISTORY_TEXT);
        List<String> renamed = new ArrayList<>();
        fixture.disk.trace(call -> {
            if (call.operation() == DiskCall.Operation.RENAME) {
                renamed.add(call.path().getFileName().toString());
            }
        });
        Archiver archiver = fixture.archiver();

        run(archiver, 2);
        fixture.readyHistory("00000003.history", HISTORY_TEXT + "\n2\t0/390000\tagain\n");
        fixture.write(ArchiveFixture.log(), 4, 4);
        run(archiver, 3);

        assertThat(renamed).containsExactly(HISTORY + ".done", ArchiveFixture.name(1) + ".done",
                "00000003.history.done", ArchiveFixture.name(2) + ".done", ArchiveFixture.name(3) + ".done");
    }

    @Test
    void a_ready_file_without_its_segment_is_removed() throws Exception {
        ArchiveFixture fixture = ArchiveFixture.create(1);
        fixture.status().markReady(ArchiveFixture.name(1));
        fixture.ready(ArchiveFixture.log(), 2, 2);
        fixture.write(ArchiveFixture.log(), 3, 3);

        run(fixture.archiver(), 2);

        assertThat(fixture.status().isReady(ArchiveFixture.name(1))).isFalse();
        assertThat(fixture.status().isDone(ArchiveFixture.name(1))).isFalse();
        assertThat(fixture.status().isDone(ArchiveFixture.name(2))).isTrue();
    }

    @Test
    void a_damaged_segment_stops_the_line_and_is_kept() throws Exception {
        ArchiveFixture fixture = ArchiveFixture.create(1);
        MemoryLog log = ArchiveFixture.log();
        MemoryLog.Placed broken = log.records().get(3);
        log.flip(broken.start().plus(20));
        fixture.ready(log, 1, 3);
        fixture.write(log, 4, 4);
        Archiver archiver = fixture.archiver();

        run(archiver, 1);
        fixture.world.letPass(Duration.ofSeconds(5));
        run(archiver, 1);

        assertThat(fixture.status().ready()).hasSize(3);
        assertThat(fixture.archive().names()).isEmpty();
        ArchiverStatistics.Failure failure = archiver.statistics().lastFailed().orElseThrow();
        assertThat(failure.name()).isEqualTo(ArchiveFixture.name(1));
        assertThat(failure.reason()).contains("checksum").contains("at LSN " + broken.start());
        assertThat(archiver.statistics().failed()).isEqualTo(2);
        assertThat(archiver.statistics().oldestReady().orElseThrow().name()).isEqualTo(ArchiveFixture.name(1));
        assertThat(archiver.statistics().readyBytes()).isEqualTo(3L << 20);
    }

    @Test
    void other_content_under_a_name_is_a_loud_conflict_and_the_segment_is_kept() throws Exception {
        ArchiveFixture fixture = ArchiveFixture.create(1);
        fixture.ready(ArchiveFixture.log(), 1, 1);
        fixture.write(ArchiveFixture.log(), 2, 2);
        fixture.archive().put(ArchiveFixture.name(1), () -> new ByteArrayInputStream(new byte[100]), Codec.ZSTD_1);

        Archiver archiver = fixture.archiver();
        run(archiver, 1);

        assertThat(fixture.status().isReady(ArchiveFixture.name(1))).isTrue();
        assertThat(archiver.statistics().lastFailed().orElseThrow().reason()).startsWith("archive conflict: ");
        assertThat(get(fixture.archive(), ArchiveFixture.name(1))).hasSize(100);
    }

    @Test
    void another_clusters_repository_gets_nothing() throws Exception {
        ArchiveFixture fixture = ArchiveFixture.create(1);
        fixture.ready(ArchiveFixture.log(), 1, 1);
        Archiver archiver = new Archiver(fixture.disk, fixture.world, ArchiveFixture.WAL,
                new WalFiles(fixture.disk, fixture.archive(), new RepositoryIdentity(42, 1 << 20), Codec.ZSTD_1),
                1 << 20);

        run(archiver, 1);

        assertThat(archiver.statistics().lastFailed().orElseThrow().reason())
                .contains("belongs to the cluster with system identifier 7000000000000000001, not to 42");
        assertThat(fixture.archive().names()).isEmpty();
    }

    @Test
    void retries_come_after_a_second_twice_then_at_growing_distances_up_to_a_minute() throws Exception {
        ArchiveFixture fixture = ArchiveFixture.create(1);
        fixture.ready(ArchiveFixture.log(), 1, 1);
        Archiver archiver = fixture.archiver();
        fixture.disk.delete(ArchiveFixture.REPOSITORY.resolve(RepositoryIdentity.KEY));
        List<Long> failures = new ArrayList<>();
        World.Running running = fixture.world.start(archiver);
        for (int second = 0; second < 400; second++) {
            fixture.world.letPass(Duration.ofSeconds(1));
            failures.add(archiver.statistics().failed());
        }
        running.close();

        // Tries at 0, 1, 2, 4, 8, 16, 32, 64, 124, 184 ... seconds.
        assertThat(failures.get(3)).isEqualTo(3);
        assertThat(failures.get(70)).isEqualTo(8);
        assertThat(failures.getLast()).isEqualTo(8 + 5);
        assertThat(fixture.status().isReady(ArchiveFixture.name(1))).isTrue();
    }

    @Test
    void archiving_goes_on_by_itself_when_the_repository_has_room_again() throws Exception {
        ArchiveFixture fixture = ArchiveFixture.create(1);
        fixture.ready(ArchiveFixture.log(), 1, 3);
        fixture.write(ArchiveFixture.log(), 4, 4);
        Archiver archiver = fixture.archiver(Codec.NONE);
        World.Running running = fixture.world.start(archiver);
        fixture.disk.capacity(4 << 20);
        fixture.world.letPass(Duration.ofSeconds(10));
        assertThat(archiver.statistics().failed()).isPositive();
        assertThat(fixture.status().ready()).isNotEmpty();

        fixture.disk.capacity(100 << 20);
        fixture.world.letPass(Duration.ofSeconds(61));
        running.close();

        assertThat(fixture.status().ready()).isEmpty();
    }

    @Test
    void a_wake_up_is_answered_at_once_and_without_one_a_minute_later() throws Exception {
        ArchiveFixture fixture = ArchiveFixture.create(1);
        Archiver archiver = fixture.archiver();
        World.Running running = fixture.world.start(archiver);
        fixture.world.letPass(Duration.ofSeconds(1));
        fixture.ready(ArchiveFixture.log(), 1, 1);
        fixture.write(ArchiveFixture.log(), 2, 4);
        fixture.world.letPass(Duration.ofSeconds(1));
        assertThat(archiver.statistics().archived()).isZero();

        archiver.wake();
        fixture.world.settle();
        assertThat(archiver.statistics().archived()).isEqualTo(1);

        fixture.status().markReady(ArchiveFixture.name(2));
        fixture.world.letPass(Duration.ofSeconds(61));
        running.close();
        assertThat(archiver.statistics().archived()).isEqualTo(2);
    }

    @Test
    void a_history_file_that_is_none_is_not_archived() throws Exception {
        ArchiveFixture fixture = ArchiveFixture.create(1);
        fixture.readyHistory(HISTORY, "garbage");

        Archiver archiver = fixture.archiver();
        run(archiver, 1);

        assertThat(archiver.statistics().lastFailed().orElseThrow().reason()).contains("syntax error");
        assertThat(fixture.archive().names()).isEmpty();
    }

    /// Everything is archived, with power or process cut at the nth change on the way, and then again
    /// from what was left. What `.done` says must be true at every look.
    private static void cutAt(ArchiveFixture prepared, MemoryLog log, long seed, Fault.Phase phase, long nth,
            boolean isPowerLost, ForgetfulDisk.Forgotten... bug) throws IOException {
        ArchiveFixture fixture = prepared.copy(seed);
        SimulatedDisk disk = fixture.disk;
        disk.strictDirectories(seed % 2 == 0);
        disk.cutPower(phase, nth);
        try {
            if (bug.length == 0) {
                run(fixture.archiver(), 4);
            } else {
                ForgetfulDisk forgetful = new ForgetfulDisk(disk, bug[0]);
                WalArchive archive = new WalArchive(DirectoryRepository.open(
                        forgetful, fixture.world, ArchiveFixture.REPOSITORY));
                run(new Archiver(forgetful, fixture.world, ArchiveFixture.WAL,
                        new WalFiles(forgetful, archive, ArchiveFixture.IDENTITY, Codec.ZSTD_1), 1 << 20), 4);
            }
            disk.clearFaults();
        } catch (PowerCut _) {
            // Expected.
        }
        if (isPowerLost) {
            disk.crash();
        } else {
            disk.kill();
        }
        disk.restart();
        String what = "seed " + seed + " " + phase + " " + nth + " power lost " + isPowerLost;
        requireDoneIsTrue(fixture, log, what);
        run(fixture.archiver(), 4);
        disk.crash();
        disk.restart();
        requireDoneIsTrue(fixture, log, what + ", after another run");
        assertThat(fixture.status().ready()).as(what).isEmpty();
    }

    private static void requireDoneIsTrue(ArchiveFixture fixture, MemoryLog log, String what) throws IOException {
        ArchiveStatus status = fixture.status();
        WalArchive archive = fixture.archive();
        for (long segment = 1; segment <= 2; segment++) {
            String name = ArchiveFixture.name(segment);
            assertThat(status.isDone(name) ^ status.isReady(name)).as(what).isTrue();
            if (status.isDone(name)) {
                assertThat(get(archive, name)).as(what).isEqualTo(log.segment(segment));
            }
        }
        if (status.isDone(HISTORY)) {
            assertThat(new String(get(archive, HISTORY), StandardCharsets.US_ASCII)).as(what)
                    .isEqualTo(HISTORY_TEXT);
        }
    }

    private static ArchiveFixture prepared(MemoryLog log) throws IOException {
        ArchiveFixture fixture = ArchiveFixture.create(7);
        fixture.ready(log, 1, 2);
        fixture.write(log, 3, 3);
        fixture.readyHistory(HISTORY, HISTORY_TEXT);
        return fixture;
    }

    private static long changes(ArchiveFixture prepared) throws IOException {
        ArchiveFixture fixture = prepared.copy(1);
        long before = fixture.disk.changes();
        run(fixture.archiver(), 4);
        return fixture.disk.changes() - before;
    }

    @Test
    void cut_anywhere_done_is_always_true_and_all_is_archived_in_the_end() throws Exception {
        MemoryLog log = ArchiveFixture.log();
        ArchiveFixture prepared = prepared(log);
        long changes = changes(prepared);
        assertThat(changes).isGreaterThan(20);
        long seed = 1;
        for (Fault.Phase phase : Fault.Phase.values()) {
            for (long nth = 1; nth <= changes; nth++) {
                cutAt(prepared, log, seed++, phase, nth, true);
                cutAt(prepared, log, seed++, phase, nth, false);
            }
        }
    }

    @Test
    void an_archiver_that_forgets_to_sync_would_be_caught() throws Exception {
        MemoryLog log = ArchiveFixture.log();
        ArchiveFixture prepared = prepared(log);
        long changes = changes(prepared);
        for (ForgetfulDisk.Forgotten bug : List.of(
                ForgetfulDisk.Forgotten.SYNC, ForgetfulDisk.Forgotten.DIRECTORY_SYNC)) {
            assertThatThrownBy(() -> {
                for (long nth = 1; nth <= changes; nth++) {
                    cutAt(prepared, log, nth, Fault.Phase.AFTER, nth, true, bug);
                }
            }).as(bug.toString()).isNotInstanceOf(PowerCut.class);
        }
    }

    @Test
    void a_timeline_is_claimed_once() throws Exception {
        ArchiveFixture fixture = ArchiveFixture.create(1);
        ArchivedTimelines claims = new ArchivedTimelines(fixture.archive());
        var history = TimelineHistory.root(TimelineId.FIRST)
                .branch(new TimelineId(2), new Lsn(0x380000), "test");

        assertThat(claims.claim(history)).isTrue();
        assertThat(claims.claim(history)).isFalse();
        assertThat(get(fixture.archive(), HISTORY)).isEqualTo(history.toText().getBytes(
                StandardCharsets.US_ASCII));
    }
}
