package dev.seawall.walwriter.start;

/// The next transaction id, 64 bits, learnt from the 32 bits that records carry.
///
/// Xids in the log are never more than 2^31 apart from the next one, so what follows it modulo 2^32
/// is ahead of it. Xids 0 to 2 mean something else and are skipped in every epoch.
public final class NextXid {

    /// The first xid that transactions get.
    public static final long FIRST_NORMAL = 3;

    private static final long EPOCH = 1L << 32;

    private long next;

    public NextXid(long next) {
        this.next = skipSpecial(next);
    }

    public long value() {
        return next;
    }

    /// A record bears this xid: it is given away.
    public void seen(int xid) {
        if (Integer.compareUnsigned(xid, (int) FIRST_NORMAL) >= 0 && xid - (int) next >= 0) {
            next = skipSpecial(widen(xid) + 1);
        }
    }

    /// A record says that this is the next one.
    public void seenNext(int xid) {
        if (xid - (int) next > 0) {
            next = skipSpecial(widen(xid));
        }
    }

    /// A record says that this is the next one, with its epoch.
    public void seenNext(long xid) {
        if (Long.compareUnsigned(xid, next) > 0) {
            next = skipSpecial(xid);
        }
    }

    /// The 64-bit xid at or after `next` that ends in these 32 bits.
    private long widen(int xid) {
        long low = Integer.toUnsignedLong(xid);
        long wide = next & -EPOCH | low;
        return Long.compareUnsigned(wide, next) < 0 ? wide + EPOCH : wide;
    }

    private static long skipSpecial(long xid) {
        long low = xid & EPOCH - 1;
        return low < FIRST_NORMAL ? xid - low + FIRST_NORMAL : xid;
    }
}
