package dev.seawall.tools.torture.daemons;

import dev.seawall.embedded.Seawall;
import dev.seawall.tools.Progress;
import dev.seawall.tools.child.BareJvm;
import dev.seawall.tools.daemon.DaemonRole;
import dev.seawall.wal.Lsn;
import dev.seawall.wal.PageLayout;
import dev.seawall.wal.TimelineHistory;
import dev.seawall.wal.TimelineId;
import dev.seawall.wal.disk.LinuxDisk;
import dev.seawall.wal.role.SystemWorld;
import dev.seawall.walwriter.client.WireClient;
import dev.seawall.walwriter.start.ClusterInit;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/// One run: three daemons, clients that commit, and SIGKILL for one of the three in turn at random moments,
/// each started again at once.
///
/// Checks after each that the other two lived on and found each other again, and at the end that nothing
/// acknowledged is lost, in the log and in the data files, and nothing is there twice.
public final class DaemonTorture {

    /// How a run is to be.
    ///
    /// @param mostMillis   between a cluster that works again and the next kill
    /// @param backlogBytes of log that redo has not seen, at least, at one more kill of the walwriter
    /// @param pgbench      the program; null: none beside
    public record Plan(int kills, int committers, int mostMillis, long backlogBytes, long seed,
            @Nullable Path pgbench) {}

    private static final int SEGMENT_BYTES = 16 << 20;
    private static final String FIRST_COMMIT = "walwriter: SIGKILL to first acknowledged commit";
    private static final String FIRST_COMMIT_BACKLOG = "the same, with much that redo has not seen";
    private static final String BARE = "a bare JVM says one line";
    private static final String TOGETHER = "walwriter: SIGKILL to both others connected again";

    private final Plan plan;
    private final Path cluster;
    private final Random random;
    private final Figures figures = new Figures();
    private final Map<String, Object> counts = new LinkedHashMap<>();
    /// Odd while the walwriter is away. One thread writes it.
    private final AtomicLong walwriterTurns = new AtomicLong();

    private DaemonTorture(Plan plan, Path cluster) {
        this.plan = plan;
        this.cluster = cluster;
        this.random = new Random(plan.seed());
    }

    /// Makes a cluster in `directory`, and tortures it.
    ///
    /// @throws IllegalStateException if anything is lost, twice, or did not come back
    public static Report run(Plan plan, Path directory, Progress progress) throws IOException, InterruptedException {
        Path cluster = directory.resolve("c");
        Files.createDirectories(cluster);
        // Nothing of the log is removed: at the end all of it is read.
        Files.writeString(cluster.resolve("seawall.conf"), """
                listen_addresses = ''
                checkpoint_timeout = 5s
                wal_keep_size = 1TB
                max_wal_size = 256MB
                archive_mode = on
                archive_repository = '../archive'
                """);
        Instant now = Instant.now();
        Seawall.init(new LinuxDisk(), new SystemWorld(), cluster, new ClusterInit.Options(
                ClusterInit.systemId(now, plan.seed()), new Lsn(SEGMENT_BYTES), 3, new PageLayout(SEGMENT_BYTES),
                ClusterInit.Options.MAX_CONNECTIONS_DEFAULT));
        return new DaemonTorture(plan, cluster).run(progress);
    }

    private Report run(Progress progress) throws IOException, InterruptedException {
        long begin = System.nanoTime();
        try (Trio trio = new Trio(cluster);
                WireCommitters committers = new WireCommitters(trio::connect, plan.committers())) {
            Path program = plan.pgbench();
            try (PgbenchBeside pgbench = program == null ? null
                    : new PgbenchBeside(program, cluster, walwriterTurns::get)) {
                for (int kill = 0; kill < plan.kills(); kill++) {
                    LockSupport.parkNanos(random.nextLong(plan.mostMillis() * 1_000_000L));
                    killAndCheck(DaemonRole.values()[kill % DaemonRole.values().length], trio, committers);
                    progress.at(kill);
                }
                killWithBacklog(trio, committers);
                if (pgbench != null) {
                    pgbench.stop();
                    counts.put("pgbench_runs", pgbench.runs());
                    counts.put("pgbench_runs_cut_by_a_kill_of_the_walwriter", pgbench.brokenRuns());
                    counts.put("pgbench_transactions", pgbench.transactions());
                }
            }
            committers.stop();
            check(trio, committers);
        }
        counts.put("seconds", Duration.ofNanos(System.nanoTime() - begin).toSeconds());
        return new Report(figures, counts, plan.seed(),
                "every acknowledged commit is in the log once and in the data files");
    }

    private void killAndCheck(DaemonRole role, Trio trio, WireCommitters committers) throws IOException {
        trio.checkAlive();
        committers.checkFailure();
        Map<DaemonRole, Long> pids = new LinkedHashMap<>();
        for (DaemonRole other : DaemonRole.values()) {
            pids.put(other, trio.pid(other));
        }
        long losses = committers.losses();
        if (role == DaemonRole.WALWRITER) {
            killWalwriter(trio, committers, FIRST_COMMIT);
        } else {
            long killed = System.nanoTime();
            trio.kill(role);
            trio.start(role);
            // Its old connection may be seen for a moment; the clients' commits go on all the while.
            LockSupport.parkNanos(Duration.ofMillis(50).toNanos());
            trio.await(() -> trio.isConnected(role), "the " + role.lowerCase() + " to come back");
            figures.add(role.lowerCase() + ": SIGKILL to connected again",
                    Duration.ofNanos(System.nanoTime() - killed));
            trio.await(() -> committers.haveAllCommittedSince(killed), "all clients to commit");
            if (committers.losses() != losses) {
                throw new IllegalStateException("the " + role.lowerCase()
                        + " was killed, and a client lost its connection");
            }
        }
        for (DaemonRole other : DaemonRole.values()) {
            if (other != role && trio.pid(other) != pids.get(other)) {
                throw new IllegalStateException("the " + other.lowerCase() + " is another process than before");
            }
        }
        trio.checkAlive();
    }

    private void killWalwriter(Trio trio, WireCommitters committers, String what) throws IOException {
        figures.add(BARE, BareJvm.start());
        walwriterTurns.incrementAndGet();
        long killed = System.nanoTime();
        trio.kill(DaemonRole.WALWRITER);
        trio.start(DaemonRole.WALWRITER);
        trio.await(() -> committers.haveCommittedSince(killed), "the first commit after a kill");
        walwriterTurns.incrementAndGet();
        figures.add(what, Duration.ofNanos(System.nanoTime() - killed));
        if (what.equals(FIRST_COMMIT)) {
            trio.await(trio::areTogether, "the others to find the walwriter again");
            figures.add(TOGETHER, Duration.ofNanos(System.nanoTime() - killed));
        }
        trio.await(() -> committers.haveAllCommittedSince(killed), "all clients to commit again");
    }

    /// The log must take commits without waiting for redo, however much there is to redo: the checkpointer is dead
    /// when the walwriter is killed, and comes back only after the first commit.
    private void killWithBacklog(Trio trio, WireCommitters committers) throws IOException {
        trio.kill(DaemonRole.CHECKPOINTER);
        long end = System.nanoTime() + Duration.ofMinutes(5).toNanos();
        long backlog;
        while (true) {
            try (WireClient client = trio.connect()) {
                backlog = Long.parseLong(client.query("select pg_wal_lsn_diff(pg_current_wal_flush_lsn(), restart_lsn) "
                        + "from pg_replication_slots").value());
                if (backlog >= plan.backlogBytes() || System.nanoTime() - end > 0) {
                    break;
                }
                // Numbered messages are small; this is what a bulk load does.
                client.query("select pg_logical_emit_message(true, 'bulk', repeat('b', 1000000))");
            }
        }
        counts.put("backlog_bytes", backlog);
        figures.add(BARE, BareJvm.start());
        walwriterTurns.incrementAndGet();
        long killed = System.nanoTime();
        trio.kill(DaemonRole.WALWRITER);
        trio.start(DaemonRole.WALWRITER);
        awaitWithoutCheckpointer(committers, killed);
        walwriterTurns.incrementAndGet();
        figures.add(FIRST_COMMIT_BACKLOG, Duration.ofNanos(System.nanoTime() - killed));
        long checkpointerStarted = System.nanoTime();
        trio.start(DaemonRole.CHECKPOINTER);
        trio.await(trio::areTogether, "the checkpointer after a long absence");
        figures.add("checkpointer: start to connected, much to redo",
                Duration.ofNanos(System.nanoTime() - checkpointerStarted));
    }

    private static void awaitWithoutCheckpointer(WireCommitters committers, long since) {
        long end = System.nanoTime() + Duration.ofMinutes(1).toNanos();
        while (!committers.haveCommittedSince(since)) {
            if (System.nanoTime() - end > 0) {
                throw new IllegalStateException("no commit for a minute after the walwriter was killed while the "
                        + "checkpointer was away");
            }
            LockSupport.parkNanos(1_000_000);
        }
    }

    private void check(Trio trio, WireCommitters committers) throws IOException {
        Lsn end;
        try (WireClient client = trio.connect()) {
            end = Lsn.parse(client.query("select pg_current_wal_flush_lsn()").value());
        }
        LogLedger ledger = new LogLedger();
        ledger.read(cluster, new PageLayout(SEGMENT_BYTES), TimelineHistory.root(TimelineId.FIRST),
                new Lsn(SEGMENT_BYTES), end);
        long unanswered = committers.compare(ledger);
        counts.put("kills", plan.kills() + 2);
        counts.put("acknowledged", committers.acknowledged());
        counts.put("committed_without_an_answer", unanswered);
        counts.put("connections_lost_in_a_commit", committers.losses());
        counts.put("log_end", end.toString());
    }
}
