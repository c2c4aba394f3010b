package dev.seawall.recovery.redo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.seawall.recovery.LedgerEngine;
import dev.seawall.recovery.ResourceManagers;
import dev.seawall.recovery.TestLog;
import dev.seawall.recovery.Witness;
import dev.seawall.wal.Lsn;
import dev.seawall.wal.WalCorruptException;
import dev.seawall.wal.disk.SimulatedDisk;
import dev.seawall.wal.read.LogBytes;
import dev.seawall.wal.read.WalReader;
import dev.seawall.wal.record.RelationId;
import dev.seawall.wal.record.WalRecord;
import dev.seawall.wal.record.body.TransactionRecord;
import dev.seawall.wal.role.SystemWorld;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;

/// A long way redone by all processors ends where one step after another does.
final class LongWayTest {

    private static final long LONG = 34L << 20;

    /// A log that is done, for any number of readers.
    private record Done(TestLog log) implements LogBytes {

        @Override
        public boolean readPage(Lsn page, ByteBuffer into) {
            return log.readPage(page, into);
        }

        @Override
        public String fileNameOf(Lsn lsn) {
            return log.fileNameOf(lsn);
        }

        @Override
        public Optional<LogBytes> another() {
            return Optional.of(this);
        }
    }

    /// What was seen of a log, and where redo stands.
    private record Seen(List<String> witnessed, List<Lsn> commits, Map<String, Long> balances,
            RedoProgress progress) {}

    private static Seen redo(LogBytes bytes, TestLog log, Supplier<Lsn> limit, StopRule stop) throws IOException {
        SimulatedDisk disk = new SimulatedDisk(1);
        disk.makeDirectories(RedoRig.BASE);
        Witness witness = new Witness();
        LedgerEngine ledger = new LedgerEngine();
        ResourceManagers managers = ResourceManagers.of(null, List.of(ledger)).withObserver(witness);
        SystemWorld world = new SystemWorld();
        managers.open(disk, RedoRig.BASE, world);
        RedoSource source = new RedoSource(new WalReader(bytes, log.layout()), log.layout(),
                new Lsn(log.layout().segmentBytes()), 3, limit);
        try (Redo redo = new Redo(source, managers, HeldTransactions.open(disk, RedoRig.HELD, HeldLimits.DEFAULT),
                stop, world)) {
            while (redo.hasWork()) {
                redo.step();
            }
            return new Seen(witness.seen(), witness.commits(), ledger.balances(), redo.progress());
        }
    }

    private static TestLog anyLog(long seed) {
        RandomHistory history = new RandomHistory(new SplittableRandom(seed));
        RelationId relation = new RelationId(1663, 5, 16384);
        int xid = 1_000_000;
        while (history.log.end().value() < LONG) {
            history.next();
            history.log.write(xid, relation, 0, 100, "nobody holds pages".repeat(200));
            history.log.endWithSubtransactions(TransactionRecord.COMMIT, xid + 1, xid);
            history.log.restorePoint("here");
            xid += 2;
        }
        history.finish();
        return history.log;
    }

    @Test
    void all_processors_see_what_one_sees() throws IOException {
        TestLog log = anyLog(1);
        Seen one = redo(log, log, log::end, StopRule.NONE);

        assertThat(one.witnessed()).hasSizeGreaterThan(1_000);
        assertThat(redo(new Done(log), log, log::end, StopRule.NONE)).isEqualTo(one);
        assertThat(redo(new Done(log), log, () -> Lsn.MAX, StopRule.NONE)).isEqualTo(one);
    }

    @Test
    void who_asks_about_each_record_is_asked_in_order() throws IOException {
        TestLog log = anyLog(2);
        Seen all = redo(log, log, log::end, StopRule.NONE);
        Lsn last = all.commits().get(all.commits().size() / 2);
        StopRule stop = new StopRule() {
            @Override
            public boolean stopsBefore(WalRecord record, long xid) {
                return false;
            }

            @Override
            public boolean stopsAfter(WalRecord record, long xid) {
                return record.end().equals(last);
            }
        };

        Seen stopped = redo(new Done(log), log, () -> Lsn.MAX, stop);

        assertThat(stopped).isEqualTo(redo(log, log, () -> Lsn.MAX, stop));
        assertThat(stopped.progress().position()).isEqualTo(last);
        assertThat(stopped.commits()).isEqualTo(all.commits().subList(0, all.commits().size() / 2 + 1));
    }

    @Test
    void damage_on_the_way_ends_it_there() {
        TestLog log = anyLog(3);
        log.damage(new Lsn(20L << 20));

        assertThatThrownBy(() -> redo(new Done(log), log, log::end, StopRule.NONE))
                .isInstanceOf(WalCorruptException.class)
                .hasMessage(assertThatThrownBy(() -> redo(log, log, log::end, StopRule.NONE))
                        .isInstanceOf(WalCorruptException.class).actual().getMessage());
    }
}
