package dev.seawall.tools.walbench.ours;

import dev.seawall.tools.walbench.contest.Contestant;
import dev.seawall.tools.walbench.contest.Lineup;
import dev.seawall.walwriter.segments.FlushPath;
import java.util.ArrayList;
import java.util.List;

/// What needs no libraries of others: our log by each way to the disk, alone and with all that follows it; the disk;
/// and nothing.
public final class OurLineup implements Lineup {

    @Override
    public List<Contestant> contestants() {
        List<Contestant> all = new ArrayList<>();
        for (FlushPath path : FlushPath.all()) {
            all.add(new LogContestant(path));
            all.add(new EmbeddedContestant(path));
        }
        all.add(new DiskContestant(DiskContestant.DIRECT, "4 KiB, O_DIRECT|O_DSYNC", DiskLimit::direct));
        all.add(new DiskContestant(DiskContestant.BUFFERED, "4 KiB and fdatasync", DiskLimit::buffered));
        all.add(new DiskContestant(DiskContestant.BANDWIDTH, "2 MiB, O_DIRECT|O_DSYNC", DiskLimit::bandwidth));
        all.add(new NothingContestant());
        return all;
    }
}
