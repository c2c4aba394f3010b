package dev.seawall.recovery.target;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.seawall.recovery.ResourceManagers;
import dev.seawall.recovery.TestLog;
import dev.seawall.recovery.Witness;
import dev.seawall.recovery.redo.HeldLimits;
import dev.seawall.recovery.redo.HeldTransactions;
import dev.seawall.recovery.redo.Redo;
import dev.seawall.recovery.redo.RedoSource;
import dev.seawall.recovery.target.RecoveryTarget.AtLsn;
import dev.seawall.recovery.target.RecoveryTarget.AtTime;
import dev.seawall.recovery.target.RecoveryTarget.AtXid;
import dev.seawall.recovery.target.RecoveryTarget.Immediate;
import dev.seawall.recovery.target.RecoveryTarget.Latest;
import dev.seawall.recovery.target.RecoveryTarget.Name;
import dev.seawall.wal.Lsn;
import dev.seawall.wal.disk.SimulatedDisk;
import dev.seawall.wal.read.WalReader;
import dev.seawall.wal.role.SystemWorld;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;

/// Where each kind of target stops, on one log:
///
/// ```
/// commit 10 | commit 11, same time as 10 | restore point "half"
/// | message 12, commit 12 | abort 13 | commit 14 | "half" again
/// ```
final class TargetStopTest {

    private static final Path BASE = Path.of("/data/base");

    private final TestLog log = new TestLog();
    private final Lsn begin = log.end();
    private final Lsn end10 = transaction(10);
    private final Lsn end11 = sameTime(11);
    private final Lsn half = log.restorePoint("half");
    private final Lsn message12 = log.message(12, "a", "12");
    private final Lsn start12 = message12;
    private final Lsn end12 = log.commit(12);
    private final Lsn end13 = aborted(13);
    private final Lsn end14 = transaction(14);
    private final Lsn again = log.restorePoint("half");

    private String reason = "";
    private Lsn stoppedAt = Lsn.INVALID;

    private Lsn transaction(int xid) {
        log.message(xid, "a", Integer.toString(xid));
        return log.commit(xid);
    }

    private Lsn sameTime(int xid) {
        log.message(xid, "a", Integer.toString(xid));
        return log.commitAtSameTime(xid);
    }

    private Lsn aborted(int xid) {
        log.message(xid, "a", Integer.toString(xid));
        return log.abort(xid);
    }

    /// Times of the ends: 10 and 11 at second 1, 12 at 2, 13 at 3, 14 at 4.
    private static Instant second(int n) {
        return TestLog.timeOf(n);
    }

    private List<String> recover(RecoveryTarget target) throws IOException {
        return recover(target, ConsistentPoint.ANYWHERE, begin);
    }

    private List<String> recover(RecoveryTarget target, ConsistentPoint consistent, Lsn redoPoint) throws IOException {
        Witness witness = new Witness();
        SimulatedDisk disk = new SimulatedDisk(1);
        disk.makeDirectories(BASE);
        TargetStop stop = new TargetStop(target, consistent, redoPoint);
        try (Redo redo = new Redo(
                new RedoSource(new WalReader(log, log.layout()), log.layout(), redoPoint, 3, () -> Lsn.MAX),
                ResourceManagers.of(null, List.of()).withObserver(witness),
                HeldTransactions.open(disk, BASE.resolve("held"), HeldLimits.DEFAULT), stop, new SystemWorld())) {
            while (redo.hasWork()) {
                redo.step();
            }
            if (!redo.isStopped()) {
                stop.endOfLog(redo.progress(), "the log ends: " + redo.end().orElseThrow().reason());
            }
            stoppedAt = redo.applied();
        }
        reason = stop.reason();
        return witness.seen().stream().map(line -> line.substring(0, line.indexOf(':'))).toList();
    }

    @Test
    void latest_is_the_end_of_the_log() throws IOException {
        assertThat(recover(new Latest())).containsExactly("10", "11", "12", "14");
        assertThat(stoppedAt).isEqualTo(log.end());
        assertThat(reason).isEqualTo("no recovery target specified");
    }

    @Test
    void a_name_stops_behind_the_first_restore_point_of_that_name() throws IOException {
        assertThat(recover(new Name("half"))).containsExactly("10", "11");
        assertThat(stoppedAt).isEqualTo(half).isNotEqualTo(again);
        assertThat(reason).isEqualTo("at restore point \"half\"");
    }

    @Test
    void an_inclusive_lsn_takes_the_first_record_that_begins_at_or_after_it() throws IOException {
        // The end of 12's message is where 12's commit begins.
        assertThat(recover(new AtLsn(start12, true))).containsExactly("10", "11", "12");
        assertThat(stoppedAt).isEqualTo(end12);
        assertThat(reason).isEqualTo("after LSN " + start12);
        // In the middle of that commit record the next record is the first that begins behind.
        assertThat(recover(new AtLsn(start12.plus(8), true))).containsExactly("10", "11", "12");
        assertThat(stoppedAt).isGreaterThan(end12).isLessThan(end13);
    }

    @Test
    void an_exclusive_lsn_stops_before_the_first_record_that_begins_at_or_after_it() throws IOException {
        assertThat(recover(new AtLsn(start12, false))).containsExactly("10", "11");
        assertThat(stoppedAt).isEqualTo(start12);
        assertThat(recover(new AtLsn(start12.plus(8), false))).containsExactly("10", "11", "12");
        assertThat(stoppedAt).isEqualTo(end12);
        // What a commit returned is its record's end: exclusive means "with this commit and no more".
        assertThat(recover(new AtLsn(end11, false))).containsExactly("10", "11");
        assertThat(stoppedAt).isEqualTo(end11);
        assertThat(reason).startsWith("before LSN ");
    }

    @Test
    void an_xid_stops_at_its_commit_or_abort_whatever_came_before() throws IOException {
        assertThat(recover(new AtXid(12, true))).containsExactly("10", "11", "12");
        assertThat(reason).isEqualTo("after transaction 12");
        assertThat(recover(new AtXid(12, false))).containsExactly("10", "11");
        assertThat(stoppedAt).isEqualTo(message12);
        assertThat(reason).isEqualTo("before transaction 12");
        assertThat(recover(new AtXid(13, true))).containsExactly("10", "11", "12");
        assertThat(stoppedAt).isEqualTo(end13);
        assertThat(recover(new AtXid(13, false))).containsExactly("10", "11", "12");
        assertThat(stoppedAt).isLessThan(end13);
    }

    @Test
    void an_xid_with_an_epoch_must_match_whole() {
        assertThatThrownBy(() -> recover(new AtXid(1L << 32 | 12, true)))
                .isInstanceOf(RecoveryTargetException.class);
    }

    @Test
    void an_inclusive_time_takes_all_that_ended_at_it() throws IOException {
        assertThat(recover(new AtTime(second(1), true))).containsExactly("10", "11");
        assertThat(stoppedAt).isEqualTo(message12);
        assertThat(reason).isEqualTo("before " + second(2));
        assertThat(recover(new AtTime(second(2), true))).containsExactly("10", "11", "12");
    }

    @Test
    void an_exclusive_time_takes_none_that_ended_at_it() throws IOException {
        assertThat(recover(new AtTime(second(1), false))).isEmpty();
        assertThat(recover(new AtTime(second(2), false))).containsExactly("10", "11");
        assertThat(recover(new AtTime(second(4), false))).containsExactly("10", "11", "12");
    }

    @Test
    void times_are_compared_in_microseconds() throws IOException {
        assertThat(recover(new AtTime(second(2).minusNanos(1_000), true))).containsExactly("10", "11");
        assertThat(recover(new AtTime(second(2).plusNanos(999), true))).containsExactly("10", "11", "12");
    }

    @Test
    void immediate_stops_as_soon_as_it_is_consistent() throws IOException {
        assertThat(recover(new Immediate())).isEmpty();
        assertThat(stoppedAt).isEqualTo(begin);
        assertThat(recover(new Immediate(), new ConsistentPoint(end11, Instant.EPOCH), begin))
                .containsExactly("10", "11");
        assertThat(stoppedAt).isEqualTo(end11);
        assertThat(reason).isEqualTo("reached consistency");
        assertThat(recover(new Immediate(), new ConsistentPoint(log.end(), Instant.EPOCH), begin)).hasSize(4);
    }

    @Test
    void a_target_that_is_not_met_says_how_far_it_got_and_what_is_missing() {
        for (RecoveryTarget target : List.of(new Name("never"), new AtXid(99, true), new AtXid(99, false),
                new AtLsn(log.end().plus(8), true), new AtLsn(log.end().plus(8), false),
                new AtTime(second(5), true), new AtTime(second(5), false))) {
            assertThatThrownBy(() -> recover(target)).isInstanceOf(RecoveryTargetException.class)
                    .hasMessageContaining(target.toString())
                    .hasMessageContaining("replayed up to " + log.end())
                    .hasMessageContaining("last commit transaction 14 at " + second(4))
                    .hasMessageContaining("the log ends: ")
                    .hasMessageContaining("HINT: ");
        }
    }

    @Test
    void a_time_at_the_last_commit_is_not_met_for_more_may_have_had_it() {
        assertThatThrownBy(() -> recover(new AtTime(second(4), true)))
                .isInstanceOf(RecoveryTargetException.class).hasMessageContaining("Only a later commit");
    }

    @Test
    void an_lsn_at_the_very_end_is_not_met_but_the_hint_says_that_all_is_there() {
        assertThatThrownBy(() -> recover(new AtLsn(log.end(), false)))
                .isInstanceOf(RecoveryTargetException.class).hasMessageContaining("exactly at this LSN");
    }

    @Test
    void a_target_before_the_consistent_point_is_refused() {
        ConsistentPoint atEnd12 = new ConsistentPoint(end12, second(1));
        for (RecoveryTarget target : List.of(new Name("half"), new AtXid(11, true), new AtXid(12, false),
                new AtLsn(end11, true), new AtLsn(end11, false), new AtTime(second(1), true),
                new AtTime(second(1), false), new AtTime(second(0), true), new AtTime(second(2), false))) {
            assertThatThrownBy(() -> recover(target, atEnd12, begin))
                    .describedAs(target.toString()).isInstanceOf(RecoveryTargetException.class)
                    .hasMessageContaining("before the consistent point").hasMessageContaining("older backup");
        }
    }

    @Test
    void a_time_before_the_backup_was_begun_is_refused_even_if_no_commit_came_while_it_ran() {
        // The base has 10 to 12; a server would stop before 13 and call that second 1.
        ConsistentPoint atEnd12 = new ConsistentPoint(end12, second(2));
        assertThatThrownBy(() -> recover(new AtTime(second(1), true), atEnd12, end12))
                .isInstanceOf(RecoveryTargetException.class).hasMessageContaining("it was begun at " + second(2));
    }

    @Test
    void a_log_that_ends_before_the_consistent_point_is_refused_whatever_the_target() {
        ConsistentPoint beyond = new ConsistentPoint(log.end().plus(8), Instant.EPOCH);
        for (RecoveryTarget target : List.of(new Latest(), new Immediate())) {
            assertThatThrownBy(() -> recover(target, beyond, begin)).isInstanceOf(RecoveryTargetException.class)
                    .hasMessageContaining("log ends before the backup is consistent")
                    .hasMessageContaining("needed up to " + beyond.lsn());
        }
    }

    @Test
    void a_target_behind_the_consistent_point_is_met() throws IOException {
        ConsistentPoint atEnd11 = new ConsistentPoint(end11, second(1));
        assertThat(recover(new AtXid(12, true), atEnd11, begin)).containsExactly("10", "11", "12");
        assertThat(recover(new AtTime(second(1), true), atEnd11, begin)).containsExactly("10", "11");
        assertThat(recover(new AtLsn(end11, false), atEnd11, begin)).containsExactly("10", "11");
        assertThat(end10).isLessThan(end11);
        assertThat(end14).isLessThan(again);
    }

    @Test
    void names_and_xids_that_cannot_be_are_refused() {
        assertThatThrownBy(() -> new Name("")).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> new Name("x".repeat(64))).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> new AtXid(2, true)).isInstanceOf(IllegalArgumentException.class);
    }
}
