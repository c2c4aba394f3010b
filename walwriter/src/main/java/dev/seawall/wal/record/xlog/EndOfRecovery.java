package dev.seawall.wal.record.xlog;

import dev.seawall.wal.TimelineId;
import dev.seawall.wal.record.EncodedRecord;
import dev.seawall.wal.record.RecordDecoder.MalformedRecordException;
import dev.seawall.wal.record.WalRecord;
import java.nio.ByteBuffer;

/// END_OF_RECOVERY: the first record of a timeline that recovery began. Main data:
/// `i64 time  u32 timeline  u32 previous timeline`.
///
/// @param time microseconds since 2000
public record EndOfRecovery(long time, TimelineId timeline, TimelineId previousTimeline) {

    private static final int BYTES = 16;

    public void encode(EncodedRecord into) {
        XlogKind.begin(into, XlogKind.END_OF_RECOVERY, BYTES)
                .putLong(time).putInt(timeline.value()).putInt(previousTimeline.value());
        into.finish();
    }

    public static boolean is(WalRecord record) {
        return XlogKind.is(record, XlogKind.END_OF_RECOVERY);
    }

    public static EndOfRecovery decode(WalRecord record) throws MalformedRecordException {
        ByteBuffer body = XlogKind.body(record, BYTES);
        try {
            return new EndOfRecovery(
                    body.getLong(), new TimelineId(body.getInt()), new TimelineId(body.getInt()));
        } catch (IllegalArgumentException e) {
            throw new MalformedRecordException("end-of-recovery record names " + e.getMessage());
        }
    }
}
