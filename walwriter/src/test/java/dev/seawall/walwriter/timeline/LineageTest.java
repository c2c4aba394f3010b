package dev.seawall.walwriter.timeline;

import static org.assertj.core.api.Assertions.assertThat;

import dev.seawall.wal.Lsn;
import dev.seawall.wal.TimelineHistory;
import dev.seawall.wal.TimelineId;
import dev.seawall.walwriter.timeline.Lineage.Behind;
import dev.seawall.walwriter.timeline.Lineage.Diverged;
import dev.seawall.walwriter.timeline.Lineage.Follow;
import dev.seawall.walwriter.timeline.Lineage.Foreign;
import dev.seawall.walwriter.timeline.Lineage.Side;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.jspecify.annotations.Nullable;

final class LineageTest {

    private static final long SYSTEM = 7_000_000_000_000_000_001L;
    private static final int UNIT = 0x100;
    private static final int LONGEST = 6;

    private static final TimelineId TWO = new TimelineId(2);
    private static final TimelineHistory ONE = TimelineHistory.root(TimelineId.FIRST);

    /// Somebody began to write: the cluster's creation, or a promotion at `from`.
    private record Claim(@Nullable Claim parent, int timeline, int from, String reason) {

        TimelineHistory history() {
            return parent == null ? ONE
                    : parent.history().branch(new TimelineId(timeline), lsn(from), reason);
        }

        boolean isAncestorOrSelfOf(Claim other) {
            for (Claim at = other; at != null; at = at.parent) {
                if (at == this) {
                    return true;
                }
            }
            return false;
        }

        /// Who wrote the unit at `position`, for a server on this claim.
        Claim writerOf(int position) {
            Claim before = parent;
            return before == null || position >= from ? this : before.writerOf(position);
        }
    }

    private record Server(Claim claim, int end) {
        Side side() {
            return new Side(SYSTEM, claim.history(), lsn(end));
        }
    }

    private enum Verdict { FOLLOW, BEHIND, DIVERGED }

    private static Lsn lsn(int position) {
        return new Lsn((long) position * UNIT);
    }

    /// Three promotions: two of the first timeline, the second of them under the same number or the
    /// next; and one of the first promotion's timeline, with a number that the other may have too.
    private static List<Claim> claims(int p, int q, int s, int numberOfQ) {
        Claim root = new Claim(null, 1, 0, "");
        Claim first = new Claim(root, 2, p, "first");
        return List.of(root, first, new Claim(root, numberOfQ, q, "second"), new Claim(first, 3, s, "third"));
    }

    private static int newestInBoth(Claim a, Claim b) {
        Claim parent = a.parent;
        return parent == null || a.isAncestorOrSelfOf(b) ? a.timeline : newestInBoth(parent, b);
    }

    private static int inCommon(Server a, Server b) {
        int position = 0;
        while (position < Math.min(a.end, b.end) && a.claim.writerOf(position) == b.claim.writerOf(position)) {
            position++;
        }
        return position;
    }

    /// By who wrote what, unit by unit.
    private static Verdict expected(Server own, Server other) {
        int common = inCommon(own, other);
        if (common == own.end && own.claim.isAncestorOrSelfOf(other.claim)) {
            return Verdict.FOLLOW;
        }
        return common == other.end && other.claim.isAncestorOrSelfOf(own.claim) ? Verdict.BEHIND : Verdict.DIVERGED;
    }

    @Test
    void every_pair_of_servers_is_judged_by_who_wrote_which_byte() {
        Map<Verdict, Integer> seen = new EnumMap<>(Verdict.class);
        for (int p = 1; p < LONGEST; p++) {
            for (int q = 1; q < LONGEST; q++) {
                for (int s = p; s < LONGEST; s++) {
                    for (int numberOfQ = 2; numberOfQ <= 3; numberOfQ++) {
                        List<Server> servers = servers(claims(p, q, s, numberOfQ));
                        for (Server own : servers) {
                            for (Server other : servers) {
                                seen.merge(check(own, other), 1, Integer::sum);
                            }
                        }
                    }
                }
            }
        }
        assertThat(seen).hasSize(3).allSatisfy((_, times) -> assertThat(times).isGreaterThan(1_000));
    }

    private static List<Server> servers(List<Claim> claims) {
        List<Server> servers = new ArrayList<>();
        for (Claim claim : claims) {
            for (int end = Math.max(1, claim.from); end <= LONGEST; end++) {
                servers.add(new Server(claim, end));
            }
        }
        return servers;
    }

    private static Verdict check(Server own, Server other) {
        Verdict expected = expected(own, other);
        String pair = own + " and " + other;
        switch (Lineage.judge(own.side(), other.side())) {
            case Follow(Lsn from, TimelineId timeline) -> {
                assertThat(expected).as(pair).isEqualTo(Verdict.FOLLOW);
                assertThat(from).as(pair).isEqualTo(lsn(own.end));
                assertThat(timeline.value()).as(pair).isEqualTo(other.claim.writerOf(own.end).timeline);
            }
            case Behind(Lsn end, TimelineId timeline) -> {
                assertThat(expected).as(pair).isEqualTo(Verdict.BEHIND);
                assertThat(end).as(pair).isEqualTo(lsn(other.end));
                assertThat(timeline.value()).as(pair).isEqualTo(other.claim.timeline);
            }
            case Diverged diverged -> {
                assertThat(expected).as(pair).isEqualTo(Verdict.DIVERGED);
                assertThat(diverged.at()).as(pair).isEqualTo(lsn(inCommon(own, other)));
                assertThat(diverged.timeline().value()).as(pair).isEqualTo(newestInBoth(own.claim, other.claim));
            }
            case Foreign foreign -> throw new AssertionError(pair + ": " + foreign);
        }
        return expected;
    }

    @Test
    void another_systems_server_is_foreign() {
        assertThat(Lineage.judge(new Side(1, ONE, lsn(1)), new Side(-1, ONE, lsn(1))))
                .isEqualTo(new Foreign(
                        "the other server's system identifier is 18446744073709551615, this one's is 1"));
    }

    @Test
    void histories_without_a_common_timeline_are_foreign() {
        TimelineHistory elsewhere = new TimelineHistory(new TimelineId(3),
                List.of(new TimelineHistory.Branch(TWO, lsn(1), "")));

        Side own = new Side(1, ONE.branch(TWO, lsn(1), ""), lsn(2));

        Lineage judged = Lineage.judge(own, new Side(1, elsewhere, lsn(2)));

        assertThat(judged).isInstanceOf(Foreign.class);
        assertThat(judged.describe())
                .contains("timelines 2 and 3 have no common ancestor");
    }

    @Test
    void a_timeline_that_was_claimed_twice_at_the_same_place_is_told_by_its_reason() {
        Side own = new Side(1, ONE.branch(TWO, lsn(2), "before transaction 733"), lsn(3));
        Side other = new Side(1, ONE.branch(TWO, lsn(2), "no recovery target"), lsn(5));

        assertThat(Lineage.judge(own, other)).isEqualTo(new Diverged(lsn(2), TimelineId.FIRST, own, other));
    }

    @Test
    void what_diverged_is_said_in_pg_rewinds_words_with_both_ends_and_what_to_do() {
        Side own = new Side(1, ONE, lsn(5));
        Side other = new Side(1, ONE.branch(TWO, lsn(3), "promoted"), lsn(9));

        assertThat(Lineage.judge(own, other).describe())
                .startsWith("servers diverged at WAL location 0/300 on timeline 1: this one has timeline 1 up to 0/500,"
                        + " the other timeline 2 up to 0/900")
                .contains("walctl rewind");
    }
}
