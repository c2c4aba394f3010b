package dev.seawall.wal.record.xlog;

import dev.seawall.wal.record.EncodedRecord;
import dev.seawall.wal.record.RecordDecoder.MalformedRecordException;
import dev.seawall.wal.record.WalRecord;

/// FPW_CHANGE: images of pages are logged from here on, or no more. Main data: `u8`.
public record FullPageWritesChange(boolean isOn) {

    private static final int BYTES = 1;

    public void encode(EncodedRecord into) {
        XlogKind.begin(into, XlogKind.FPW_CHANGE, BYTES).put((byte) (isOn ? 1 : 0));
        into.finish();
    }

    public static boolean is(WalRecord record) {
        return XlogKind.is(record, XlogKind.FPW_CHANGE);
    }

    public static FullPageWritesChange decode(WalRecord record) throws MalformedRecordException {
        return new FullPageWritesChange(XlogKind.body(record, BYTES).get() != 0);
    }
}
