package dev.seawall.walwriter.syncrep;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.seawall.sim.SimulatedWorld;
import dev.seawall.wal.Lsn;
import dev.seawall.walwriter.NotReplicatedException;
import dev.seawall.walwriter.cluster.SyncCommits.Level;
import dev.seawall.walwriter.cluster.SyncCommits.Outcome;
import dev.seawall.walwriter.syncrep.StandbyNames.Method;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class SyncRepTest {

    private final SimulatedWorld world = new SimulatedWorld(1);
    private final List<Standby> standbys = new ArrayList<>();
    private final SyncRep syncRep = new SyncRep(world, Runnable::run, () -> true, () -> List.copyOf(standbys));

    @AfterEach
    void close() {
        syncRep.close();
        world.close();
    }

    private static Lsn lsn(long value) {
        return new Lsn(value);
    }

    private static Standby standby(int pid, String name, long write, long flush, long apply) {
        return new Standby(pid, name, true, lsn(write), lsn(flush), lsn(apply));
    }

    private void configure(String names) {
        syncRep.configure(StandbyNames.parse(names), Level.FLUSH);
    }

    private CompletableFuture<Lsn> commit(long lsn, Level level) {
        syncRep.configure(StandbyNames.parse(syncRep.status().names()), level);
        return syncRep.future(lsn(lsn));
    }

    private void tells(Standby standby) {
        standbys.removeIf(one -> one.pid() == standby.pid());
        standbys.add(standby);
        syncRep.update();
    }

    private boolean isDone(long commit) {
        return syncRep.await(lsn(commit), Level.FLUSH, () -> true) == Outcome.REACHED;
    }

    @Test
    void nobody_waits_while_nobody_is_named() {
        assertThat(syncRep.isWanted()).isFalse();
        assertThat(syncRep.future(lsn(100))).isCompletedWithValue(lsn(100));
    }

    @Test
    void a_commit_waits_for_what_its_level_asks_of_a_standby() {
        configure("a");
        CompletableFuture<Lsn> flushed = commit(100, Level.FLUSH);
        CompletableFuture<Lsn> written = commit(100, Level.WRITE);
        CompletableFuture<Lsn> applied = commit(100, Level.APPLY);

        tells(standby(1, "a", 100, 99, 98));
        assertThat(List.of(written.isDone(), flushed.isDone(), applied.isDone())).containsExactly(true, false, false);
        tells(standby(1, "a", 100, 100, 99));
        assertThat(List.of(flushed.isDone(), applied.isDone())).containsExactly(true, false);
        tells(standby(1, "a", 100, 100, 100));
        assertThat(applied).isCompletedWithValue(lsn(100));
        assertThat(syncRep.status().waiting()).isZero();
    }

    @Test
    void who_is_named_later_takes_the_place_of_one_that_goes() {
        configure("FIRST 1 (a, b)");
        tells(standby(1, "a", 50, 50, 50));
        tells(standby(2, "b", 100, 100, 100));
        assertThat(syncRep.stateOf(1)).isEqualTo(new SyncRep.SyncState(1, "sync"));
        assertThat(syncRep.stateOf(2)).isEqualTo(new SyncRep.SyncState(2, "potential"));
        CompletableFuture<Lsn> commit = syncRep.future(lsn(100));
        assertThat(commit).isNotDone();
        standbys.removeFirst();
        syncRep.update();

        assertThat(commit).isDone();
        assertThat(syncRep.stateOf(2)).isEqualTo(new SyncRep.SyncState(2, "sync"));
    }

    @Test
    void only_those_count_that_have_caught_up_and_say_what_they_have() {
        configure("ANY 1 (*)");
        tells(new Standby(1, "a", false, lsn(100), lsn(100), lsn(100)));
        tells(standby(2, "b", 100, 0, 0));
        assertThat(isDone(100)).isFalse();
        assertThat(syncRep.stateOf(1)).isEqualTo(new SyncRep.SyncState(1, "potential"));
        assertThat(syncRep.stateOf(2)).isEqualTo(new SyncRep.SyncState(0, "async"));
        tells(standby(1, "a", 100, 100, 100));
        assertThat(isDone(100)).isTrue();
        assertThat(syncRep.stateOf(1)).isEqualTo(new SyncRep.SyncState(1, "quorum"));
    }

    @Test
    void another_setting_wakes_those_who_wait() {
        configure("2 (a, b)");
        tells(standby(1, "a", 100, 100, 100));
        CompletableFuture<Lsn> first = syncRep.future(lsn(100));
        CompletableFuture<Lsn> second = syncRep.future(lsn(200));
        assertThat(syncRep.status()).returns(2, status -> status.waiting()).returns(1, status -> status.missing())
                .returns(List.of("b"), status -> status.absent()).returns(List.of("a"), status -> status.synchronous())
                .returns(lsn(100), status -> status.upTo());
        configure("ANY 1 (a, b)");
        assertThat(List.of(first.isDone(), second.isDone())).containsExactly(true, false);
        configure("");
        assertThat(second).isDone();
    }

    @Test
    void who_stops_waiting_leaves_nothing_behind() {
        configure("a");
        for (int i = 0; i < 1000; i++) {
            assertThat(syncRep.await(lsn(100), Level.FLUSH, () -> true)).isEqualTo(Outcome.STOPPED);
        }
        assertThat(syncRep.status()).returns(0, status -> status.waiting()).returns(null, status -> status.since());
    }

    @Test
    void the_servers_end_ends_every_wait() {
        configure("a");
        CompletableFuture<Lsn> commit = syncRep.future(lsn(100));
        syncRep.close();

        assertThat(commit).isCompletedExceptionally();
        assertThat(syncRep.await(lsn(100), Level.FLUSH, () -> false)).isEqualTo(Outcome.ENDED);
        assertThatThrownBy(() -> syncRep.await(lsn(100))).isInstanceOf(NotReplicatedException.class);
    }

    /// Whatever standbys and settings do: what is acknowledged is on as many of the named standbys as there must
    /// be, and what is there is acknowledged.
    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4})
    void what_is_acknowledged_is_where_it_must_be(long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        List<String> names = List.of("a", "b", "c", "B");
        TreeMap<Long, CompletableFuture<Lsn>> commits = new TreeMap<>();
        long end = 100;
        for (int step = 0; step < 10_000; step++) {
            if (step % 250 == 0) {
                syncRep.configure(names(random), Level.FLUSH);
                check(commits);
            }
            switch (random.nextInt(6)) {
                case 0, 1 -> {
                    end += random.nextInt(1, 50);
                    commits.put(end, syncRep.future(lsn(end)));
                }
                case 2 -> {
                    if (!standbys.isEmpty() && random.nextInt(10) == 0) {
                        standbys.remove(random.nextInt(standbys.size()));
                        syncRep.update();
                    }
                }
                default -> {
                    int pid = random.nextInt(5);
                    long flush = random.nextInt(8) == 0 ? 0 : end - random.nextInt(100);
                    tells(new Standby(pid, names.get(pid % names.size()), random.nextInt(5) > 0,
                            lsn(end), lsn(flush), lsn(0)));
                }
            }
            check(commits);
        }
    }

    private long highest;

    /// What is acknowledged and was not before: enough must have it, or have had it under an earlier setting.
    private void check(TreeMap<Long, CompletableFuture<Lsn>> commits) {
        highest = Math.max(highest, reachedByHand());
        commits.headMap(highest, true).forEach((commit, future) ->
                assertThat(future.isDone()).as("commit %d, of which enough have %d", commit, highest).isTrue());
        while (!commits.isEmpty() && commits.firstEntry().getValue().isDone()) {
            assertThat(current.isEmpty() || commits.firstKey() <= highest).as("commit %d was acknowledged: %s",
                    commits.firstKey(), standbys).isTrue();
            commits.pollFirstEntry();
        }
    }

    private StandbyNames current = StandbyNames.NONE;

    private StandbyNames names(SplittableRandom random) {
        List<String> texts = List.of("", "a", "a,b", "FIRST 2 (a,b,c)", "ANY 1 (a,b)", "ANY 2 (a,b,c)", "ANY 2 (*)",
                "FIRST 3 (*)", "2 (b, *)", "ANY 4 (a)");
        current = StandbyNames.parse(texts.get(random.nextInt(texts.size())));
        return current;
    }

    /// The furthest position that enough have, found by trying every one that somebody has.
    private long reachedByHand() {
        return standbys.stream().mapToLong(one -> one.flush().value()).filter(this::isEnough).max().orElse(0);
    }

    private boolean isEnough(long position) {
        if (position == 0 || current.isEmpty()) {
            return false;
        }
        List<Standby> named = standbys.stream().filter(one -> one.isStreaming() && one.flush().isValid()
                && current.priorityOf(one.applicationName()) > 0).toList();
        if (current.method() == Method.ANY) {
            return named.stream().filter(one -> one.flush().value() >= position).count() >= current.count();
        }
        // Those before whom fewer stand than there must be.
        List<Standby> first = named.stream().filter(one -> named.stream().filter(other -> isBefore(other, one)).count()
                < current.count()).toList();
        return first.size() == current.count() && first.stream().allMatch(one -> one.flush().value() >= position);
    }

    private boolean isBefore(Standby one, Standby other) {
        int difference = Integer.compare(current.priorityOf(one.applicationName()),
                current.priorityOf(other.applicationName()));
        return difference < 0 || difference == 0 && standbys.indexOf(one) < standbys.indexOf(other);
    }
}
