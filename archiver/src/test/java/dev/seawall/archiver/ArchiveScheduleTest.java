package dev.seawall.archiver;

import static org.assertj.core.api.Assertions.assertThat;

import dev.seawall.wal.Lsn;
import dev.seawall.wal.role.SystemWorld;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

class ArchiveScheduleTest {

    private static final String NAME = "archive-schedule";

    /// A log that counts its switches.
    private static final class CountedLog implements ArchivableLog {

        private volatile long important;
        private final AtomicInteger switches = new AtomicInteger();
        private final CountDownLatch switched = new CountDownLatch(1);

        @Override
        public Lsn lastImportantLsn() {
            return new Lsn(important);
        }

        @Override
        public Lsn switchSegment() {
            switches.incrementAndGet();
            switched.countDown();
            return new Lsn(important);
        }
    }

    @Test
    void a_segment_is_ended_only_if_something_important_was_written_since() throws Exception {
        CountedLog log = new CountedLog();
        ArchiveSchedule.SegmentTimeout timeout = new ArchiveSchedule.SegmentTimeout(log);

        assertThat(timeout.tick()).as("nothing written").isFalse();
        log.important = 100;
        assertThat(timeout.tick()).as("something written").isTrue();
        assertThat(timeout.tick()).as("nothing since").isFalse();
        log.important = 200;
        assertThat(timeout.tick()).as("something again").isTrue();
        assertThat(log.switches).hasValue(2);
    }

    @Test
    @Timeout(30)
    void the_clock_sweeps_and_ends_segments_until_it_is_closed() throws Exception {
        CountedLog log = new CountedLog();
        log.important = 100;
        CountDownLatch sweeps = new CountDownLatch(3);
        ArchiveSchedule schedule = ArchiveSchedule.start(new SystemWorld(), sweeps::countDown, Duration.ofMillis(10),
                log, Duration.ofMillis(10));

        assertThat(sweeps.await(20, TimeUnit.SECONDS)).as("sweeps").isTrue();
        assertThat(log.switched.await(20, TimeUnit.SECONDS)).as("archive_timeout").isTrue();
        schedule.close();

        log.important = 200;
        while (Thread.getAllStackTraces().keySet().stream().anyMatch(each -> each.getName().startsWith(NAME))) {
            Thread.sleep(10);
        }
        assertThat(log.switches).hasValue(1);
    }

    @Test
    @Timeout(30)
    void whatever_runs_when_it_is_closed_comes_to_its_end_first_and_nothing_begins_any_more() throws Exception {
        for (int round = 0; round < 100; round++) {
            AtomicInteger running = new AtomicInteger();
            ArchiveSchedule schedule = ArchiveSchedule.start(new SystemWorld(), () -> {
                running.incrementAndGet();
                Thread.yield();
                running.decrementAndGet();
            }, Duration.ofMillis(1), new CountedLog(), Duration.ZERO);
            Thread.sleep(round % 4);
            schedule.close();
            assertThat(running).hasValue(0);
        }
    }

    @Test
    void without_archive_timeout_segments_end_when_they_are_full() throws Exception {
        CountedLog log = new CountedLog();
        log.important = 100;
        CountDownLatch sweeps = new CountDownLatch(5);
        try (ArchiveSchedule _ = ArchiveSchedule.start(new SystemWorld(), sweeps::countDown, Duration.ofMillis(10),
                log, Duration.ZERO)) {
            assertThat(sweeps.await(20, TimeUnit.SECONDS)).isTrue();
        }
        assertThat(log.switches).hasValue(0);
    }
}
