package dev.seawall.recovery.redo;

/// Widens the log's 32-bit xids to 64 bits: of the two epochs in question the nearer one.
///
/// Never more than 2^31 transactions lie between the oldest unfinished one and the next, so the
/// nearer one is the right one.
final class FullXid {

    /// Above every xid met so far.
    private long next;

    /// @param near any 64-bit xid that was near the log's beginning, such as a checkpoint's next xid
    FullXid(long near) {
        this.next = near;
    }

    long widen(int xid) {
        if (xid == 0) {
            return 0;
        }
        long full = next + (xid - (int) next);
        if (full < 0) {
            // Before the first epoch: the log began with a small next xid and 2^31 are behind it.
            full = Integer.toUnsignedLong(xid);
        }
        if (full >= next) {
            next = full + 1;
        }
        return full;
    }

    /// Learns of a checkpoint's next xid, which has its epoch with it.
    void atLeast(long nextXid) {
        next = Math.max(next, nextXid);
    }

    long next() {
        return next;
    }
}
