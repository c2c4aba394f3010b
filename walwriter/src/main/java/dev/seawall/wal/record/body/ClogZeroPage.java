package dev.seawall.wal.record.body;

import dev.seawall.wal.record.EncodedRecord;
import dev.seawall.wal.record.RecordDecoder.MalformedRecordException;
import dev.seawall.wal.record.ResourceManagerId;
import dev.seawall.wal.record.WalRecord;
import java.nio.ByteBuffer;

/// Makes a page of PostgreSQL's commit log, which holds 32,768 xids; a real server that follows
/// stops without it. Main data: `i32 page`.
///
/// @param page xid / 32768
public record ClogZeroPage(int page) {

    public static final int KIND = 0x00;
    public static final int XIDS_PER_PAGE = 32_768;

    private static final int BYTES = 4;

    /// The page that `xid` is the first of.
    ///
    /// @return -1 if it is not the first of a page
    public static int beginningAt(int xid) {
        return Integer.remainderUnsigned(xid, XIDS_PER_PAGE) == 0 ? Integer.divideUnsigned(xid, XIDS_PER_PAGE) : -1;
    }

    public void encode(EncodedRecord into) {
        into.begin(ResourceManagerId.CLOG, KIND, 0, EncodedRecord.mainHeaderBytes(BYTES) + BYTES);
        into.mainHeader(BYTES);
        into.body().putInt(page);
        into.finish();
    }

    public static boolean is(WalRecord record) {
        return record.resourceManager().equals(ResourceManagerId.CLOG) && record.kind() == KIND;
    }

    public static ClogZeroPage decode(WalRecord record) throws MalformedRecordException {
        ByteBuffer main = record.body();
        if (main.remaining() < BYTES) {
            throw new MalformedRecordException("CLOG ZEROPAGE is too short");
        }
        return new ClogZeroPage(main.getInt());
    }
}
