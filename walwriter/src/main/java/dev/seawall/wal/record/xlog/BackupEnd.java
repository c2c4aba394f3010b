package dev.seawall.wal.record.xlog;

import dev.seawall.wal.Lsn;
import dev.seawall.wal.record.EncodedRecord;
import dev.seawall.wal.record.RecordDecoder.MalformedRecordException;
import dev.seawall.wal.record.WalRecord;

/// BACKUP_END: the copy that began at `start` is consistent from here on. Main data: `u64 LSN`.
public record BackupEnd(Lsn start) {

    private static final int BYTES = 8;

    public void encode(EncodedRecord into) {
        XlogKind.begin(into, XlogKind.BACKUP_END, BYTES).putLong(start.value());
        into.finish();
    }

    public static boolean is(WalRecord record) {
        return XlogKind.is(record, XlogKind.BACKUP_END);
    }

    public static BackupEnd decode(WalRecord record) throws MalformedRecordException {
        return new BackupEnd(new Lsn(XlogKind.body(record, BYTES).getLong()));
    }
}
