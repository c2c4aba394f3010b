package dev.seawall.tools.torture.failover;

import dev.seawall.tools.torture.daemons.LogLedger;
import dev.seawall.tools.torture.daemons.WireCommitters;
import dev.seawall.wal.Lsn;
import dev.seawall.wal.PageLayout;
import dev.seawall.wal.TimelineHistory;
import dev.seawall.wal.TimelineId;
import dev.seawall.wal.disk.LinuxDisk;
import dev.seawall.wal.read.SegmentFiles;
import dev.seawall.walwriter.start.ClusterLayout;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;

/// What three nodes must agree about when nobody commits: every acknowledged commit once, the log's bytes,
/// the pages, and which timelines there ever were.
final class Agreement {

    private static final int PAGE_CHECKSUM_OFFSET = 8;
    private static final int PAGE_CHECKSUM_BYTES = 2;

    private final Replicas replicas;
    private final WireCommitters committers;
    private final LogLedger ledger = new LogLedger();
    /// What was compared already.
    private Lsn seen;

    Agreement(Replicas replicas, WireCommitters committers) {
        this.replicas = replicas;
        this.committers = committers;
        this.seen = new Lsn(replicas.layout().segmentBytes());
    }

    /// Waits until the standbys have everything, and compares what is new since the last time.
    ///
    /// @throws IllegalStateException with what differs, and where
    void check() throws IOException {
        Node primary = replicas.primary();
        Lsn end = primary.flushed();
        for (Node standby : replicas.standbys()) {
            standby.await(() -> !standby.replayed().isBefore(end), "replay " + end);
        }
        TimelineHistory history = Objects.requireNonNull(timelines().get(newestTimeline(primary)),
                "the primary's own timeline");
        ledger.read(primary.cluster(), replicas.layout(), history, seen, end);
        committers.compare(ledger);
        for (Node standby : replicas.standbys()) {
            sameLog(primary, standby, history, end);
            samePages(primary, standby);
        }
        seen = end;
    }

    /// Commits that are there although their client was never told.
    long unanswered() throws IOException {
        return committers.compare(ledger);
    }

    private static TimelineId newestTimeline(Node node) throws IOException {
        String file = Objects.requireNonNull(node.ask("select pg_walfile_name(pg_current_wal_flush_lsn())"));
        return TimelineId.parseHex(file.substring(0, 8));
    }

    /// All timelines that any node knows.
    ///
    /// @throws IllegalStateException if two nodes mean different ones by the same number
    Map<TimelineId, TimelineHistory> timelines() throws IOException {
        Map<TimelineId, String> texts = new HashMap<>();
        Map<TimelineId, TimelineHistory> histories = new HashMap<>();
        histories.put(TimelineId.FIRST, TimelineHistory.root(TimelineId.FIRST));
        for (Node node : replicas.all()) {
            for (Path file : histories(node)) {
                TimelineId timeline = TimelineId.parseHex(file.getFileName().toString().substring(0, 8));
                String text = Files.readString(file);
                String other = texts.putIfAbsent(timeline, text);
                if (other != null && !other.equals(text)) {
                    throw new IllegalStateException("timeline " + timeline + " is there twice; of " + node + ":\n"
                            + text + "of another:\n" + other);
                }
                histories.put(timeline, TimelineHistory.parse(timeline, text));
            }
        }
        return histories;
    }

    private static List<Path> histories(Node node) throws IOException {
        try (Stream<Path> files = Files.list(ClusterLayout.wal(node.cluster()))) {
            return files.filter(file -> TimelineHistory.isHistoryName(file.getFileName().toString())).toList();
        }
    }

    private void sameLog(Node primary, Node standby, TimelineHistory history, Lsn end) throws IOException {
        try (SegmentFiles theirs = files(primary, history); SegmentFiles its = files(standby, history)) {
            Lsn copied = standby.copiedFrom();
            ByteBuffer one = ByteBuffer.allocateDirect(PageLayout.PAGE_BYTES);
            ByteBuffer other = ByteBuffer.allocateDirect(PageLayout.PAGE_BYTES);
            for (Lsn page = replicas.layout().pageOf(seen); page.isBefore(end);
                    page = page.plus(PageLayout.PAGE_BYTES)) {
                boolean isThere = theirs.readPage(page, one.clear());
                boolean isHere = its.readPage(page, other.clear());
                int bytes = (int) Math.min(PageLayout.PAGE_BYTES, end.minus(page));
                if (isThere && !isHere && page.isBefore(copied)) {
                    // Rewound by a copy, it needs no log from before that, and was never given any.
                    continue;
                }
                if (!isThere || !isHere) {
                    throw new IllegalStateException("the log's page at " + page + " is missing at "
                            + (isThere ? standby : primary));
                }
                int difference = one.flip().limit(bytes).mismatch(other.flip().limit(bytes));
                if (difference >= 0) {
                    throw new IllegalStateException("the log of " + standby + " differs from that of its primary "
                            + primary + " at " + page.plus(difference));
                }
            }
        }
    }

    private SegmentFiles files(Node node, TimelineHistory history) {
        return new SegmentFiles(new LinuxDisk(), ClusterLayout.wal(node.cluster()), replicas.layout(), history);
    }

    private void samePages(Node primary, Node standby) throws IOException {
        List<String> differing = new ArrayList<>();
        for (int block = 0; block < committers.count(); block++) {
            if (!page(primary, block).equals(page(standby, block))) {
                differing.add("block " + block);
            }
        }
        if (!differing.isEmpty()) {
            throw new IllegalStateException("pages of " + standby + " differ from those of its primary " + primary
                    + ": " + differing);
        }
    }

    /// Without its checksum, which a page gets when it is written to its file.
    private static String page(Node node, int block) throws IOException {
        String text = Objects.requireNonNull(
                node.ask("select page_read(" + WireCommitters.RELATION + ", " + block + ")"));
        int at = text.indexOf('x') + 1 + 2 * PAGE_CHECKSUM_OFFSET;
        return text.substring(0, at) + text.substring(at + 2 * PAGE_CHECKSUM_BYTES);
    }
}
