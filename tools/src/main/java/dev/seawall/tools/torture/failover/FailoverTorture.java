package dev.seawall.tools.torture.failover;

import dev.seawall.tools.Progress;
import dev.seawall.tools.torture.daemons.Figures;
import dev.seawall.tools.torture.daemons.Report;
import dev.seawall.tools.torture.daemons.WireCommitters;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.locks.LockSupport;

/// One run: the primary is killed for good under load, the standby that is ahead is promoted, the other one
/// follows it, and so does the old primary, rewound; over and over, each node in its turn.
///
/// After each round nothing that was acknowledged may be missing or twice, and the three must agree.
public final class FailoverTorture {

    private static final String UNAVAILABLE = "SIGKILL of the primary to the first acknowledged commit";
    private static final String PROMOTED = "promotion";
    private static final String FOLLOWED = "the other standby: pointed to the new primary, streaming";
    private static final String REWOUND = "the old primary: rewind";
    private static final String BACK = "the old primary: started, streaming";

    /// How a run is to be.
    ///
    /// @param mostMillis of load before each kill
    public record Plan(int rounds, int committers, int mostMillis, long seed) {}

    private final Plan plan;
    private final Random random;
    private final Figures figures = new Figures();
    private final Map<String, Object> counts = new LinkedHashMap<>();

    private FailoverTorture(Plan plan) {
        this.plan = plan;
        this.random = new Random(plan.seed());
    }

    /// Makes three clusters in `directory`, and tortures them.
    ///
    /// @throws IllegalStateException if anything is lost, twice, different, or did not come back
    public static Report run(Plan plan, Path directory, Progress progress) throws IOException, InterruptedException {
        return new FailoverTorture(plan).run(directory, progress);
    }

    private Report run(Path directory, Progress progress) throws IOException, InterruptedException {
        long begin = System.nanoTime();
        try (Replicas replicas = new Replicas(directory, plan.seed(), Replicas.SMALL, Replicas.SETTINGS, null);
                WireCommitters committers = new WireCommitters(replicas::connect, plan.committers())) {
            Agreement agreement = new Agreement(replicas, committers);
            for (int round = 0; round < plan.rounds(); round++) {
                LockSupport.parkNanos(random.nextLong(plan.mostMillis() * 1_000_000L));
                String done = round(replicas, committers);
                committers.pause();
                agreement.check();
                committers.resume();
                progress.tell("failover " + (round + 1) + " of " + plan.rounds() + ": " + done);
                progress.at(round + 1);
            }
            committers.stop();
            agreement.check();
            counts.put("failovers", plan.rounds());
            counts.put("acknowledged", committers.acknowledged());
            counts.put("committed_without_an_answer", agreement.unanswered());
            counts.put("connections_lost_in_a_commit", committers.losses());
            counts.put("timelines", agreement.timelines().size());
        }
        counts.put("seconds", Duration.ofNanos(System.nanoTime() - begin).toSeconds());
        return new Report(figures, counts, plan.seed(),
                "every acknowledged commit is there once, and the three agree after each failover");
    }

    /// @return what came of it
    private String round(Replicas replicas, WireCommitters committers) throws IOException {
        replicas.checkAlive();
        committers.checkFailure();
        Node old = replicas.dismiss();
        long killed = System.nanoTime();
        old.kill();
        Node next = Replicas.ahead(replicas.all().stream().filter(node -> node != old).toList());
        Node other = replicas.all().stream().filter(node -> node != old && node != next).findFirst().orElseThrow();
        long begun = System.nanoTime();
        next.promote();
        figures.add(PROMOTED, Duration.ofNanos(System.nanoTime() - begun));
        replicas.elect(next);
        begun = System.nanoTime();
        other.point(next);
        other.reload();
        replicas.awaitStreaming(other);
        figures.add(FOLLOWED, Duration.ofNanos(System.nanoTime() - begun));
        next.await(() -> committers.haveCommittedSince(killed), "commit");
        figures.add(UNAVAILABLE, Duration.ofNanos(System.nanoTime() - killed));
        next.await(() -> committers.haveAllCommittedSince(killed), "commit for every client");

        // The rest goes on under load.
        return next + " promoted, " + old + " " + rejoin(old, replicas);
    }

    private String rejoin(Node old, Replicas replicas) throws IOException {
        long begun = System.nanoTime();
        String how = old.rewind(replicas.primary());
        figures.add(REWOUND, Duration.ofNanos(System.nanoTime() - begun));
        begun = System.nanoTime();
        old.start();
        replicas.awaitStreaming(old);
        figures.add(BACK, Duration.ofNanos(System.nanoTime() - begun));
        return how;
    }
}
