package dev.seawall.tools.daemon;

import dev.seawall.settings.Settings;
import dev.seawall.tools.ClusterOptions;
import dev.seawall.tools.Directories;
import dev.seawall.tools.ExitCode;
import dev.seawall.tools.Program;
import dev.seawall.wal.Lsn;
import dev.seawall.wal.PageLayout;
import dev.seawall.wal.disk.Disk;
import dev.seawall.wal.disk.LinuxDisk;
import dev.seawall.wal.role.SystemWorld;
import dev.seawall.walwriter.Transaction;
import dev.seawall.walwriter.Wal;
import dev.seawall.walwriter.WalOptions;
import dev.seawall.walwriter.client.WireClient;
import dev.seawall.walwriter.start.ClusterInit;
import dev.seawall.walwriter.start.LogStart;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;

/// A walwriter's start after a crash, a client's first commit and its stop, on a cluster that is made for that alone
/// and removed: what the launcher has the JVM learn from, so that real starts find their classes loaded and know what
/// is worth compiling. No cluster of anybody's is touched.
public final class Rehearsal {

    /// So much that all processors read it, as they do at a start that matters.
    private static final int LOG_BYTES = 96 << 20;
    private static final int[] MESSAGE_BYTES = {100, 1000, 100, 8000, 100, 1000, 1 << 20};
    private static final int SEGMENT_BYTES = 16 << 20;
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final long POLL_MILLIS = 5;

    private Rehearsal() {}

    /// @param args none
    public static void main(String[] args) throws IOException {
        Program.exit(run().code());
    }

    /// Runs it, in this thread and JVM; signals of this process are its daemon's from then on.
    ///
    /// @return how its walwriter ended
    static ExitCode run() throws IOException {
        WalwriterDaemon.makeReady();
        Path directory = Files.createTempDirectory("seawall");
        try {
            Path cluster = directory.resolve("c");
            writeLog(cluster);
            Files.writeString(cluster.resolve(Settings.FILE_NAME), "listen_addresses = ''\n");
            ClusterOptions options = ClusterOptions.ofPlain(new String[] {"-D", cluster.toString()});
            if (options == null) {
                throw new AssertionError("a line that is not plain");
            }
            Thread.ofPlatform().name("rehearsal-client").daemon().start(() -> commitAndStop(cluster));
            return WalwriterDaemon.run(options);
        } finally {
            Directories.remove(directory);
        }
    }

    /// As a walwriter does that is then killed: without a shutdown checkpoint.
    private static void writeLog(Path cluster) throws IOException {
        Disk disk = new LinuxDisk();
        Instant now = Instant.now();
        ClusterInit.create(disk, cluster, new ClusterInit.Options(ClusterInit.systemId(now, now.getNano()),
                new Lsn(SEGMENT_BYTES), 3, new PageLayout(SEGMENT_BYTES),
                ClusterInit.Options.MAX_CONNECTIONS_DEFAULT), now);
        try (Wal wal = Wal.open(LogStart.start(disk, cluster), WalOptions.DEFAULT, disk, new SystemWorld())) {
            Lsn begin = wal.insertLsn();
            for (int i = 0; wal.insertLsn().minus(begin) < LOG_BYTES; i++) {
                try (Transaction transaction = wal.begin()) {
                    transaction.message("rehearsal", ByteBuffer.allocate(MESSAGE_BYTES[i % MESSAGE_BYTES.length]));
                    transaction.commitLater();
                }
            }
            wal.flush(wal.insertLsn());
        }
    }

    private static void commitAndStop(Path cluster) {
        long end = System.nanoTime() + PATIENCE.toNanos();
        boolean isDone = false;
        while (!isDone && System.nanoTime() - end < 0) {
            isDone = commit(cluster);
        }
        Signals.raise("TERM");
    }

    private static boolean commit(Path cluster) {
        try {
            Settings settings = Settings.load(new LinuxDisk(), cluster, Map.of(), Map.of());
            try (WireClient client = WireClient.connect(WalwriterAddress.of(settings, cluster),
                    WalwriterAddress.login("rehearsal"))) {
                for (String sql : List.of("select pg_logical_emit_message(true, 'rehearsal', 'content')",
                        "select pg_current_wal_flush_lsn()", "show server_version")) {
                    client.query(sql);
                }
            }
            return true;
        } catch (IOException e) {
            // It does not listen yet.
            return !sleep();
        }
    }

    private static boolean sleep() {
        try {
            Thread.sleep(POLL_MILLIS);
            return true;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }
}
