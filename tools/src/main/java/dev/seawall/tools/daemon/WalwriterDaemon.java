package dev.seawall.tools.daemon;

import dev.seawall.tools.ClusterOptions;
import dev.seawall.tools.ExitCode;
import dev.seawall.tools.Program;
import dev.seawall.wal.disk.LinuxDisk;
import dev.seawall.wal.disk.OffHeap;
import dev.seawall.wal.role.SystemWorld;
import java.util.concurrent.Callable;
import org.slf4j.LoggerFactory;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/// `walwriter`: the process that has the log, and the one who listens.
@Command(name = "walwriter", mixinStandardHelpOptions = true, version = "walwriter (Seawall) 0.1.0",
        description = {
            "Takes commits: writes the log of a cluster and serves it by PostgreSQL's protocol, in the foreground.",
            "",
            "Listens on the Unix socket .s.PGSQL.5432 in the cluster's directory and on localhost, port 5432, unless "
                + "seawall.conf says otherwise. It takes commits as soon as it has found the log's end; the data files "
                + "are the checkpointer's, which is a process of its own, as is the archiver.",
            "",
            "SIGTERM: stop when the last client has gone. SIGINT: cut off clients, then stop. SIGHUP: read "
                + "seawall.conf again."},
        footer = {"", "Most people begin with \"walctl start\", which starts all three; see also systemd/README.md."})
public final class WalwriterDaemon implements Callable<ExitCode> {

    @Mixin
    private final ClusterOptions cluster = new ClusterOptions();

    @Override
    public ExitCode call() {
        return run(cluster);
    }

    static ExitCode run(ClusterOptions cluster) {
        return Daemon.run(DaemonRole.WALWRITER, cluster, ServedLog::open);
    }

    /// Commits wait for this start after a crash: what most are started with is read on a short way, and what takes
    /// long to make ready is made so by threads of its own beside it.
    public static void main(String[] args) {
        ClusterOptions plain = ClusterOptions.ofPlain(args);
        if (plain != null) {
            makeReady();
            Program.exit(run(plain).code());
        }
        Program.main(new WalwriterDaemon(), args);
    }

    /// Makes ready what the first use would have to wait for.
    static void makeReady() {
        // Before anything else logs, or it would find out by itself how to.
        DaemonLog.configure(System.getenv());
        Thread.ofPlatform().name("link").daemon().start(LinuxDisk::link);
        LoggerFactory.getLogger(WalwriterDaemon.class);
        // Chronicle logs: in the midst of the first logger's making, SLF4J would tell of that.
        Thread.ofPlatform().name("memory").daemon().start(() -> {
            OffHeap.makeReady();
            // The first client's key.
            new SystemWorld().secrets().nextInt();
        });
    }
}
