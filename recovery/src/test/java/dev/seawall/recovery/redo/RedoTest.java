package dev.seawall.recovery.redo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.seawall.recovery.RedoFailedException;
import dev.seawall.recovery.TestLog;
import dev.seawall.wal.Lsn;
import dev.seawall.wal.WalCorruptException;
import dev.seawall.wal.disk.DiskCall;
import dev.seawall.wal.disk.Fault;
import dev.seawall.wal.disk.SimulatedDisk;
import dev.seawall.wal.record.RelationId;
import dev.seawall.wal.record.body.RunningXacts;
import dev.seawall.wal.record.body.TransactionRecord;
import dev.seawall.wal.role.World;
import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.Test;

/// How records become transactions, and what redo says of itself.
final class RedoTest {

    private static final RelationId RELATION = new RelationId(1663, 5, 16384);

    private final TestLog log = new TestLog();

    @Test
    void a_transaction_is_handed_over_whole_at_its_commit() throws IOException {
        RedoRig rig = RedoRig.of(log);
        log.message(7, "a", "1");
        log.write(7, RELATION, 0, 100, "x");
        log.message(7, "a.b", "2");
        assertThat(rig.seen()).isEmpty();

        Lsn commit = log.commit(7);
        assertThat(rig.seen()).containsExactly("7: a=1, pages 1663/5/16384 0, a.b=2");
        assertThat(rig.witness.commits()).containsExactly(commit);
    }

    @Test
    void interleaved_transactions_come_in_commit_order() throws IOException {
        log.message(7, "a", "1");
        log.message(8, "a", "2");
        log.message(7, "a", "3");
        log.commit(8);
        log.message(9, "a", "4");
        log.commit(7);
        log.commit(9);

        assertThat(RedoRig.of(log).seen()).containsExactly("8: a=2", "7: a=1, a=3", "9: a=4");
    }

    @Test
    void an_aborted_transaction_leaves_no_trace() throws IOException {
        log.message(7, "a", "1");
        log.message(8, "a", "2");
        log.abort(7);
        log.commit(8);

        RedoRig rig = RedoRig.of(log);
        assertThat(rig.seen()).containsExactly("8: a=2");
        assertThat(rig.redo.oldestUnfinished()).isEqualTo(Lsn.MAX);
        assertThat(rig.redo.progress().counts().aborts()).isEqualTo(1);
    }

    @Test
    void messages_outside_transactions_and_growth_take_effect_where_they_stand() throws IOException {
        log.message(7, "a", "1");
        log.message(0, "a", "now");
        log.grow(RELATION, 0, 2);
        log.commit(7);

        assertThat(RedoRig.of(log).seen()).containsExactly(
                "0: a=now", "0: pages 1663/5/16384 0, pages 1663/5/16384 1", "7: a=1");
    }

    @Test
    void the_logs_own_messages_are_nobodys() throws IOException {
        log.message(0, "seawall.watermark", "12345678");
        log.message(0, "seawall.relations", "");

        RedoRig rig = RedoRig.of(log);
        assertThat(rig.seen()).isEmpty();
        assertThat(rig.redo.progress().counts().messages()).isZero();
    }

    @Test
    void running_xacts_rules_out_what_it_does_not_list() throws IOException {
        log.message(7, "a", "crashed");
        log.message(8, "a", "runs");
        log.message(11, "a", "began later");
        log.running(10, 8);
        log.commit(8);
        log.commit(11);

        RedoRig rig = RedoRig.of(log);
        assertThat(rig.seen()).containsExactly("8: a=runs", "11: a=began later");
        assertThat(rig.redo.progress().counts().ruledOut()).isEqualTo(1);
        assertThat(rig.redo.oldestUnfinished()).isEqualTo(Lsn.MAX);
    }

    @Test
    void an_overflowed_running_xacts_rules_out_only_what_is_older_than_all() throws IOException {
        log.message(7, "a", "crashed");
        log.message(9, "a", "a subtransaction that is not listed");
        log.append(new RunningXacts(0, true, 10, 8, 7, List.of(8)));
        log.endWithSubtransactions(TransactionRecord.COMMIT, 8, 9);

        assertThat(RedoRig.of(log).seen()).containsExactly("8: a=a subtransaction that is not listed");
    }

    @Test
    void messages_of_subtransactions_belong_to_the_parent_in_log_order() throws IOException {
        log.message(7, "a", "1");
        log.message(8, "a", "2");
        log.message(7, "a", "3");
        log.message(9, "a", "rolled back");
        log.endWithSubtransactions(TransactionRecord.ABORT, 9);
        log.message(10, "a", "4");
        log.endWithSubtransactions(TransactionRecord.COMMIT, 7, 8, 10);

        assertThat(RedoRig.of(log).seen()).containsExactly("7: a=1, a=2, a=3, a=4");
    }

    @Test
    void the_abort_of_a_parent_takes_its_subtransactions_along() throws IOException {
        log.message(7, "a", "1");
        log.message(8, "a", "2");
        log.endWithSubtransactions(TransactionRecord.ABORT, 7, 8);

        RedoRig rig = RedoRig.of(log);
        assertThat(rig.seen()).isEmpty();
        assertThat(rig.redo.oldestUnfinished()).isEqualTo(Lsn.MAX);
    }

    @Test
    void a_prepared_transaction_commits_by_the_xid_in_the_records_body() throws IOException {
        log.message(7, "a", "1");
        log.message(8, "a", "2");
        log.endPrepared(TransactionRecord.COMMIT_PREPARED, 7);
        log.endPrepared(TransactionRecord.ABORT_PREPARED, 8);

        assertThat(RedoRig.of(log).seen()).containsExactly("7: a=1");
    }

    @Test
    void an_engine_gets_the_messages_of_its_name_only() throws IOException {
        log.message(7, "ledger.add", "alice 5");
        log.message(7, "ledgerx", "not a number");
        log.message(7, "other", "not a number");
        log.write(7, RELATION, 0, 100, "x");
        log.commit(7);
        log.message(0, "ledger.add", "bob 3");

        assertThat(RedoRig.of(log).balances()).containsOnly(
                java.util.Map.entry("alice", 5L), java.util.Map.entry("bob", 3L));
    }

    @Test
    void a_commit_of_a_transaction_that_is_not_known_is_no_error() throws IOException {
        log.commit(7);
        RedoRig rig = RedoRig.of(log);
        assertThat(rig.seen()).isEmpty();
        assertThat(rig.redo.progress().lastCommitXid()).isEqualTo(7);
    }

    @Test
    void progress_tells_position_and_oldest_unfinished_and_last_commit() throws IOException {
        log.message(7, "a", "1");
        Lsn first = log.lastStart();
        log.message(8, "a", "2");
        Lsn commit = log.commit(8);
        RedoRig rig = RedoRig.of(log).run();

        RedoProgress progress = rig.redo.progress();
        assertThat(progress.position()).isEqualTo(log.end());
        assertThat(progress.oldestUnfinished()).isEqualTo(first);
        assertThat(progress.unfinished()).isEqualTo(1);
        assertThat(progress.lastCommitLsn()).isEqualTo(commit);
        assertThat(progress.lastCommitXid()).isEqualTo(8);
        assertThat(progress.lastCommitTime()).isEqualTo(log.lastTime());
        assertThat(progress.nextXid()).isEqualTo(9);
        assertThat(progress.counts().records()).isEqualTo(3);
        assertThat(progress.counts().commits()).isEqualTo(1);
        assertThat(progress.counts().messages()).isEqualTo(2);
    }

    @Test
    void xids_are_widened_by_the_epoch_of_the_last_checkpoint() throws IOException {
        log.checkpoint(5L << 32 | 10);
        log.message(11, "a", "1");
        log.commit(11);

        assertThat(RedoRig.of(log).seen()).containsExactly((5L << 32 | 11) + ": a=1");
    }

    @Test
    void it_follows_the_limit_and_rests_there() throws IOException {
        RedoRig rig = RedoRig.of(log);
        assertThat(rig.redo.hasWork()).isFalse();
        log.message(0, "a", "1");
        assertThat(rig.redo.hasWork()).isTrue();
        rig.run();
        log.message(0, "a", "2");
        assertThat(rig.seen()).containsExactly("0: a=1", "0: a=2");
        assertThat(rig.redo.applied()).isEqualTo(log.end());
    }

    @Test
    void damage_before_the_limit_is_not_taken_for_the_end() throws IOException {
        log.message(0, "a", "1");
        log.message(0, "a", "2");
        log.damage(log.lastStart().plus(40));
        RedoRig rig = RedoRig.of(log);

        assertThatThrownBy(rig::run).isInstanceOf(WalCorruptException.class)
                .hasMessageContaining(log.lastStart().toString()).hasMessageContaining("checksum");
    }

    @Test
    void what_an_engine_throws_ends_redo_and_who_waits_is_told() throws Exception {
        log.message(7, "ledger.add", "not-a-number x");
        Lsn commit = log.commit(7);
        RedoRig rig = RedoRig.of(log);

        try (World.Running running = rig.world.start(rig.redo)) {
            assertThatThrownBy(() -> rig.redo.awaitApplied(commit)).isInstanceOf(RedoFailedException.class);
            assertThat(running.failure()).hasMessageContaining("transaction 7").hasMessageContaining("\"ledger\"");
        }
        assertThat(rig.redo.applied()).isNotEqualTo(commit);
    }

    @Test
    void who_waits_for_an_lsn_is_woken_when_it_is_applied() throws Exception {
        RedoRig rig = RedoRig.of(log);
        try (World.Running running = rig.world.start(rig.redo)) {
            for (int xid = 7; xid < 50; xid++) {
                log.message(xid, "ledger.add", "a 1");
                Lsn commit = log.commit(xid);
                running.wake();
                rig.redo.awaitApplied(commit);
                assertThat(rig.ledger.balances()).containsEntry("a", xid - 6L);
            }
        }
    }

    @Test
    void large_transactions_spill_and_come_back_whole() throws IOException {
        RedoRig rig = RedoRig.of(log, new HeldLimits(10_000, 1 << 20));
        StringBuilder expected = new StringBuilder();
        for (int i = 0; i < 300; i++) {
            log.message(7, "a", "m" + i);
            log.message(8, "a", "n" + i);
            expected.append(i == 0 ? "" : ", ").append("a=m").append(i);
        }
        log.message(7, "a", new byte[200_000]);
        log.write(7, RELATION, 3, 100, "x");
        rig.run();
        assertThat(rig.spillFiles()).containsExactly("7.held", "8.held");
        assertThat(rig.redo.progress().counts().spilledBytes()).isGreaterThan(200_000);

        log.commit(7);
        log.abort(8);
        assertThat(rig.seen()).containsExactly(
                "7: " + expected + ", a=200000 bytes, pages 1663/5/16384 3");
        assertThat(rig.spillFiles()).isEmpty();
    }

    @Test
    void many_small_transactions_spill_the_largest_first() throws IOException {
        RedoRig rig = RedoRig.of(log, new HeldLimits(1 << 20, 20_000));
        for (int xid = 10; xid < 20; xid++) {
            log.message(xid, "a", new byte[xid == 15 ? 5_000 : 1_800]);
        }
        assertThat(rig.run().spillFiles()).containsExactly("15.held");
        for (int xid = 10; xid < 20; xid++) {
            log.commit(xid);
        }
        assertThat(rig.seen()).hasSize(10);
    }

    @Test
    void files_of_an_earlier_life_are_removed_at_the_start() throws IOException {
        log.message(7, "a", new byte[100_000]);
        HeldLimits limits = new HeldLimits(10_000, 1 << 20);
        RedoRig first = RedoRig.of(log, limits).run();
        assertThat(first.spillFiles()).containsExactly("7.held");
        first.disk.kill();
        first.disk.restart();

        RedoRig second = new RedoRig(log, first.disk, new Lsn(log.layout().segmentBytes()),
                HeldLimits.DEFAULT, StopRule.NONE);
        assertThat(second.spillFiles()).isEmpty();
    }

    @Test
    void a_full_disk_is_waited_out_and_nothing_is_lost() throws Exception {
        SimulatedDisk disk = new SimulatedDisk(1);
        RedoRig rig = new RedoRig(log, disk, new Lsn(log.layout().segmentBytes()),
                new HeldLimits(1_000, 1 << 20), StopRule.NONE);
        disk.capacity(0);
        log.message(7, "a", new byte[100_000]);
        log.message(7, "a", "after");
        log.commit(7);
        rig.run();
        assertThat(rig.witness.seen()).isEmpty();
        assertThat(rig.redo.hasWork()).isFalse();

        disk.capacity(1 << 30);
        assertThat(rig.world.park(rig.redo::hasWork, 10_000_000_000L)).isTrue();
        assertThat(rig.seen()).containsExactly("7: a=100000 bytes, a=after");
    }

    @Test
    void a_failed_write_of_held_changes_ends_redo() throws IOException {
        RedoRig rig = RedoRig.of(log, new HeldLimits(1_000, 1 << 20));
        rig.disk.inject(new Fault.InputOutputError(), 1,
                call -> call.operation() == DiskCall.Operation.WRITE);
        log.message(7, "a", new byte[100_000]);
        assertThatThrownBy(rig::run).isInstanceOf(IOException.class);
    }
}
