package dev.seawall.tools.walbench.load;

import java.util.concurrent.atomic.AtomicLongArray;
import org.HdrHistogram.Histogram;

/// Counts latencies of many threads at the cost of one atomic addition each: 128 buckets for each power of two, so
/// within 1 % of the truth.
///
/// An HdrHistogram for many threads takes a lock, or three atomic operations, for each; with a thousand virtual threads
/// that was more than what was measured.
final class Latencies {

    private static final int SUB_BITS = 7;
    private static final int SUB = 1 << SUB_BITS;
    private static final int BUCKETS = (64 - SUB_BITS) << SUB_BITS;
    /// One for each thread would be a thousand, each missing in the processor's cache.
    private static final int STRIPES = 8;

    private final AtomicLongArray[] stripes;

    Latencies(int threads) {
        stripes = new AtomicLongArray[Math.min(threads, STRIPES)];
        for (int i = 0; i < stripes.length; i++) {
            stripes[i] = new AtomicLongArray(BUCKETS);
        }
    }

    /// @param thread a number of the thread's, so that few share a stripe
    void record(int thread, long nanos) {
        stripes[thread % stripes.length].getAndIncrement(bucketOf(nanos));
    }

    static int bucketOf(long nanos) {
        if (nanos < SUB) {
            return (int) Math.max(0, nanos);
        }
        int shift = 63 - SUB_BITS - Long.numberOfLeadingZeros(nanos);
        return (shift << SUB_BITS) + (int) (nanos >>> shift);
    }

    /// The middle of a bucket.
    static long valueOf(int bucket) {
        if (bucket < 2 * SUB) {
            return bucket;
        }
        int shift = (bucket >>> SUB_BITS) - 1;
        long from = (long) (bucket - (shift << SUB_BITS)) << shift;
        return from + (1L << shift) / 2;
    }

    Histogram histogram() {
        Histogram all = Measurement.newHistogram();
        for (AtomicLongArray stripe : stripes) {
            for (int i = 0; i < BUCKETS; i++) {
                long count = stripe.get(i);
                if (count > 0) {
                    all.recordValueWithCount(Math.min(valueOf(i), Measurement.LONGEST_NANOS), count);
                }
            }
        }
        return all;
    }
}
