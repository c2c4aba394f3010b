package dev.seawall.wal.record;

import dev.seawall.wal.Lsn;
import java.nio.ByteBuffer;

/// Turns a record's bytes into a [WalRecord], by bounded reads only.
public final class RecordDecoder {

    private RecordDecoder() {}

    /// The bytes are not a record; the message is pg_waldump's.
    public static final class MalformedRecordException extends Exception {
        private static final long serialVersionUID = 1L;

        public MalformedRecordException(String message) {
            super(message);
        }
    }

    /// Decodes a whole record whose length, resource manager, previous link and checksum the reader
    /// has checked. The buffer's content must stay as it is for as long as the record is used.
    ///
    /// @param record exactly the record's bytes, little endian
    public static WalRecord decode(ByteBuffer record, Lsn start, Lsn end) throws MalformedRecordException {
        throw new MalformedRecordException("not written yet");
    }
}
