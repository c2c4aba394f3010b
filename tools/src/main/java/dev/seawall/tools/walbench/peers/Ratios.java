package dev.seawall.tools.walbench.peers;

import dev.seawall.tools.walbench.contest.Contestant;
import dev.seawall.tools.walbench.contest.Results;
import dev.seawall.tools.walbench.contest.Standing;
import dev.seawall.tools.walbench.ours.DiskContestant;
import dev.seawall.tools.walbench.load.Load;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/// Ours beside the best of the others, and beside the disk: quotients of medians.
final class Ratios {

    private final Results results;

    Ratios(Results results) {
        this.results = results;
    }

    /// One of them.
    ///
    /// @param what   is compared
    /// @param beside whom
    record Ratio(Standing ours, String what, String beside, double value) {

        String line() {
            return String.format(Locale.ROOT, "  %-24s %-28s %7.2f  of %s of %s", ours.load().label(),
                    ours.contestant().name(), value, what, beside);
        }

        Map<String, Object> json() {
            Map<String, Object> fields = new LinkedHashMap<>();
            fields.put("load", ours.load().toString());
            fields.put("contestant", ours.contestant().name());
            fields.put("what", what);
            fields.put("beside", beside);
            fields.put("ratio", value);
            return fields;
        }
    }

    List<Ratio> all() {
        List<Ratio> all = new ArrayList<>();
        for (Load load : results.loads()) {
            for (Standing ours : results.of(load, Contestant.Group.SEAWALL)) {
                toPeers(ours).ifPresent(all::add);
                latency(ours).ifPresent(all::add);
                toDisk(ours).ifPresent(all::add);
            }
        }
        return all;
    }

    /// Commits a second, to the peer that has most.
    Optional<Ratio> toPeers(Standing ours) {
        return results.peers(ours.load()).stream().max(Comparator.comparing(Standing::perSecond))
                .map(best -> new Ratio(ours, "the rate", name(best, ours), ours.perSecond() / best.perSecond()));
    }

    /// p99, to the peer whose p99 is lowest, fast or not, but only of those that let all committers in.
    private Optional<Ratio> latency(Standing ours) {
        if (!ours.load().kind().isCommitters()) {
            return Optional.empty();
        }
        return results.peers(ours.load()).stream().filter(Ratios::isServingAll)
                .min(Comparator.comparing(peer -> peer.nanosAt(99)))
                .map(best -> new Ratio(ours, "the p99", name(best, ours), ours.nanosAt(99) / best.nanosAt(99)));
    }

    /// Whether at least half of its committers were waiting at a time, by rate and median. Where a sync keeps a
    /// carrier busy, as many virtual threads as there are processors commit again and again, quickly, and the
    /// others not once: they are in no percentile.
    private static boolean isServingAll(Standing peer) {
        return peer.perSecond() * peer.nanosAt(50) / 1e9 >= peer.load().count() / 2.0;
    }

    private static String name(Standing peer, Standing ours) {
        return peer.contestant().name()
                + (peer.load().equals(ours.load()) ? "" : " with " + peer.load().kind().lowerCase() + " threads");
    }

    /// One committer to 4 KiB writes one after the other; one producer to the bandwidth.
    private Optional<Ratio> toDisk(Standing ours) {
        if (ours.load().kind() == Load.Kind.WINDOW) {
            return results.disk(DiskContestant.BANDWIDTH).map(disk -> new Ratio(ours, "the bytes",
                    DiskContestant.BANDWIDTH, ours.logBytesPerSecond() / disk.logBytesPerSecond()));
        }
        return ours.load().count() > 1 ? Optional.empty() : results.disk(DiskContestant.DIRECT)
                .map(disk -> new Ratio(ours, "the rate", DiskContestant.DIRECT, ours.perSecond() / disk.perSecond()));
    }
}
