package dev.seawall.tools.walbench.ours;

import dev.seawall.tools.walbench.contest.Contestant;
import dev.seawall.tools.walbench.contest.Lineup;
import dev.seawall.walwriter.segments.SyncMethod;
import java.util.ArrayList;
import java.util.List;

/// What needs no libraries of others: our log with each of its sync methods, alone and with all that follows it; the
/// disk; and nothing.
public final class OurLineup implements Lineup {

    @Override
    public List<Contestant> contestants() {
        List<Contestant> all = new ArrayList<>();
        for (SyncMethod method : SyncMethod.values()) {
            all.add(new LogContestant(method));
            all.add(new EmbeddedContestant(method));
        }
        all.add(new DiskContestant(DiskContestant.DIRECT, "4 KiB, O_DIRECT|O_DSYNC", DiskLimit::direct));
        all.add(new DiskContestant(DiskContestant.BUFFERED, "4 KiB and fdatasync", DiskLimit::buffered));
        all.add(new DiskContestant(DiskContestant.BANDWIDTH, "2 MiB, O_DIRECT|O_DSYNC", DiskLimit::bandwidth));
        all.add(new NothingContestant());
        return all;
    }
}
