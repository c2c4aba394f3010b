package dev.seawall.recovery.redo;

import dev.seawall.wal.record.RecordDecoder.MalformedRecordException;
import dev.seawall.wal.record.WalRecord;
import java.io.IOException;

/// Where redo stops: asked before and after each record.
public interface StopRule {

    /// Never stops.
    StopRule NONE = new StopRule() {
        @Override
        public boolean stopsBefore(WalRecord record, long xid) {
            return false;
        }

        @Override
        public boolean stopsAfter(WalRecord record, long xid) {
            return false;
        }
    };

    /// @param xid the record's transaction in 64 bits; for the commit or abort of a prepared one
    ///            the prepared transaction's
    boolean stopsBefore(WalRecord record, long xid) throws IOException, MalformedRecordException;

    /// Asked when the record has taken effect.
    boolean stopsAfter(WalRecord record, long xid) throws IOException, MalformedRecordException;
}
