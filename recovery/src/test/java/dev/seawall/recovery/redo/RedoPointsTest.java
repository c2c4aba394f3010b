package dev.seawall.recovery.redo;

import static org.assertj.core.api.Assertions.assertThat;

import dev.seawall.wal.Lsn;
import java.io.IOException;
import dev.seawall.recovery.TestLog;
import org.junit.jupiter.api.Test;

/// Where redo may begin.
final class RedoPointsTest {

    private static Lsn at(long value) {
        return new Lsn(value);
    }

    @Test
    void an_unfinished_transaction_holds_the_redo_point_back() {
        RedoPoints points = new RedoPoints(at(100));
        points.sample(at(500), at(300));
        points.sample(at(600), Lsn.MAX);

        assertThat(points.redoPoint(at(550))).isEqualTo(at(300));
        assertThat(points.redoPoint(at(600))).isEqualTo(at(600));
    }

    @Test
    void state_older_than_a_transaction_that_has_ended_since_needs_the_old_redo_point() {
        RedoPoints points = new RedoPoints(at(100));
        points.sample(at(500), at(300));
        points.sample(at(900), Lsn.MAX);

        assertThat(points.redoPoint(at(899))).isEqualTo(at(300));
    }

    @Test
    void before_the_first_sample_it_is_where_redo_began() {
        RedoPoints points = new RedoPoints(at(100));
        points.sample(at(500), Lsn.MAX);
        assertThat(points.redoPoint(at(50))).isEqualTo(at(100));
        assertThat(points.redoPoint(at(499))).isEqualTo(at(100));
    }

    @Test
    void thinned_samples_never_answer_too_late_and_never_go_backwards() {
        RedoPoints points = new RedoPoints(at(1));
        Lsn last = at(0);
        for (int position = 2; position < 50_000; position++) {
            points.sample(at(position), position % 7 == 0 ? Lsn.MAX : at(position - position % 7));
            if (position % 1_000 == 0) {
                Lsn answer = points.redoPoint(at(position));
                assertThat(answer).isLessThanOrEqualTo(at(position)).isGreaterThanOrEqualTo(last);
                last = answer;
            }
        }
        for (int durable = 1; durable < 50_000; durable += 123) {
            Lsn exact = at(durable - durable % 7);
            assertThat(points.redoPoint(at(durable))).isLessThanOrEqualTo(Lsn.max(exact, at(1)));
        }
    }

    @Test
    void a_checkpoint_forgets_what_is_older_than_itself() {
        RedoPoints points = new RedoPoints(at(100));
        points.sample(at(500), at(300));
        points.sample(at(600), at(300));
        points.forgetBefore(at(550));
        assertThat(points.redoPoint(at(550))).isEqualTo(at(300));
        assertThat(points.redoPoint(at(700))).isEqualTo(at(300));
    }

    @Test
    void redo_answers_for_a_state_that_is_behind_it() throws IOException {
        TestLog log = new TestLog();
        log.message(7, "a", "1");
        Lsn first = log.lastStart();
        Lsn other = log.message(0, "a", "2");
        RedoRig rig = RedoRig.of(log).run();
        Lsn behind = rig.redo.progress().position();
        log.commit(7);
        rig.run();

        assertThat(behind).isEqualTo(other);
        assertThat(rig.redo.redoPoint(behind)).isEqualTo(first);
        assertThat(rig.redo.redoPoint(rig.redo.progress().position())).isEqualTo(log.end());
    }
}
