package dev.seawall.walwriter.sender;

import static org.assertj.core.api.Assertions.assertThat;

import dev.seawall.settings.WalSettings;
import dev.seawall.wal.Lsn;
import dev.seawall.walwriter.CheckpointReport;
import dev.seawall.walwriter.cluster.Slots.Slot;
import dev.seawall.walwriter.sender.Receivers.Receiver;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// pg_receivewal with a slot, stopped for too long under `max_slot_wal_keep_size`.
final class LostSlotTest {

    private static final long MIB = 1 << 20;
    private static final long LIMIT = 4 * MIB;

    private StreamedLog log;
    private Receivers receivers;

    @BeforeEach
    void open() throws IOException {
        log = StreamedLog.create(settings -> settings.with(WalSettings.MAX_SLOT_WAL_KEEP_SIZE, LIMIT));
        receivers = Receivers.of(log);
        log.slots().createPhysical("s", true, 0);
    }

    @AfterEach
    void close() throws IOException {
        receivers.close();
        log.close();
    }

    private Slot slot() {
        return log.slots().find("s").orElseThrow();
    }

    private void checkpointAfter(long bytes) throws IOException {
        Lsn target = log.wal().flushLsn().plus(bytes);
        while (log.wal().flushLsn().isBefore(target)) {
            log.append(200_000);
        }
        log.wal().checkpointed(new CheckpointReport(log.wal().systemId(), log.wal().history().timeline(),
                log.wal().layout().startOf(log.wal().flushLsn())));
    }

    /// Bytes from the oldest segment's start to the log's end: what waits to be recycled lies behind it.
    private long kept() {
        try (Stream<Path> files = Files.list(log.served().directory().resolve("pg_wal"))) {
            Lsn oldest = files.map(file -> file.getFileName().toString()).filter(name -> name.length() == 24)
                    .map(log::startOf).min(Lsn::compareTo).orElseThrow();
            return log.wal().flushLsn().minus(oldest);
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    private Receiver follow(String... more) throws Exception {
        Receiver receiver = receivers.start("wal", more);
        Receivers.await("it to stream", () -> !log.replication().list().isEmpty());
        return receiver;
    }

    @Test
    void one_that_comes_back_too_late_is_told_so() throws Exception {
        Receiver receiver = follow("--slot=s", "--synchronous");
        Lsn end = log.append(1000);
        Receivers.await("the slot to follow", () -> slot().restart().isAtLeast(end));
        receiver.signal("KILL");
        receiver.awaitEnd();
        Receivers.await("its end to be noticed", () -> log.replication().list().isEmpty());
        checkpointAfter(3 * MIB);
        assertThat(slot().isLost()).isFalse();
        checkpointAfter(3 * MIB);

        assertThat(slot().isLost()).isTrue();
        Receiver late = receivers.start("wal", "--slot=s", "--no-loop");
        assertThat(late.awaitEnd()).isEqualTo(1);
        assertThat(late.said()).contains("requested WAL segment " + log.segment(end) + " has already been removed");
    }

    @Test
    void one_that_does_not_read_is_cut_off_and_its_log_given_up() throws Exception {
        Receiver receiver = follow("--slot=s", "--no-loop");
        receiver.signal("STOP");
        for (int i = 0; i < 16; i++) {
            checkpointAfter(2 * MIB);
        }

        assertThat(slot().isLost()).isTrue();
        Receivers.await("the log to be given up", () -> kept() <= LIMIT + 2 * MIB);
        Receivers.await("the stream to end", () -> log.replication().list().isEmpty());
        Receivers.await("the slot to be free", () -> slot().activePid() == 0);
        receiver.signal("CONT");
        assertThat(receiver.awaitEnd()).isEqualTo(1);
    }

    @Test
    void one_that_waits_for_more_is_told_why_it_must_go() throws Exception {
        // It never says what it has for good.
        Receiver receiver = follow("--slot=s", "--no-loop", "--status-interval=0");
        for (int i = 0; i < 4; i++) {
            checkpointAfter(3 * MIB);
        }

        assertThat(receiver.awaitEnd()).isEqualTo(1);
        assertThat(receiver.said()).contains("FATAL:  terminating connection due to administrator command");
    }
}
