package dev.seawall.tools.torture;

import java.util.Arrays;

/// What the committers were told, and what was found afterwards: the two must agree.
///
/// A committer waits for each commit, so at most one of its transactions is unacknowledged: after a
/// crash its last number is the acknowledged one, or that plus one.
final class Tally {

    private final long[] acknowledged;
    private long total;

    Tally(int committers) {
        this.acknowledged = new long[committers];
    }

    void acknowledge(int committer, long number) {
        acknowledged[committer] = number;
        total++;
    }

    /// Compares with what a process found when it had recovered, and goes on from that.
    ///
    /// @return transactions that were there without having been acknowledged
    /// @throws IllegalStateException if an acknowledged transaction is missing, or one is there that
    ///         was never begun
    int recovered(long[] found) {
        int unacknowledged = 0;
        for (int committer = 0; committer < acknowledged.length; committer++) {
            long least = acknowledged[committer];
            if (found[committer] < least) {
                throw new IllegalStateException("lost: committer " + committer + " was told that transaction "
                        + least + " is durable, and after the crash its last one is " + found[committer]);
            }
            if (found[committer] > least + 1) {
                throw new IllegalStateException("committer " + committer + " has transaction " + found[committer]
                        + ", but " + least + " was its last acknowledged and " + (least + 1) + " the next");
            }
            unacknowledged += (int) (found[committer] - least);
            acknowledged[committer] = found[committer];
        }
        return unacknowledged;
    }

    /// Acknowledged commits, all committers and crashes together.
    long total() {
        return total;
    }

    @Override
    public String toString() {
        return Arrays.toString(acknowledged);
    }
}
