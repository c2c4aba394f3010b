package dev.seawall.walwriter;

/// Which of two ways gets more done, found out by doing: now and then the other one is tried for some milliseconds,
/// and what it got done held against what the preferred one did just before and just after. Rarely where they have
/// long been told apart, so that trying costs next to nothing.
///
/// For one way to be better everywhere is not needed: machines, disks and loads differ, and loads change.
final class BetterWay {

    private static final long WINDOW_NANOS = 4_000_000;
    /// A longer one had a pause in it, and says nothing.
    private static final long WINDOW_NANOS_MAX = 8 * WINDOW_NANOS;
    private static final int WINDOWS_BETWEEN_MAX = 32;
    private static final double WEIGHT = 0.25;
    private static final double DIFFERENCE_MAX = 0.5;

    /// By how much of the one's rate the first is better: of the last comparisons, the latest most.
    private double lead;
    private volatile boolean isFirst = true;

    private long begun;
    private long done;
    /// Windows of the preferred way before the other one is tried.
    private int left = 1;
    private int between = 1;
    private double before;
    private double tried = -1;

    /// Whether to go the first way now. Any thread.
    boolean isFirst() {
        return isFirst;
    }

    /// Counts what was done. One thread at a time.
    ///
    /// @param now [System#nanoTime]
    void did(long amount, long now) {
        done += amount;
        long nanos = now - begun;
        if (nanos < WINDOW_NANOS) {
            return;
        }
        double rate = (double) done / nanos;
        done = 0;
        begun = now;
        if (nanos > WINDOW_NANOS_MAX || rate == 0) {
            rest();
        } else if (isTrying()) {
            tried = rate;
            isFirst = lead >= 0;
        } else if (tried >= 0) {
            compare(tried / ((before + rate) / 2) - 1);
            before = rate;
        } else {
            before = rate;
            if (--left <= 0) {
                isFirst = lead < 0;
            }
        }
    }

    private boolean isTrying() {
        return isFirst != lead >= 0;
    }

    private void compare(double difference) {
        boolean wasFirst = isFirst;
        double bounded = Math.clamp(difference, -DIFFERENCE_MAX, DIFFERENCE_MAX);
        lead += ((wasFirst ? -bounded : bounded) - lead) * WEIGHT;
        between = lead >= 0 == wasFirst ? Math.min(WINDOWS_BETWEEN_MAX, between + 1) : 1;
        rest();
    }

    /// Goes the preferred way for a while.
    private void rest() {
        isFirst = lead >= 0;
        tried = -1;
        left = between;
    }
}
