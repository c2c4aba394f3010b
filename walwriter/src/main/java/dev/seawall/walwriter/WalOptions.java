package dev.seawall.walwriter;

import dev.seawall.walwriter.segments.FlushPath;
import dev.seawall.walwriter.segments.SyncMethod;

/// How a log is kept, whatever its content: what `seawall.conf` says of it.
///
/// @param flushPath     `wal_sync_method` and `wal_direct_io`
/// @param bufferBytes   `wal_buffers`; a power of two, at least four pages
/// @param isInitZero    `wal_init_zero`
/// @param isRecycling   `wal_recycle`
/// @param minWalBytes   `min_wal_size`
/// @param maxWalBytes   `max_wal_size`
/// @param keepBytes     `wal_keep_size`
/// @param maxRedoLag    `max_redo_lag`, bytes
/// @param isArchiving   `archive_mode`
/// @param checkpointCompletionTarget `checkpoint_completion_target`: estimates what the next checkpoint needs
/// @param maxConnections `max_connections`, for standbys and the number of open transactions; 0: as the
///                       control file says
/// @param commitDelay   `commit_delay` and `commit_siblings`
public record WalOptions(
        FlushPath flushPath,
        int bufferBytes,
        boolean isInitZero,
        boolean isRecycling,
        long minWalBytes,
        long maxWalBytes,
        long keepBytes,
        long maxRedoLag,
        boolean isArchiving,
        double checkpointCompletionTarget,
        int maxConnections,
        CommitDelay commitDelay) {

    public static final WalOptions DEFAULT = new WalOptions(
            FlushPath.DEFAULT, 16 << 20, true, true, 80L << 20, 1L << 30, 0, 1L << 30, false, 0.9, 0,
            CommitDelay.NONE);

    public WalOptions {
        if (Integer.bitCount(bufferBytes) != 1 || bufferBytes < 4 * 8192) {
            throw new IllegalArgumentException("wal_buffers of " + bufferBytes
                    + " bytes is not a power of two of at least 32 kB");
        }
    }

    public WalOptions withSyncMethod(SyncMethod method) {
        return withFlushPath(new FlushPath(method, flushPath.isDirect()));
    }

    public WalOptions withFlushPath(FlushPath path) {
        return new WalOptions(path, bufferBytes, isInitZero, isRecycling, minWalBytes, maxWalBytes,
                keepBytes, maxRedoLag, isArchiving, checkpointCompletionTarget, maxConnections,
                commitDelay);
    }

    public WalOptions withBufferBytes(int bytes) {
        return new WalOptions(flushPath, bytes, isInitZero, isRecycling, minWalBytes, maxWalBytes,
                keepBytes, maxRedoLag, isArchiving, checkpointCompletionTarget, maxConnections,
                commitDelay);
    }

    public WalOptions withWalBytes(long min, long max) {
        return new WalOptions(flushPath, bufferBytes, isInitZero, isRecycling, min, max,
                keepBytes, maxRedoLag, isArchiving, checkpointCompletionTarget, maxConnections,
                commitDelay);
    }

    public WalOptions withKeepBytes(long bytes) {
        return new WalOptions(flushPath, bufferBytes, isInitZero, isRecycling, minWalBytes, maxWalBytes,
                bytes, maxRedoLag, isArchiving, checkpointCompletionTarget, maxConnections,
                commitDelay);
    }

    public WalOptions withArchiving(boolean isOn) {
        return new WalOptions(flushPath, bufferBytes, isInitZero, isRecycling, minWalBytes, maxWalBytes,
                keepBytes, maxRedoLag, isOn, checkpointCompletionTarget, maxConnections,
                commitDelay);
    }

    public WalOptions withMaxConnections(int count) {
        return new WalOptions(flushPath, bufferBytes, isInitZero, isRecycling, minWalBytes, maxWalBytes,
                keepBytes, maxRedoLag, isArchiving, checkpointCompletionTarget, count,
                commitDelay);
    }

    public WalOptions withCommitDelay(CommitDelay delay) {
        return new WalOptions(flushPath, bufferBytes, isInitZero, isRecycling, minWalBytes, maxWalBytes,
                keepBytes, maxRedoLag, isArchiving, checkpointCompletionTarget, maxConnections, delay);
    }
}
