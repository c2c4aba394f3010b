package dev.seawall.tools.torture.daemons;

import dev.seawall.wal.Lsn;
import dev.seawall.wal.PageLayout;
import dev.seawall.wal.TimelineHistory;
import dev.seawall.wal.disk.LinuxDisk;
import dev.seawall.wal.read.ReadOutcome;
import dev.seawall.wal.read.SegmentFiles;
import dev.seawall.wal.read.WalReader;
import dev.seawall.wal.record.RecordDecoder.MalformedRecordException;
import dev.seawall.wal.record.ResourceManagerId;
import dev.seawall.wal.record.WalRecord;
import dev.seawall.wal.record.body.LogicalMessage;
import dev.seawall.wal.record.body.TransactionRecord;
import dev.seawall.walwriter.start.ClusterLayout;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.BitSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// The committers' numbers that are committed in the log, as a reader finds them.
public final class LogLedger {

    private static final byte[] PREFIX = WireCommitters.PREFIX.getBytes(StandardCharsets.UTF_8);

    private final Map<Integer, BitSet> committed = new HashMap<>();
    private final Map<Integer, Integer> last = new HashMap<>();
    private final Map<Integer, String> open = new HashMap<>();

    /// Reads a part of a log, which must all be there; the next time from where this one ends.
    ///
    /// @param from a record's end, or where the log begins
    /// @param end  what is durable
    /// @throws IllegalStateException if it cannot be read up to `end`, or a number is committed twice
    public void read(Path cluster, PageLayout layout, TimelineHistory history, Lsn from, Lsn end) throws IOException {
        if (!from.isBefore(end)) {
            return;
        }
        try (SegmentFiles files = new SegmentFiles(new LinuxDisk(), ClusterLayout.wal(cluster), layout, history);
                WalReader reader = new WalReader(files, layout)) {
            ReadOutcome outcome = reader.findFirst(from);
            for (outcome = reader.next(); outcome instanceof ReadOutcome.Complete complete; outcome = reader.next()) {
                note(complete.record());
                if (!complete.next().isBefore(end)) {
                    return;
                }
            }
            throw new IllegalStateException("the log can be read only to " + ((ReadOutcome.NoRecord) outcome).at()
                    + ", it was durable to " + end + ": " + ((ReadOutcome.NoRecord) outcome).reason());
        } catch (MalformedRecordException e) {
            throw new IllegalStateException("the log holds what cannot be decoded: " + e.getMessage(), e);
        }
    }

    /// Of what is known already.
    static LogLedger of(Map<Integer, List<Integer>> numbers) {
        LogLedger ledger = new LogLedger();
        numbers.forEach((committer, each) -> each.forEach(number -> ledger.commit(committer, number)));
        return ledger;
    }

    private void note(WalRecord record) throws MalformedRecordException {
        if (LogicalMessage.hasPrefix(record, PREFIX)) {
            String text = StandardCharsets.UTF_8.decode(LogicalMessage.decode(record).content()).toString();
            if (open.put(record.xid(), text) != null) {
                throw new IllegalStateException("transaction " + record.xid() + " has two messages: " + text);
            }
        } else if (record.resourceManager().equals(ResourceManagerId.TRANSACTION)) {
            String text = open.remove(record.xid());
            if (text != null && (record.info() & TransactionRecord.KIND_MASK) == TransactionRecord.COMMIT) {
                String[] words = text.split(" ");
                commit(Integer.parseInt(words[0]), Integer.parseInt(words[1]));
            }
        }
    }

    private void commit(int committer, int number) {
        BitSet numbers = committed.computeIfAbsent(committer, _ -> new BitSet());
        if (numbers.get(number)) {
            throw new IllegalStateException("twice: committer " + committer + " has committed " + number
                    + " two times");
        }
        numbers.set(number);
        last.put(committer, number);
    }

    int last(int committer) {
        return last.getOrDefault(committer, 0);
    }

    /// @return numbers that are committed although their client was never told
    /// @throws IllegalStateException if one is missing that was acknowledged, or there that was never sent
    long compare(int committer, BitSet acknowledged, int attempted) {
        BitSet found = committed.getOrDefault(committer, new BitSet());
        BitSet lost = (BitSet) acknowledged.clone();
        lost.andNot(found);
        if (!lost.isEmpty()) {
            throw new IllegalStateException("lost: committer " + committer + " was told that " + lost
                    + " are committed, and the log does not have them");
        }
        if (found.length() - 1 > attempted) {
            throw new IllegalStateException("committer " + committer + " never sent " + (found.length() - 1));
        }
        return found.cardinality() - acknowledged.cardinality();
    }
}
