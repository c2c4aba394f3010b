package dev.seawall.tools.torture;

import dev.seawall.embedded.Seawall;
import dev.seawall.tools.Directories;
import dev.seawall.tools.ExitCode;
import dev.seawall.tools.ExitCodeException;
import dev.seawall.tools.Json;
import dev.seawall.tools.Progress;
import dev.seawall.tools.Quantity;
import dev.seawall.tools.torture.daemons.DaemonTorture;
import dev.seawall.tools.torture.daemons.Report;
import dev.seawall.tools.torture.failover.FailoverTorture;
import dev.seawall.tools.torture.failover.LagRun;
import dev.seawall.tools.torture.failover.PartitionTorture;
import dev.seawall.wal.Lsn;
import dev.seawall.wal.PageLayout;
import dev.seawall.wal.disk.Disk;
import dev.seawall.wal.disk.LinuxDisk;
import dev.seawall.wal.role.SystemWorld;
import dev.seawall.walwriter.start.ClusterInit;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.Callable;
import java.util.concurrent.ThreadLocalRandom;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/// `walctl torture`: kill -9, over and over.
@Command(name = "torture", mixinStandardHelpOptions = true,
        description = "Kills a committing process with SIGKILL again and again, and checks each time that every "
                + "acknowledged transaction is there, none half, none aborted.",
        footer = {"", "Examples:",
            "  walctl torture                         50 kills, in about a minute",
            "  walctl torture --kills 2000 -d /var    on the disk that counts, for half an hour",
            "  walctl torture --daemons --kills 100   the three daemons in turn, under clients and pgbench",
            "  walctl torture --failover -n 50        a primary and two standbys: kill, promote, rewind, repeat",
            "  walctl torture --partition -n 50       the same three, whose network is cut and healed; as root",
            "  walctl torture --lag 50 -n 60          the same three: how far standbys are behind, for 60 seconds",
            "",
            "A kill takes the process, not the machine: what the kernel has is kept. Power cuts are the",
            "simulator's, in the tests."})
public final class Torture implements Callable<ExitCode> {

    private static final int SEGMENT_BYTES = 1 << 20;
    private static final int DAEMON_COMMITTERS = 8;
    private static final long DAEMON_BACKLOG_BYTES = 512L << 20;

    @Option(names = {"-n", "--kills"}, paramLabel = "N", defaultValue = "50",
            description = "How often; default: ${DEFAULT-VALUE}.")
    private int kills;

    @Option(names = "--seed", paramLabel = "NUMBER", description = "To repeat a run's random choices.")
    private @Nullable Long seed;

    @Option(names = "--millis", paramLabel = "N", defaultValue = "300",
            description = "How long a process commits at most before it is killed; default: ${DEFAULT-VALUE}.")
    private int millis;

    @Option(names = {"-d", "--directory"}, paramLabel = "DIR",
            description = "Where to make the cluster; kept when a check fails. Without it: $TMPDIR or /tmp.")
    private @Nullable Path parent;

    @Option(names = "--daemons", description = "Kill the three daemons in turn, each started again at once, while "
            + "clients and pgbench (if there is one) commit.")
    private boolean isDaemons;

    @Option(names = "--pgbench", paramLabel = "PROGRAM",
            description = "With --daemons: PostgreSQL's load beside ours; by default the one that is on the PATH.")
    private @Nullable Path pgbench;

    @Option(names = "--failover", description = "A primary and two standbys, of which one must have each commit: kill "
            + "the primary for good, promote the standby that is ahead, let the other one and the rewound primary "
            + "follow it.")
    private boolean isFailover;

    @Option(names = "--partition", description = "The same three in network namespaces of their own: cut the network "
            + "under load, promote a standby meanwhile in one round of three, heal. Needs root.")
    private boolean isPartition;

    @Option(names = "--lag", paramLabel = "MB", description = "Kill nobody: log so many megabytes a second for as "
            + "many seconds as --kills says, tell each second how far the standbys' receiving and redo are behind, and "
            + "at the end whether that is bounded.")
    private int megabytesPerSecond;

    @Option(names = "--deaf", paramLabel = "N", defaultValue = "0", description = "With --lag: so many replication "
            + "connections beside them that never read, and a slot that nobody uses; default: ${DEFAULT-VALUE}.")
    private int deaf;

    @Option(names = "--json", description = "With --daemons, --failover, --partition or --lag: print one JSON "
            + "object.")
    private boolean isJson;

    @Override
    public ExitCode call() throws Exception {
        long chosen = seed == null ? ThreadLocalRandom.current().nextLong(1_000_000) : seed;
        Path directory = parent == null ? Files.createTempDirectory("torture")
                : Files.createTempDirectory(parent, "torture");
        if (isDaemons) {
            return report(chosen, directory, progress -> DaemonTorture.run(new DaemonTorture.Plan(kills,
                    DAEMON_COMMITTERS, millis * 3, DAEMON_BACKLOG_BYTES, chosen,
                    pgbench == null ? onPath("pgbench") : pgbench), directory, progress));
        }
        if (megabytesPerSecond > 0) {
            return report(chosen, directory, _ -> LagRun.run(new LagRun.Plan(megabytesPerSecond * 1_000_000L, kills,
                    deaf, chosen), directory, System.err));
        }
        if (isFailover) {
            return report(chosen, directory, progress -> FailoverTorture.run(new FailoverTorture.Plan(kills,
                    DAEMON_COMMITTERS, millis * 3, chosen), directory, progress));
        }
        if (isPartition) {
            return report(chosen, directory, progress -> PartitionTorture.run(new PartitionTorture.Plan(kills,
                    DAEMON_COMMITTERS, millis * 3, chosen), directory, progress));
        }
        Instant begin = Instant.now();
        System.out.println("seed " + chosen + ", cluster in " + directory);
        try {
            KillRun.Outcome outcome;
            try (Progress progress = new Progress(System.err, "killing", kills)) {
                outcome = run(directory, chosen, millis, kills, progress);
            }
            System.out.println(Quantity.count(outcome.kills()) + " kills while committing, "
                    + Quantity.count(outcome.killsInStart()) + " while starting, in "
                    + Quantity.time(Duration.between(begin, Instant.now())));
            System.out.println(Quantity.count(outcome.acknowledged()) + " acknowledged transactions, all there; "
                    + Quantity.count(outcome.unacknowledged()) + " more were there before their acknowledgement");
        } catch (IllegalStateException e) {
            throw new ExitCodeException(ExitCode.CORRUPT, e.getMessage() + " (seed " + chosen + ")"
                    + "\nHINT: The cluster is kept in " + directory + "; please report this with it.", e);
        }
        Directories.remove(directory);
        return ExitCode.DONE;
    }

    /// A run of processes.
    private interface Run {
        Report start(Progress progress) throws Exception;
    }

    private ExitCode report(long chosen, Path directory, Run run) throws Exception {
        System.err.println("seed " + chosen + ", cluster in " + directory);
        try (Progress progress = new Progress(System.err, "killing", kills)) {
            Report report = run.start(progress);
            System.out.print(isJson ? Json.of(report.fields()) + "\n" : report.text());
        } catch (IllegalStateException e) {
            throw new ExitCodeException(ExitCode.CORRUPT, e.getMessage() + " (seed " + chosen + ")"
                    + "\nHINT: The cluster is kept in " + directory + "; please report this with it.", e);
        }
        Directories.remove(directory);
        return ExitCode.DONE;
    }

    private static @Nullable Path onPath(String program) {
        for (String entry : System.getenv().getOrDefault("PATH", "").split(":")) {
            Path candidate = Path.of(entry.isEmpty() ? "." : entry, program);
            if (Files.isExecutable(candidate)) {
                return candidate;
            }
        }
        return null;
    }

    /// Makes a cluster of small segments with frequent checkpoints and an archive, and tortures it.
    static KillRun.Outcome run(Path directory, long seed, int millis, int kills, Progress progress) throws IOException {
        Disk disk = new LinuxDisk();
        Path cluster = directory.resolve("cluster");
        Files.createDirectories(cluster);
        Files.writeString(cluster.resolve("seawall.conf"), """
                checkpoint_timeout = 1s
                max_wal_size = 8MB
                min_wal_size = 2MB
                shared_buffers = 1MB
                archive_mode = on
                archive_repository = '../archive'
                """);
        Instant now = Instant.now();
        Seawall.init(disk, new SystemWorld(), cluster, new ClusterInit.Options(ClusterInit.systemId(now, seed),
                new Lsn(SEGMENT_BYTES), 3, new PageLayout(SEGMENT_BYTES), ClusterInit.Options.MAX_CONNECTIONS_DEFAULT));
        return new KillRun(cluster, seed, millis).run(kills, progress);
    }
}
