package dev.seawall.recovery.redo;

/// How much of unfinished transactions redo keeps in memory before it moves them to files.
///
/// @param transactionBytes of one transaction
/// @param totalBytes       of all together; the largest goes first
public record HeldLimits(long transactionBytes, long totalBytes) {

    public static final HeldLimits DEFAULT = new HeldLimits(16L << 20, 64L << 20);

    public HeldLimits {
        if (transactionBytes < 0 || totalBytes < 0) {
            throw new IllegalArgumentException("negative memory limit of held transactions");
        }
    }
}
