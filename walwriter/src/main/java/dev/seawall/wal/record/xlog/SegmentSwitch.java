package dev.seawall.wal.record.xlog;

import dev.seawall.wal.record.EncodedRecord;
import dev.seawall.wal.record.WalRecord;

/// SWITCH: the segment ends here. A bare header; the rest of the segment is zero, without page
/// headers, and the next record is the next segment's first.
public final class SegmentSwitch {

    private SegmentSwitch() {}

    public static void encode(EncodedRecord into) {
        XlogKind.begin(into, XlogKind.SWITCH, 0);
        into.finish();
    }

    public static boolean is(WalRecord record) {
        return XlogKind.is(record, XlogKind.SWITCH);
    }
}
