package dev.seawall.wal.read;

import dev.seawall.wal.Lsn;
import dev.seawall.wal.record.RecordDecoder.MalformedRecordException;
import dev.seawall.wal.record.WalRecord;
import dev.seawall.wal.record.body.Watermark;

/// Evidence of how far the log was durable once, collected: the low-water mark, the control file's
/// checkpoint, and watermark records. The furthest counts. One thread.
public final class Watermarks {

    private Lsn durable = Lsn.INVALID;
    private String source = "nothing";

    /// Takes note that all before `lsn` was durable.
    ///
    /// @param witness who says so, for messages: `low-water mark`
    public void add(Lsn lsn, String witness) {
        if (lsn.isAfter(durable)) {
            durable = lsn;
            source = witness;
        }
    }

    /// Takes note of a record, if it is a watermark.
    public void see(WalRecord record) {
        if (!Watermark.is(record)) {
            return;
        }
        try {
            Lsn said = Watermark.decode(record).durable();
            // It cannot have known about itself: such a record is no evidence of anything.
            if (!said.isAfter(record.start())) {
                add(said, "watermark record at " + record.start());
            }
        } catch (MalformedRecordException e) {
            // A message that only bears the name says nothing.
        }
    }

    /// The furthest LSN that all evidence together proves; [Lsn#INVALID] if there is none.
    public Lsn durable() {
        return durable;
    }

    /// Who proves it.
    public String source() {
        return source;
    }
}
