package dev.seawall.tools.walbench.ours;

import dev.seawall.tools.walbench.contest.Contestant;
import dev.seawall.tools.walbench.contest.Entry;
import dev.seawall.wal.disk.LinuxDisk;
import dev.seawall.walwriter.WalOptions;
import dev.seawall.walwriter.segments.SyncMethod;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Locale;

/// Our log alone, nobody redoes it: like for like with the journals among the peers.
final class LogContestant implements Contestant {

    private static final int SEGMENT_BYTES = 16 << 20;

    private final SyncMethod method;

    LogContestant(SyncMethod method) {
        this.method = method;
    }

    @Override
    public String name() {
        return "seawall:" + method.name().toLowerCase(Locale.ROOT);
    }

    @Override
    public String title() {
        return "Seawall, log alone, " + method.name().toLowerCase(Locale.ROOT);
    }

    @Override
    public Group group() {
        return Group.SEAWALL;
    }

    @Override
    public Entry open(Path directory, int bytes) throws IOException {
        BenchLog log = new BenchLog(new LinuxDisk(), directory, SEGMENT_BYTES,
                WalOptions.DEFAULT.withSyncMethod(method));
        return Entry.of(new WalEngine(log.wal(), WalEngine.Kind.MESSAGE, bytes, log));
    }
}
