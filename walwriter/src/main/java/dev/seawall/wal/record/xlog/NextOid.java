package dev.seawall.wal.record.xlog;

import dev.seawall.wal.record.EncodedRecord;
import dev.seawall.wal.record.RecordDecoder.MalformedRecordException;
import dev.seawall.wal.record.WalRecord;

/// NEXTOID: object ids below this may be in use. Main data: `u32 oid`.
public record NextOid(int oid) {

    private static final int BYTES = 4;

    public void encode(EncodedRecord into) {
        XlogKind.begin(into, XlogKind.NEXTOID, BYTES).putInt(oid);
        into.finish();
    }

    public static boolean is(WalRecord record) {
        return XlogKind.is(record, XlogKind.NEXTOID);
    }

    public static NextOid decode(WalRecord record) throws MalformedRecordException {
        return new NextOid(XlogKind.body(record, BYTES).getInt());
    }
}
