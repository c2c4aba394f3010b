package dev.seawall.archiver.receive;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.seawall.archiver.ArchiveConflictException;
import dev.seawall.archiver.ArchiveFixture;
import dev.seawall.archiver.repository.WrongSystemException;
import dev.seawall.wal.Lsn;
import dev.seawall.wal.SegmentNumber;
import dev.seawall.wal.TimelineId;
import dev.seawall.wal.disk.Fault;
import dev.seawall.wal.disk.PowerCut;
import dev.seawall.wal.disk.SimulatedDisk;
import dev.seawall.wal.read.MemoryLog;
import java.io.IOException;
import java.util.Arrays;
import org.junit.jupiter.api.Test;

/// Receiving from a server that streams what the test prepared, onto a simulated disk.
final class LogReceiverTest {

    private static final MemoryLog LOG = ArchiveFixture.log();
    private static final int SEGMENT = ArchiveFixture.LAYOUT.segmentBytes();

    private static Lsn start(long segment) {
        return ArchiveFixture.LAYOUT.startOf(new SegmentNumber(segment));
    }

    private static PreparedServer server(int lossOneIn, long seed) {
        return new PreparedServer(LOG, Lsn.MAX, lossOneIn, seed).reserving(
                new ResumePoint(start(1).plus(77), TimelineId.FIRST));
    }

    private static String partial(int timeline, long segment) {
        return ArchiveFixture.name(timeline, segment) + ".partial";
    }

    @Test
    void whole_segments_are_archived_and_the_last_is_partial() throws IOException {
        ReceiveFixture fixture = ReceiveFixture.create(1);
        PreparedServer server = server(0, 1);

        fixture.receive(server, LOG.end());

        for (long segment = 1; segment <= 3; segment++) {
            assertThat(fixture.archived(ArchiveFixture.name(segment))).isEqualTo(LOG.segment(segment));
        }
        assertThat(fixture.spooled(partial(1, 4))).isEqualTo(LOG.segment(4));
        assertThat(fixture.isSpooled(ArchiveFixture.name(1))).as("archived and gone").isFalse();
        assertThat(fixture.isSpooled(ArchiveFixture.name(3))).as("the newest stays").isTrue();
        assertThat(server.flushed()).isEqualTo(LOG.end());
    }

    @Test
    void lost_connections_leave_no_gap() throws IOException {
        for (long seed = 0; seed < 5; seed++) {
            ReceiveFixture fixture = ReceiveFixture.create(seed);
            PreparedServer server = server(4, seed);

            fixture.receive(server, LOG.end());

            assertThat(fixture.archived(ArchiveFixture.name(2))).isEqualTo(LOG.segment(2));
            assertThat(fixture.spooled(partial(1, 4))).isEqualTo(LOG.segment(4));
        }
    }

    @Test
    void without_a_slot_it_begins_with_the_servers_segment_and_then_goes_on_behind_what_is_archived()
            throws IOException {
        ReceiveFixture fixture = ReceiveFixture.create(2);
        PreparedServer early = new PreparedServer(LOG, Lsn.MAX, 0, 2).upTo(start(2).plus(40_000));
        fixture.receive(early, start(2).plus(40_000));
        assertThat(fixture.isArchived(ArchiveFixture.name(1))).isFalse();

        fixture.receive(server(0, 2), start(3).plus(8));
        assertThat(fixture.isArchived(ArchiveFixture.name(2))).isTrue();

        // The spool is lost: the archive knows.
        ReceiveFixture other = fixture.copy(3);
        SimulatedDisk disk = other.archive().disk;
        for (String name : disk.list(ReceiveFixture.SPOOL)) {
            if (!name.equals("archive_status")) {
                disk.delete(ReceiveFixture.SPOOL.resolve(name));
            }
        }
        other.receive(server(0, 3), LOG.end());
        assertThat(other.archived(ArchiveFixture.name(3))).isEqualTo(LOG.segment(3));
        assertThat(other.isArchived(ArchiveFixture.name(1))).isFalse();
    }

    // --- timelines

    /// A log that leaves timeline 1 within segment 2.
    private static MemoryLog promoted() {
        MemoryLog log = MemoryLog.small();
        while (log.end().isBefore(start(2).plus(SEGMENT / 2))) {
            log.message(3, new byte[30_000]);
        }
        return log;
    }

    private static Lsn goOn(MemoryLog log) {
        Lsn switchPoint = log.end();
        log.timeline(2);
        while (log.end().isBefore(start(4))) {
            log.message(4, new byte[30_000]);
        }
        return switchPoint;
    }

    @Test
    void it_follows_to_the_next_timeline() throws IOException {
        MemoryLog log = promoted();
        Lsn switchPoint = goOn(log);
        ReceiveFixture fixture = ReceiveFixture.create(4);
        PreparedServer server = new PreparedServer(log, switchPoint, 6, 4).reserving(
                new ResumePoint(start(1), TimelineId.FIRST));

        fixture.receive(server, log.end());

        assertThat(fixture.archived(ArchiveFixture.name(1, 1))).isEqualTo(log.segment(1));
        assertThat(fixture.spooled(partial(1, 2))).isEqualTo(server.segment(1, 2));
        assertThat(fixture.archived("00000002.history")).asString().isEqualTo("1\t" + switchPoint + "\tpromoted\n");
        assertThat(fixture.archived(ArchiveFixture.name(2, 2))).isEqualTo(log.segment(2));
        assertThat(fixture.archived(ArchiveFixture.name(2, 3))).isEqualTo(log.segment(3));
        assertThat(fixture.isArchived(ArchiveFixture.name(1, 2))).isFalse();
    }

    @Test
    void a_server_that_left_the_timeline_before_our_end_is_refused() throws IOException {
        MemoryLog log = promoted();
        Lsn switchPoint = goOn(log);
        ReceiveFixture fixture = ReceiveFixture.create(5);
        fixture.receive(server(0, 5), start(3).plus(100));

        assertThatThrownBy(() -> fixture.receive(new PreparedServer(log, switchPoint, 0, 5), log.end()))
                .isInstanceOf(ReceiveEndedException.class)
                .hasMessageContaining("the server left timeline 1 at " + switchPoint);
    }

    @Test
    void two_histories_of_one_timeline_are_a_conflict() throws IOException {
        MemoryLog log = promoted();
        Lsn switchPoint = goOn(log);
        ReceiveFixture fixture = ReceiveFixture.create(6);
        fixture.spool().close();
        ArchiveFixture.write(fixture.archive().disk, ReceiveFixture.SPOOL.resolve("00000002.history"),
                PreparedServer.history(switchPoint).getBytes(java.nio.charset.StandardCharsets.US_ASCII));

        assertThatThrownBy(() -> fixture.receive(new PreparedServer(log, switchPoint, 0, 6), log.end()))
                .isInstanceOf(ArchiveConflictException.class);
    }

    @Test
    void an_old_primary_is_not_followed_but_may_be_replaced() throws IOException {
        MemoryLog log = promoted();
        Lsn switchPoint = goOn(log);
        ReceiveFixture fixture = ReceiveFixture.create(7);
        fixture.receive(new PreparedServer(log, switchPoint, 0, 7).reserving(
                new ResumePoint(start(2), TimelineId.FIRST)), start(3).plus(100_000));

        PreparedServer old = new PreparedServer(log, switchPoint, 0, 7).upTo(switchPoint);
        assertThatThrownBy(() -> fixture.receive(old, new LogReceiver.Options(log.end(), false, false)))
                .isNotInstanceOf(ReceiveEndedException.class)
                .hasMessageContaining("timeline 2 was received already");
    }

    @Test
    void another_clusters_server_is_refused() throws IOException {
        ReceiveFixture fixture = ReceiveFixture.create(8);

        assertThatThrownBy(() -> fixture.receive(server(0, 8).ofSystem(42), LOG.end()))
                .isInstanceOf(WrongSystemException.class);
        assertThat(fixture.archive().archive().names()).isEmpty();
    }

    // --- disks

    @Test
    void a_full_disk_is_waited_for() throws IOException {
        ReceiveFixture fixture = ReceiveFixture.create(9);
        SimulatedDisk disk = fixture.archive().disk;
        disk.capacity(2L * SEGMENT);
        assertThatThrownBy(() -> fixture.receive(server(0, 9), new LogReceiver.Options(LOG.end(), false, false)))
                .isInstanceOf(dev.seawall.wal.disk.NoSpaceException.class);
        disk.capacity(100L * SEGMENT);

        fixture.receive(server(0, 9), LOG.end());

        assertThat(fixture.archived(ArchiveFixture.name(3))).isEqualTo(LOG.segment(3));
    }

    @Test
    void power_or_process_cut_at_any_change_loses_nothing_that_was_reported() throws IOException {
        ReceiveFixture prepared = ReceiveFixture.create(10);
        ReceiveFixture counted = prepared.copy(10);
        counted.receive(server(9, 10), LOG.end());
        long changes = counted.archive().disk.changes() - prepared.archive().disk.changes();
        assertThat(changes).isGreaterThan(40);

        Fault.Phase[] phases = Fault.Phase.values();
        for (long nth = 1; nth <= changes; nth++) {
            cutAt(prepared.copy(nth), phases[(int) (nth % phases.length)], nth, nth % 4 != 0);
        }
    }

    private static void cutAt(ReceiveFixture fixture, Fault.Phase phase, long nth, boolean isPowerLost)
            throws IOException {
        String what = "cut " + phase + " change " + nth + ", power lost " + isPowerLost;
        SimulatedDisk disk = fixture.archive().disk;
        disk.strictDirectories(nth % 2 == 0);
        disk.cutPower(phase, nth);
        PreparedServer server = server(9, nth);
        try {
            fixture.receive(server, LOG.end());
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
        requireDurable(fixture, server.flushed(), what);

        // The server keeps what was not reported, and no more.
        fixture.receive(server(9, nth + 1).reserving(new ResumePoint(
                Lsn.max(start(1), server.flushed()), TimelineId.FIRST)), LOG.end());
        disk.crash();
        disk.restart();
        for (long segment = 1; segment <= 3; segment++) {
            assertThat(Arrays.equals(fixture.archived(ArchiveFixture.name(segment)), LOG.segment(segment)))
                    .as(what + ", segment " + segment).isTrue();
        }
        assertThat(Arrays.equals(fixture.spooled(partial(1, 4)), LOG.segment(4))).as(what).isTrue();
    }

    /// All before `flushed` is in the archive, in the spool, or in its partial segment.
    private static void requireDurable(ReceiveFixture fixture, Lsn flushed, String what) throws IOException {
        for (long segment = 1; start(segment).isBefore(flushed); segment++) {
            String name = ArchiveFixture.name(segment);
            byte[] kept = fixture.isArchived(name) ? fixture.archived(name)
                    : fixture.isSpooled(name) ? fixture.spooled(name) : fixture.spooled(name + ".partial");
            int count = (int) Math.min(SEGMENT, flushed.minus(start(segment)));
            assertThat(Arrays.mismatch(kept, 0, count, LOG.segment(segment), 0, count))
                    .as(what + ", segment " + segment).isEqualTo(-1);
        }
    }
}
