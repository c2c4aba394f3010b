package dev.seawall.tools.torture.failover;

import dev.seawall.tools.Progress;
import dev.seawall.tools.torture.daemons.Figures;
import dev.seawall.tools.torture.daemons.Report;
import dev.seawall.tools.torture.daemons.WireCommitters;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.locks.LockSupport;

/// One run: the network is cut under load and healed, over and over; three kinds of cut in turn.
///
/// A standby alone: commits go on by the other one. The primary alone, for a while: commits wait, and return
/// when it is healed. The primary alone, and a standby promoted meanwhile: there are two primaries, of
/// which the old one can acknowledge nothing and gets nobody to follow it.
public final class PartitionTorture {

    private static final String ALONE = "a standby cut off: healed, streaming again";
    private static final String WAITED = "the primary cut off: healed to all clients' commits returned";
    private static final String PROMOTED = "the primary cut off: cut to first commit acknowledged by a new one";
    private static final String REWOUND = "the old primary: rewound, started, streaming";
    /// What was on its way when the cable was pulled has come to its end after this.
    private static final Duration CUT = Duration.ofMillis(300);
    /// How long nothing may be acknowledged then.
    private static final Duration STANDSTILL = Duration.ofMillis(700);

    /// How a run is to be.
    ///
    /// @param mostMillis of load before each cut, and of the cut
    public record Plan(int rounds, int committers, int mostMillis, long seed) {}

    private final Plan plan;
    private final Random random;
    private final Figures figures = new Figures();
    private final Map<String, Object> counts = new LinkedHashMap<>();
    private int promotions;
    private int refusals;

    private PartitionTorture(Plan plan) {
        this.plan = plan;
        this.random = new Random(plan.seed());
    }

    /// Makes three clusters in `directory` and a network for them, and tortures them. Needs root.
    ///
    /// @throws IllegalStateException if anything is lost, twice, different, or did not come back
    public static Report run(Plan plan, Path directory, Progress progress) throws IOException, InterruptedException {
        return new PartitionTorture(plan).run(directory, progress);
    }

    private Report run(Path directory, Progress progress) throws IOException, InterruptedException {
        long begin = System.nanoTime();
        try (Network network = new Network(3);
                Replicas replicas = new Replicas(directory, plan.seed(), Replicas.SMALL, Replicas.SETTINGS, network);
                WireCommitters committers = new WireCommitters(replicas::connect, plan.committers())) {
            Agreement agreement = new Agreement(replicas, committers);
            for (int round = 0; round < plan.rounds(); round++) {
                parkAtMost(plan.mostMillis());
                replicas.checkAlive();
                committers.checkFailure();
                String done = switch (round % 3) {
                    case 0 -> promoteMeanwhile(network, replicas, committers);
                    case 1 -> cutStandby(network, replicas, committers);
                    default -> cutPrimary(network, replicas, committers);
                };
                committers.pause();
                agreement.check();
                committers.resume();
                progress.tell("partition " + (round + 1) + " of " + plan.rounds() + ": " + done);
                progress.at(round + 1);
            }
            committers.stop();
            agreement.check();
            counts.put("cuts", plan.rounds());
            counts.put("promotions_meanwhile", promotions);
            counts.put("followers_that_the_old_primary_was_refused", refusals);
            counts.put("acknowledged", committers.acknowledged());
            counts.put("committed_without_an_answer", agreement.unanswered());
            counts.put("connections_lost_in_a_commit", committers.losses());
            counts.put("timelines", agreement.timelines().size());
        }
        counts.put("seconds", Duration.ofNanos(System.nanoTime() - begin).toSeconds());
        return new Report(figures, counts, plan.seed(), "every acknowledged commit is there once, the three agree after"
                + " each cut, and no timeline is there twice");
    }

    private void parkAtMost(int millis) {
        LockSupport.parkNanos(random.nextLong(millis * 1_000_000L));
    }

    private String cutStandby(Network network, Replicas replicas, WireCommitters committers) throws IOException {
        List<Node> standbys = replicas.standbys();
        Node lonely = standbys.get(random.nextInt(standbys.size()));
        network.cut(replicas.all().indexOf(lonely));
        long cut = System.nanoTime();
        replicas.primary().await(() -> committers.haveAllCommittedSince(cut), "commit with one standby");
        parkAtMost(plan.mostMillis());
        network.heal(replicas.all().indexOf(lonely));
        long healed = System.nanoTime();
        replicas.awaitStreaming(2);
        figures.add(ALONE, Duration.ofNanos(System.nanoTime() - healed));
        return lonely + ", a standby, was cut off";
    }

    private String cutPrimary(Network network, Replicas replicas, WireCommitters committers) throws IOException {
        Node primary = replicas.primary();
        network.cut(replicas.all().indexOf(primary));
        awaitStandstill(committers);
        parkAtMost(plan.mostMillis());
        network.heal(replicas.all().indexOf(primary));
        long healed = System.nanoTime();
        primary.await(() -> committers.haveAllCommittedSince(healed), "return the commits that waited");
        figures.add(WAITED, Duration.ofNanos(System.nanoTime() - healed));
        replicas.awaitStreaming(2);
        return primary + ", the primary, was cut off";
    }

    /// What was on its way when the cable was pulled may still be acknowledged; after that nothing is.
    private static void awaitStandstill(WireCommitters committers) {
        LockSupport.parkNanos(CUT.toNanos());
        long from = System.nanoTime();
        LockSupport.parkNanos(STANDSTILL.toNanos());
        if (committers.hasAnyCommittedSince(from)) {
            throw new IllegalStateException("a commit was acknowledged by a primary that no standby can hear");
        }
    }

    private String promoteMeanwhile(Network network, Replicas replicas, WireCommitters committers) throws IOException {
        Node old = replicas.primary();
        network.cut(replicas.all().indexOf(old));
        long cut = System.nanoTime();
        awaitStandstill(committers);
        replicas.dismiss();
        Node next = Replicas.ahead(replicas.all().stream().filter(node -> node != old).toList());
        Node other = replicas.all().stream().filter(node -> node != old && node != next).findFirst().orElseThrow();
        next.promote();
        promotions++;
        replicas.elect(next);
        other.point(next);
        other.reload();
        replicas.awaitStreaming(other);
        // The old one has clients who wait, and one who still believes in it.
        try (Believer believer = new Believer(old)) {
            committers.moveOn();
            next.await(() -> committers.haveAllCommittedSince(cut), "commit for every client");
            figures.add(PROMOTED, Duration.ofNanos(System.nanoTime() - cut));
            parkAtMost(plan.mostMillis());
            network.heal(replicas.all().indexOf(old));
            refuse(old, other, replicas);
            believer.checkUnanswered();
        }
        if (promotions % 2 == 1) {
            // What nobody acknowledged is in its data files then.
            old.ask("CHECKPOINT");
        }
        long begun = System.nanoTime();
        old.kill();
        String how = old.rewind(next);
        old.start();
        replicas.awaitStreaming(old);
        figures.add(REWOUND, Duration.ofNanos(System.nanoTime() - begun));
        return old + ", the primary, was cut off, " + next + " promoted; the old one " + how;
    }

    /// A standby of the new primary's is pointed to the old one, which can be reached again: it may not follow.
    private void refuse(Node old, Node standby, Replicas replicas) throws IOException {
        String before = standby.said();
        point(standby, old);
        standby.awaitWord("diverged", before);
        if (!"0".equals(old.ask("select count(*) from pg_stat_replication where state = 'streaming' "
                + "and application_name = '" + standby.name() + "'"))) {
            throw new IllegalStateException(standby + " follows the primary that was given up, " + old);
        }
        refusals++;
        point(standby, replicas.primary());
        replicas.awaitStreaming(standby);
    }

    /// By a reload, or by a kill and a start.
    private void point(Node standby, Node primary) throws IOException {
        if (promotions % 2 == 1) {
            standby.point(primary);
            standby.reload();
        } else {
            standby.kill();
            standby.point(primary);
            standby.start();
        }
    }
}
