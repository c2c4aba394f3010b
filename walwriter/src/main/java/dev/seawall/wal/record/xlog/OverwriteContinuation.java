package dev.seawall.wal.record.xlog;

import dev.seawall.wal.Lsn;
import dev.seawall.wal.record.EncodedRecord;
import dev.seawall.wal.record.RecordDecoder.MalformedRecordException;
import dev.seawall.wal.record.WalRecord;
import java.nio.ByteBuffer;

/// OVERWRITE_CONTRECORD: the record that began at `abandoned` was never finished; this one stands
/// on the page that should have continued it. Main data: `u64 LSN  i64 time`.
///
/// @param time microseconds since 2000
public record OverwriteContinuation(Lsn abandoned, long time) {

    private static final int BYTES = 16;

    public void encode(EncodedRecord into) {
        XlogKind.begin(into, XlogKind.OVERWRITE_CONTRECORD, BYTES).putLong(abandoned.value()).putLong(time);
        into.finish();
    }

    public static boolean is(WalRecord record) {
        return XlogKind.is(record, XlogKind.OVERWRITE_CONTRECORD);
    }

    public static OverwriteContinuation decode(WalRecord record) throws MalformedRecordException {
        ByteBuffer body = XlogKind.body(record, BYTES);
        return new OverwriteContinuation(new Lsn(body.getLong()), body.getLong());
    }
}
