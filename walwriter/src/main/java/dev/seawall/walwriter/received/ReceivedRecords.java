package dev.seawall.walwriter.received;

import dev.seawall.wal.Lsn;
import dev.seawall.wal.PageLayout;
import dev.seawall.wal.TimelineHistory;
import dev.seawall.wal.WalCorruptException;
import dev.seawall.wal.disk.Disk;
import dev.seawall.wal.read.ReadOutcome;
import dev.seawall.wal.read.SegmentFiles;
import dev.seawall.wal.read.WalReader;
import dev.seawall.wal.record.RelationId;
import dev.seawall.wal.record.WalRecord;
import dev.seawall.walwriter.start.LogScan;
import dev.seawall.walwriter.start.StartedLog;
import java.io.IOException;
import java.time.Instant;

/// The records of a log that is received, read as soon as they are in the files: where whole ones end, and
/// what a writer must know who goes on behind them.
///
/// The receiver's, but for the questions, which any thread may ask.
final class ReceivedRecords implements AutoCloseable {

    private final Disk disk;
    private final StartedLog started;
    private final PageLayout layout;
    private final Restartpoints restartpoints;
    // Guarded by it.
    private final LogScan scan;
    private WalReader reader;
    private Lsn end;
    private ReadOutcome.NoRecord none;

    /// @param scan has seen everything that is here already
    ReceivedRecords(Disk disk, StartedLog started, LogScan scan, Restartpoints restartpoints) {
        this.disk = disk;
        this.started = started;
        this.layout = started.layout();
        this.scan = scan;
        this.restartpoints = restartpoints;
        // A base backup's log begins in front of the first record that is wanted.
        this.end = Lsn.max(started.insertPosition(), started.control().controlFile().checkpoint().redo());
        this.none = new ReadOutcome.NoRecord(end, ReadOutcome.NoRecord.AT_LIMIT);
        this.reader = readerOf(started.history());
    }

    private WalReader readerOf(TimelineHistory history) {
        WalReader made = new WalReader(new SegmentFiles(disk, started.walDirectory(), layout, history), layout);
        made.expect(started.systemId(), history);
        made.lend();
        if (scan.lastStart().isValid()) {
            made.seekBehind(scan.lastStart(), end);
        } else {
            made.seek(end);
        }
        return made;
    }

    /// Reads anew from the last record's end on, as a history has it.
    void restart(TimelineHistory history) throws IOException {
        reader.close();
        reader = readerOf(history);
        none = new ReadOutcome.NoRecord(end, ReadOutcome.NoRecord.AT_LIMIT);
    }

    /// Reads what is in the files now.
    ///
    /// @return end of the last whole record, or the limit where a segment was switched before it
    Lsn readOn(Lsn limit) throws IOException {
        if (limit.isBefore(reader.awaited())) {
            return Lsn.min(end, limit);
        }
        reader.limit(limit);
        while (true) {
            switch (reader.next()) {
                case ReadOutcome.Complete(WalRecord record, Lsn next) -> {
                    synchronized (scan) {
                        scan.see(record);
                    }
                    restartpoints.see(record);
                    end = next;
                }
                case ReadOutcome.NoRecord reason -> {
                    none = reason;
                    // The zeros behind a segment switch are part of it, and still on their way.
                    return Lsn.min(end, limit);
                }
            }
        }
    }

    /// Where the next record will begin.
    Lsn end() {
        return end;
    }

    /// @throws WalCorruptException if what was received up to `limit` is not a log as far as it goes
    void check(Lsn limit) throws WalCorruptException {
        if (!none.isAtLimit() && layout.startOf(none.at()).isBefore(limit)) {
            throw WalCorruptException.at("what was received is no log: " + none.reason(), none.at(),
                    started.history().timeline(), layout, "It is not taken; check the server or archive it came from.");
        }
    }

    LogScan scan() {
        return scan;
    }

    boolean isEmpty() {
        synchronized (scan) {
            return !scan.lastStart().isValid();
        }
    }

    int blocksOf(RelationId relation) {
        synchronized (scan) {
            return scan.blocksOf(relation);
        }
    }

    Instant lastCommitTime() {
        synchronized (scan) {
            return scan.lastCommitTime();
        }
    }

    @Override
    public void close() throws IOException {
        reader.close();
    }
}
