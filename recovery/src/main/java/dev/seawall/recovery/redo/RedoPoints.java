package dev.seawall.recovery.redo;

import dev.seawall.wal.Lsn;
import java.util.Map;
import java.util.concurrent.ConcurrentSkipListMap;

/// Where redo may begin, for each place that managers' state may reach to.
///
/// With all that commits at or before D applied and durable, redo may begin at
/// `min(D, first record of the oldest transaction that was unfinished at D)`: nothing that commits
/// behind D has a record before it. Looking at the transactions unfinished *now* instead would be
/// wrong when D lies behind: one that began before D and has finished since would be met with its
/// first records missing. So the pair is sampled as redo goes along. It never goes backwards, so
/// any sample at or before D will do, and old samples may be thinned out.
///
/// Thread-safe.
final class RedoPoints {

    private static final int SAMPLES_MAX = 4096;

    private final ConcurrentSkipListMap<Lsn, Lsn> redoPointAt = new ConcurrentSkipListMap<>();

    RedoPoints(Lsn begin) {
        redoPointAt.put(begin, begin);
    }

    /// Notes what held when all before `position` was read.
    void sample(Lsn position, Lsn oldestUnfinished) {
        redoPointAt.put(position, Lsn.min(position, oldestUnfinished));
        if (redoPointAt.size() > SAMPLES_MAX) {
            thin();
        }
    }

    private void thin() {
        // Neither the first, which may be all that an old state can use, nor the last.
        Lsn last = redoPointAt.lastKey();
        boolean isKept = true;
        for (Lsn position : redoPointAt.keySet()) {
            if (!isKept && !position.equals(last)) {
                redoPointAt.remove(position);
            }
            isKept = !isKept;
        }
    }

    /// The best redo point known for state that is durable up to `durable`.
    Lsn redoPoint(Lsn durable) {
        Map.Entry<Lsn, Lsn> sample = redoPointAt.floorEntry(durable);
        return sample == null ? redoPointAt.firstEntry().getValue() : sample.getValue();
    }

    /// A checkpoint with this redo point is durable: samples before it will not be asked for.
    void forgetBefore(Lsn durable) {
        Lsn sample = redoPointAt.floorKey(durable);
        if (sample != null) {
            redoPointAt.headMap(sample, false).clear();
        }
    }
}
