package dev.seawall.walwriter.slots;

import dev.seawall.wal.Lsn;
import dev.seawall.wal.PageLayout;
import dev.seawall.wal.SegmentNumber;
import dev.seawall.walwriter.cluster.Slots.WalStatus;
import org.jspecify.annotations.Nullable;

/// How much log slots may keep: PostgreSQL's arithmetic, in whole segments rounded down.
///
/// @param slotKeepBytes `max_slot_wal_keep_size`; negative: without limit
/// @param keepBytes     `wal_keep_size`
/// @param maxWalBytes   `max_wal_size`
public record SlotLimit(long slotKeepBytes, long keepBytes, long maxWalBytes) {

    /// Slots keep all they want.
    public static final SlotLimit NONE = new SlotLimit(-1, 0, Long.MAX_VALUE);

    boolean isSet() {
        return slotKeepBytes >= 0;
    }

    /// The oldest segment that slots may keep.
    ///
    /// @param end of the log
    SegmentNumber oldest(Lsn end, PageLayout layout) {
        return isSet() ? before(end, Math.max(slotKeepBytes, keepBytes) / layout.segmentBytes(), layout)
                : new SegmentNumber(0);
    }

    private static SegmentNumber before(Lsn end, long segments, PageLayout layout) {
        return new SegmentNumber(Math.max(0, layout.segmentOf(end).value() - segments));
    }

    /// @param restart of a slot that was not lost
    WalStatus status(Lsn restart, Lsn end, PageLayout layout) {
        SegmentNumber from = layout.segmentOf(restart);
        if (from.isBefore(oldest(end, layout))) {
            return WalStatus.UNRESERVED;
        }
        return from.isBefore(before(end, maxWalBytes / layout.segmentBytes() + 1, layout))
                ? WalStatus.EXTENDED : WalStatus.RESERVED;
    }

    /// Bytes that may be logged before a slot is behind the limit; null without one.
    @Nullable Long safeBytes(Lsn restart, Lsn end, PageLayout layout) {
        if (!isSet()) {
            return null;
        }
        long segments = Math.max(slotKeepBytes, keepBytes) / layout.segmentBytes() + 1;
        return layout.startOf(new SegmentNumber(layout.segmentOf(restart).value() + segments)).minus(end);
    }
}
