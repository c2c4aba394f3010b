package dev.seawall.tools.walbench.ours;

import dev.seawall.tools.walbench.contest.Contestant;
import dev.seawall.tools.walbench.contest.Entry;
import dev.seawall.wal.disk.LinuxDisk;
import dev.seawall.walwriter.WalOptions;
import dev.seawall.walwriter.segments.FlushPath;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Locale;

/// Our log alone, nobody redoes it: like for like with the journals among the peers.
final class LogContestant implements Contestant {

    private static final int SEGMENT_BYTES = 16 << 20;

    private final FlushPath path;

    LogContestant(FlushPath path) {
        this.path = path;
    }

    /// As options name it: past the page cache unless it says otherwise.
    static String nameOf(FlushPath path) {
        return path.method().name().toLowerCase(Locale.ROOT) + (path.isDirect() ? "" : "-buffered");
    }

    @Override
    public String name() {
        return "seawall:" + nameOf(path);
    }

    @Override
    public String title() {
        return "Seawall, log alone, " + nameOf(path);
    }

    @Override
    public Group group() {
        return Group.SEAWALL;
    }

    @Override
    public Entry open(Path directory, int bytes) throws IOException {
        BenchLog log = new BenchLog(new LinuxDisk(), directory, SEGMENT_BYTES,
                WalOptions.DEFAULT.withFlushPath(path));
        return Entry.of(new WalEngine(log.wal(), WalEngine.Kind.MESSAGE, bytes, log));
    }
}
