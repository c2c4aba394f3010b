package dev.seawall.tools.waldump;

import dev.seawall.tools.waldump.text.RecordStatistics;
import dev.seawall.wal.read.ParallelRead;
import dev.seawall.wal.read.WalReader;

/// Sums up a piece of the log, for a filter's records.
record StatisticsOfPiece(RecordFilter filter, DumpRange range) implements ParallelRead.Digest<RecordStatistics> {

    @Override
    public RecordStatistics begin() {
        return new RecordStatistics(range.start(), range.directory().version());
    }

    @Override
    public void take(RecordStatistics sums, WalReader at) {
        if (filter.takes(at.inPlace())) {
            sums.add(at.inPlace(), at.position());
        }
    }
}
