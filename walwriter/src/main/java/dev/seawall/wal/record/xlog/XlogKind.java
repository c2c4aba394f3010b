package dev.seawall.wal.record.xlog;

import dev.seawall.wal.record.EncodedRecord;
import dev.seawall.wal.record.RecordDecoder.MalformedRecordException;
import dev.seawall.wal.record.ResourceManagerId;
import dev.seawall.wal.record.WalRecord;
import java.nio.ByteBuffer;

/// The kinds of XLOG records: the high nibble of a record's info.
public final class XlogKind {

    public static final int CHECKPOINT_SHUTDOWN = 0x00;
    public static final int CHECKPOINT_ONLINE = 0x10;
    /// Does nothing; with or without main data.
    public static final int NOOP = 0x20;
    public static final int NEXTOID = 0x30;
    public static final int SWITCH = 0x40;
    public static final int BACKUP_END = 0x50;
    public static final int PARAMETER_CHANGE = 0x60;
    public static final int RESTORE_POINT = 0x70;
    public static final int FPW_CHANGE = 0x80;
    public static final int END_OF_RECOVERY = 0x90;
    public static final int FPI_FOR_HINT = 0xA0;
    public static final int FPI = 0xB0;
    public static final int OVERWRITE_CONTRECORD = 0xD0;

    private XlogKind() {}

    public static boolean is(WalRecord record, int kind) {
        return record.resourceManager().equals(ResourceManagerId.XLOG) && record.kind() == kind;
    }

    public static void encodeNoop(EncodedRecord into) {
        begin(into, NOOP, 0);
        into.finish();
    }

    /// Starts a record outside transactions with `bytes` of main data, to be put next.
    static ByteBuffer begin(EncodedRecord into, int kind, int bytes) {
        into.begin(ResourceManagerId.XLOG, kind, 0, EncodedRecord.mainHeaderBytes(bytes) + bytes);
        into.mainHeader(bytes);
        return into.body();
    }

    /// The record's main data, at least `bytes` long.
    static ByteBuffer body(WalRecord record, int bytes) throws MalformedRecordException {
        ByteBuffer body = record.body();
        if (body.remaining() < bytes) {
            throw new MalformedRecordException(String.format(
                    "XLOG record of kind %02X has %d bytes of main data, not %d",
                    record.kind(), body.remaining(), bytes));
        }
        return body;
    }
}
