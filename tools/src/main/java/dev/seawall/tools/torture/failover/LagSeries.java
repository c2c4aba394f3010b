package dev.seawall.tools.torture.failover;

import java.util.ArrayList;
import java.util.List;

/// By how many bytes the standby that was furthest behind was so, second by second.
///
/// What grows steadily is larger in the last third of a run than in the middle one; the first third is the
/// processes' warming up.
final class LagSeries {

    private static final int THIRDS = 3;

    private final List<Long> seconds = new ArrayList<>();

    void add(long bytes) {
        seconds.add(bytes);
    }

    long most() {
        return seconds.stream().mapToLong(bytes -> bytes).max().orElse(0);
    }

    /// The middle of the run.
    long middle() {
        return medianOf(1);
    }

    /// Its end.
    long last() {
        return medianOf(2);
    }

    private long medianOf(int third) {
        int size = seconds.size();
        List<Long> part = seconds.subList(size * third / THIRDS, size * (third + 1) / THIRDS)
                .stream().sorted().toList();
        return part.isEmpty() ? 0 : part.get(part.size() / 2);
    }

    /// Bytes a second by which it grew from the middle to the end; 0 if it did not.
    long growth() {
        return Math.max(0, last() - middle()) * THIRDS / Math.max(THIRDS, seconds.size());
    }

    /// Whether it was no larger in the end than in the middle, but for what a moment brings.
    boolean isBounded(long moment) {
        return last() - middle() <= moment;
    }
}
