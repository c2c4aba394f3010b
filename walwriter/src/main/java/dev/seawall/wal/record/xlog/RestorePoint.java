package dev.seawall.wal.record.xlog;

import dev.seawall.wal.record.EncodedRecord;
import dev.seawall.wal.record.RecordDecoder.MalformedRecordException;
import dev.seawall.wal.record.WalRecord;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/// RESTORE_POINT: a name for this place, to recover to. Main data: `i64 time  char[64] name`,
/// NUL-terminated; real servers leave garbage behind the NUL.
///
/// @param time microseconds since 2000
/// @param name 1 to 63 bytes of UTF-8
public record RestorePoint(long time, String name) {

    public static final int NAME_BYTES = 64;

    private static final int TIME_BYTES = 8;
    private static final int BYTES = TIME_BYTES + NAME_BYTES;

    /// @throws IllegalArgumentException if the name is empty, too long or has a NUL in it
    public void encode(EncodedRecord into) {
        byte[] text = name.getBytes(StandardCharsets.UTF_8);
        if (text.length == 0 || text.length >= NAME_BYTES || name.indexOf('\0') >= 0) {
            throw new IllegalArgumentException("restore point's name has " + text.length + " bytes: \"" + name
                    + "\"\nHINT: Give it a name of 1 to " + (NAME_BYTES - 1) + " bytes.");
        }
        XlogKind.begin(into, XlogKind.RESTORE_POINT, BYTES)
                .putLong(time).put(text).put(new byte[NAME_BYTES - text.length]);
        into.finish();
    }

    public static boolean is(WalRecord record) {
        return XlogKind.is(record, XlogKind.RESTORE_POINT);
    }

    public static RestorePoint decode(WalRecord record) throws MalformedRecordException {
        ByteBuffer body = XlogKind.body(record, BYTES);
        int end = TIME_BYTES;
        while (end < BYTES && body.get(end) != 0) {
            end++;
        }
        if (end == BYTES) {
            throw new MalformedRecordException("restore point's name has no end");
        }
        byte[] text = new byte[end - TIME_BYTES];
        body.get(TIME_BYTES, text);
        return new RestorePoint(body.getLong(0), new String(text, StandardCharsets.UTF_8));
    }
}
