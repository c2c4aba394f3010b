package dev.seawall.walwriter.rewind;

import dev.seawall.wal.Lsn;
import dev.seawall.wal.PgTime;
import dev.seawall.wal.TimelineId;
import dev.seawall.wal.read.ReadOutcome;
import dev.seawall.wal.read.WalReader;
import dev.seawall.wal.record.RecordDecoder.MalformedRecordException;
import dev.seawall.wal.record.ResourceManagerId;
import dev.seawall.wal.record.WalRecord;
import dev.seawall.wal.record.body.LogicalMessage;
import dev.seawall.wal.record.body.TransactionRecord;
import java.io.IOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedSet;
import java.util.TreeSet;

/// The commits that are in this server's log alone: an operator will want to know which.
///
/// @param from    where the servers diverged; or behind that, where the log that is here begins
/// @param end     where this server's log ended
/// @param count   all transactions that committed in between, and messages outside transactions
/// @param listed  the first of them
public record LostCommits(Lsn from, Lsn end, TimelineId timeline, long count, List<Commit> listed) {

    /// More would be for `waldump`.
    private static final int LISTED_MAX = 10_000;
    /// Prefixes of transactions that are open at one moment; a hostile log must not take all memory.
    private static final int OPEN_MAX = 100_000;
    /// The log's own messages.
    private static final String OWN = "seawall.";

    /// @param xid      as the log has it, unsigned; 0 of a message outside transactions
    /// @param time     of the commit; [Instant#EPOCH] of a message outside transactions, which has none
    /// @param prefixes of the messages it wrote behind the divergence
    public record Commit(int xid, Lsn end, Instant time, List<String> prefixes) {

        public Commit {
            prefixes = List.copyOf(prefixes);
        }

        @Override
        public String toString() {
            String messages = prefixes.isEmpty() ? "" : "  messages: " + String.join(", ", prefixes);
            return xid == 0 ? "a message outside transactions, at " + end + messages
                    : "transaction " + Integer.toUnsignedString(xid) + ", committed " + time + " at " + end + messages;
        }
    }

    public LostCommits {
        listed = List.copyOf(listed);
    }

    /// Reads what is between two places of the log.
    ///
    /// @param reader   of a log that is valid up to `end`
    /// @param timeline where the log ends
    /// @param there    what of it is here
    static LostCommits read(WalReader reader, Lsn divergence, Lsn end, TimelineId timeline, SegmentsThere there)
            throws IOException {
        Gathered gathered = new Gathered();
        Lsn begin = there.beginBefore(end);
        if (begin.isAfter(divergence)) {
            reader.findFirst(begin);
        } else {
            reader.seek(divergence);
        }
        Lsn from = reader.position();
        while (reader.position().isBefore(end) && reader.next() instanceof ReadOutcome.Complete(WalRecord record, _)) {
            try {
                gathered.see(record);
            } catch (MalformedRecordException e) {
                // Its checksum is right, and nobody could redo it: there is nothing to name.
            }
        }
        return new LostCommits(from, end, timeline, gathered.count, gathered.listed);
    }

    private static final class Gathered {

        private final Map<Integer, SortedSet<String>> open = new HashMap<>();
        private final List<Commit> listed = new ArrayList<>();
        private long count;

        void see(WalRecord record) throws MalformedRecordException {
            if (LogicalMessage.is(record)) {
                LogicalMessage message = LogicalMessage.decode(record);
                if (record.xid() != 0 && (open.size() < OPEN_MAX || open.containsKey(record.xid()))) {
                    open.computeIfAbsent(record.xid(), _ -> new TreeSet<>()).add(message.prefix());
                } else if (record.xid() == 0 && !message.prefix().startsWith(OWN)) {
                    add(new Commit(0, record.end(), Instant.EPOCH, List.of(message.prefix())));
                }
            } else if (record.resourceManager().equals(ResourceManagerId.TRANSACTION)) {
                SortedSet<String> prefixes = open.remove(record.xid());
                if (TransactionRecord.isCommit(record)) {
                    add(new Commit(record.xid(), record.end(),
                            PgTime.toInstant(TransactionRecord.decode(record).time()),
                            prefixes == null ? List.of() : List.copyOf(prefixes)));
                }
            }
        }

        private void add(Commit commit) {
            count++;
            if (listed.size() < LISTED_MAX) {
                listed.add(commit);
            }
        }
    }

    /// One line, for an operator.
    public String summary() {
        return count == 0
                ? "no commit is in the " + end.minus(from) + " bytes of timeline " + timeline + " behind " + from
                : count + (count == 1 ? " commit" : " commits") + " between " + from + " and " + end + " on timeline "
                        + timeline + (count == 1 ? " is" : " are") + " not on the source server";
    }

    /// All of it, for a file that is kept with the log.
    String text() {
        StringBuilder text = new StringBuilder(summary()).append(".\n");
        for (Commit commit : listed) {
            text.append(commit).append('\n');
        }
        if (listed.size() < count) {
            text.append("and ").append(count - listed.size()).append(" more\n");
        }
        return text.toString();
    }
}
