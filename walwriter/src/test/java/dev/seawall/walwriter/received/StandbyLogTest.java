package dev.seawall.walwriter.received;

import static org.assertj.core.api.Assertions.assertThat;

import dev.seawall.sim.SimulatedWorld;
import dev.seawall.wal.Lsn;
import dev.seawall.wal.disk.SimulatedDisk;
import dev.seawall.wal.read.ReadOutcome;
import dev.seawall.wal.read.WalReader;
import dev.seawall.wal.record.WalRecord;
import dev.seawall.wal.record.xlog.CheckpointRecord;
import dev.seawall.walwriter.CheckpointReport;
import dev.seawall.walwriter.start.LogStart;
import dev.seawall.walwriter.walreceiver.StreamMessage;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// What is shown of received log, and when.
final class StandbyLogTest {

    private final SimulatedWorld world = new SimulatedWorld(1);
    private PrimaryOnDisk primary;
    private StandbyLog log;

    @BeforeEach
    void open() throws IOException {
        primary = PrimaryOnDisk.first(7);
        SimulatedDisk disk = PrimaryOnDisk.fresh(1);
        log = StandbyLog.open(LogStart.follow(disk, PrimaryOnDisk.CLUSTER), PrimaryOnDisk.OPTIONS, disk, world);
    }

    @AfterEach
    void close() throws IOException {
        log.close();
        world.close();
    }

    @Test
    void what_was_taken_is_shown_when_it_is_durable() throws Exception {
        Lsn before = log.flushLsn();
        List<Lsn> shown = new ArrayList<>();
        log.onFlush(() -> shown.add(log.flushLsn()));
        write(primary.end());

        log.take();
        assertThat(log.written()).isEqualTo(primary.end());
        assertThat(log.isUnsynced()).isTrue();
        assertThat(log.flushLsn()).isEqualTo(before);
        assertThat(shown).isEmpty();

        log.sync();
        assertThat(log.isUnsynced()).isFalse();
        assertThat(shown).containsExactly(primary.end());
    }

    @Test
    void a_checkpoint_that_is_not_durable_yet_is_no_restartpoint() throws Exception {
        WalRecord checkpoint = checkpoint();
        write(checkpoint.start());
        log.flush();
        Lsn before = report();
        write(checkpoint.end());
        log.take();

        assertThat(report()).isEqualTo(before);

        log.sync();
        assertThat(report()).isEqualTo(checkpoint.start());
    }

    /// Redo needs the switch alone; a stream that is cut off in the zeros must not make a liar of it.
    @Test
    void redo_may_be_beyond_a_segment_switch_whose_zeros_are_still_to_come() throws Exception {
        primary = PrimaryOnDisk.first(PrimaryOnDisk.SWITCHES);
        WalRecord left = record(record -> record.end().equals(PrimaryOnDisk.LAYOUT.startOf(
                PrimaryOnDisk.LAYOUT.segmentOf(record.end()))) && record.end().minus(record.start()) > 100_000);
        Lsn inZeros = left.start().plus(50_000);
        write(inZeros);
        log.flush();

        assertThat(log.flushLsn()).isEqualTo(inZeros);
        assertThat(log.nextLsn()).isEqualTo(left.end());
        log.checkpointed(new CheckpointReport(PrimaryOnDisk.SYSTEM, log.history().timeline(),
                PrimaryOnDisk.LAYOUT.startOf(left.end())));
        log.dropUnfinished();
        write(primary.end());
        log.flush();
        assertThat(log.flushLsn()).isEqualTo(primary.end());
        assertThat(log.nextLsn()).isEqualTo(primary.end());
    }

    private Lsn report() throws IOException {
        return log.checkpointed(new CheckpointReport(PrimaryOnDisk.SYSTEM, log.history().timeline(), log.flushLsn()));
    }

    /// Receives the primary's log from where ours ends.
    private void write(Lsn to) throws IOException {
        var stream = primary.connect(_ -> { }).stream(log.written(), log.history().timeline());
        for (Lsn at = log.written(); at.isBefore(to); ) {
            StreamMessage.Piece piece = (StreamMessage.Piece) stream.receive();
            int bytes = (int) Math.min(piece.bytes().remaining(), to.minus(at));
            log.write(piece.bytes().slice(0, bytes));
            at = at.plus(bytes);
        }
    }

    /// The primary's last that stands directly behind its redo point, once all before it is here.
    private WalRecord checkpoint() throws IOException {
        return record(CheckpointRecord::is);
    }

    private WalRecord record(Predicate<WalRecord> wanted) throws IOException {
        WalRecord found = null;
        try (WalReader reader = new WalReader(primary.files(), PrimaryOnDisk.LAYOUT)) {
            reader.limit(primary.end());
            reader.seek(log.flushLsn());
            while (reader.next() instanceof ReadOutcome.Complete(WalRecord record, _)) {
                if (wanted.test(record)) {
                    found = record;
                }
            }
        }
        assertThat(found).isNotNull();
        return found;
    }
}
