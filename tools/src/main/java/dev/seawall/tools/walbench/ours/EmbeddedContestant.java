package dev.seawall.tools.walbench.ours;

import dev.seawall.archiver.ArchiverStatistics;
import dev.seawall.checkpointer.CheckpointOptions;
import dev.seawall.embedded.Seawall;
import dev.seawall.embedded.SeawallOptions;
import dev.seawall.embedded.SeawallStatus;
import dev.seawall.tools.Quantity;
import dev.seawall.tools.walbench.contest.Contestant;
import dev.seawall.tools.walbench.contest.Entry;
import dev.seawall.wal.disk.Disk;
import dev.seawall.wal.disk.LinuxDisk;
import dev.seawall.wal.role.SystemWorld;
import dev.seawall.wal.role.World;
import dev.seawall.walwriter.WalOptions;
import dev.seawall.walwriter.segments.FlushPath;
import dev.seawall.walwriter.start.ClusterInit;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Locale;

/// All of ours in one JVM: the log, redo that follows it, checkpoints, and an archive of its segments in a directory.
/// After each load it says how far redo and archive are behind.
final class EmbeddedContestant implements Contestant {

    /// Less than by default, so that a short measurement meets checkpoints, and segments that are recycled.
    private static final long MAX_WAL_BYTES = 256L << 20;
    private static final long MIN_WAL_BYTES = 80L << 20;

    private final FlushPath path;

    EmbeddedContestant(FlushPath path) {
        this.path = path;
    }

    @Override
    public String name() {
        return "embedded:" + LogContestant.nameOf(path);
    }

    @Override
    public String title() {
        return "Seawall, all of it, " + LogContestant.nameOf(path);
    }

    @Override
    public Group group() {
        return Group.SEAWALL;
    }

    @Override
    public Entry open(Path directory, int bytes) throws IOException {
        Disk disk = new LinuxDisk();
        World world = new SystemWorld();
        Path cluster = directory.resolve("cluster");
        Instant now = Instant.now();
        Seawall.init(disk, world, cluster, ClusterInit.Options.of(ClusterInit.systemId(now, now.getNano())));
        SeawallOptions options = SeawallOptions.DEFAULT.withArchive(directory.resolve("archive"))
                .withCheckpoints(new CheckpointOptions(Duration.ofMinutes(5), MAX_WAL_BYTES, 0.5));
        CountingEngine redone = new CountingEngine();
        WalOptions log = options.wal().withWalBytes(MIN_WAL_BYTES, MAX_WAL_BYTES).withFlushPath(path);
        Seawall seawall = Seawall.open(disk, world, cluster, options.withWal(log), List.of(redone));
        return Entry.of(new WalEngine(seawall.wal(), WalEngine.Kind.MESSAGE, bytes, new Whole(seawall, redone)));
    }

    /// The cluster that the log is a part of.
    private record Whole(Seawall seawall, CountingEngine redone) implements WalEngine.Host {

        @Override
        public String remark() {
            SeawallStatus status = seawall.status();
            ArchiverStatistics archive = status.archiver().orElseThrow();
            return String.format(Locale.ROOT, "redo %s behind after %,d records, archive %d segments (%s) behind after"
                    + " %d, %d checkpoints", Quantity.bytes(Math.max(0, status.flushed().minus(status.applied()))),
                    redone.count(), archive.ready(), Quantity.bytes(archive.readyBytes()), archive.archived(),
                    status.checkpoints().timed() + status.checkpoints().byVolume());
        }

        @Override
        public void close() throws IOException {
            seawall.close();
        }
    }
}
