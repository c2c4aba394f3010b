package dev.seawall.walwriter.server;

import dev.seawall.wal.Lsn;
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
import dev.seawall.walwriter.Wal;
import dev.seawall.walwriter.start.ClusterLayout;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// The committed messages of one prefix, as a reader of the log finds them, in commit order.
final class LogContent {

    private LogContent() {}

    /// @throws AssertionError if the log cannot be read up to what is durable
    static List<String> committed(Path directory, Wal wal, String prefix) throws IOException {
        Lsn end = wal.flushLsn();
        Map<Integer, List<String>> open = new HashMap<>();
        List<String> committed = new ArrayList<>();
        TimelineHistory history = wal.history();
        try (SegmentFiles files = new SegmentFiles(new LinuxDisk(), ClusterLayout.wal(directory), wal.layout(),
                history);
                WalReader reader = new WalReader(files, wal.layout())) {
            ReadOutcome outcome = reader.findFirst(new Lsn(wal.layout().segmentBytes()));
            if (outcome instanceof ReadOutcome.NoRecord none) {
                throw new AssertionError("no log: " + none.reason());
            }
            while (true) {
                outcome = reader.next();
                if (!(outcome instanceof ReadOutcome.Complete complete)) {
                    break;
                }
                note(complete.record(), prefix, open, committed);
                if (!complete.next().isBefore(end)) {
                    return committed;
                }
            }
            throw new AssertionError("the log is readable up to " + ((ReadOutcome.NoRecord) outcome).at()
                    + " only, durable up to " + end + ": " + ((ReadOutcome.NoRecord) outcome).reason());
        } catch (MalformedRecordException e) {
            throw new AssertionError(e);
        }
    }

    private static void note(WalRecord record, String prefix, Map<Integer, List<String>> open, List<String> committed)
            throws MalformedRecordException {
        if (LogicalMessage.hasPrefix(record, prefix.getBytes(StandardCharsets.UTF_8))) {
            LogicalMessage message = LogicalMessage.decode(record);
            open.computeIfAbsent(record.xid(), _ -> new ArrayList<>())
                    .add(StandardCharsets.UTF_8.decode(message.content().duplicate()).toString());
        } else if (record.resourceManager().equals(ResourceManagerId.TRANSACTION)) {
            List<String> messages = open.remove(record.xid());
            if (messages != null && (record.info() & TransactionRecord.KIND_MASK) == TransactionRecord.COMMIT) {
                committed.addAll(messages);
            }
        }
    }
}
