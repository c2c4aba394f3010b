package dev.seawall.wal.read;

import static java.lang.Integer.toUnsignedLong;

import dev.seawall.wal.Lsn;
import dev.seawall.wal.PageHeader;
import dev.seawall.wal.PageLayout;
import dev.seawall.wal.TimelineHistory;
import dev.seawall.wal.TimelineId;
import dev.seawall.wal.WalVersion;
import dev.seawall.wal.record.RecordDecoder;
import dev.seawall.wal.record.RecordDecoder.MalformedRecordException;
import dev.seawall.wal.record.RecordInPlace;
import dev.seawall.wal.record.WalRecord;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// Reads records one after another out of pages.
///
/// One thread. The reader never looks at or beyond `limit`, so it can follow a log that is being
/// written: when [ReadOutcome.NoRecord] comes at the limit, move it and read on at the same place.
/// After any other NoRecord the next call tries again at the same place too, with bytes read anew.
/// A record's bytes are copied once, out of the page, and belong to the record from then on, unless
/// [#lend] says that they are only lent. Who keeps few of many records looks at each in place: [#step].
public final class WalReader implements AutoCloseable {

    private static final long UNKNOWN = RecordBytes.UNKNOWN;
    private static final int LENT_BYTES_KEPT = 1 << 20;

    private static final int XLOG_SWITCH = 0x40;
    private static final int XLOG_OVERWRITE_CONTRECORD = 0xD0;

    private final PageLayout layout;
    private final PageCursor cursor;
    private final LogBytes bytes;
    private final RecordBytes record;
    private final RecordInPlace inPlace = new RecordInPlace();

    private WalVersion version = WalVersion.V15;
    private long position;
    // Start of the record read last, which the next one must point back to.
    private long previous = UNKNOWN;
    private long recordEnd;
    private boolean isLending;
    private byte[] lent = new byte[0];

    public WalReader(LogBytes bytes, PageLayout layout) {
        this.bytes = bytes;
        this.layout = layout;
        this.cursor = new PageCursor(bytes, layout);
        this.record = new RecordBytes(cursor);
    }

    /// Bytes at and beyond this LSN are not to be read; [Lsn#MAX] at first.
    public void limit(Lsn limit) {
        cursor.limit(limit);
    }

    /// From now on a record holds only until the next one is read, whose bytes then take the place of its own:
    /// for who looks at each and keeps none, and would have large ones fill the heap.
    public void lend() {
        isLending = true;
    }

    /// Takes only pages of this version; of 15, Seawall's own, at first.
    public void version(WalVersion expected) {
        version = expected;
        cursor.version(expected);
        record.version(expected);
    }

    /// Takes only pages of this system, and each only of the timeline that the history has there.
    /// Without this call any system's pages are read, and any timelines that do not go backwards.
    public void expect(long systemId, TimelineHistory history) {
        cursor.expect(systemId, history);
    }

    /// Another that takes the same pages, of the same log, for another thread; empty if the log can only be read by
    /// one. It stands nowhere.
    Optional<WalReader> another() {
        return bytes.another().map(others -> {
            WalReader other = new WalReader(others, layout);
            other.version(version);
            cursor.prepare(other.cursor);
            return other;
        });
    }

    /// Positions the reader at a record's start or a record's end; the next record's back-pointer
    /// is only required to point before it.
    public void seek(Lsn to) {
        seek(to, UNKNOWN);
    }

    /// Positions the reader at a record's end; the next record must point back to `last`.
    public void seekBehind(Lsn last, Lsn itsEnd) {
        seek(itsEnd, last.value());
    }

    private void seek(Lsn to, long itsPrevious) {
        position = to.value();
        record.await(position);
        previous = itsPrevious;
        cursor.restart();
    }

    /// Where the next record is looked for: the end of the last one.
    public Lsn position() {
        return new Lsn(position);
    }

    /// After a NoRecord at the limit: before the limit is here, the record that begins at [#position] cannot be
    /// whole, and trying again would only read its begin again.
    public Lsn awaited() {
        return new Lsn(record.awaited());
    }

    /// The timeline of the page read last.
    ///
    /// @throws IllegalArgumentException if no page was read yet
    public TimelineId timeline() {
        return new TimelineId(cursor.timeline());
    }

    /// Positions the reader at the first record that begins at or after `from`, stepping over
    /// the rest of a record that began before it.
    ///
    /// @return the first record, which [#next] will return again, or why there is none
    public ReadOutcome findFirst(Lsn from) throws IOException {
        ReadOutcome.NoRecord none = seekPage(from);
        while (true) {
            none = none == null ? step() : none;
            if (none != null) {
                return none;
            }
            if (start().isAtLeast(from)) {
                ReadOutcome found = new ReadOutcome.Complete(record(), position());
                position = start().value();
                previous = UNKNOWN;
                return found;
            }
        }
    }

    /// Where the record begins that the next one must point back to; [Lsn#INVALID] if any in front of it will do.
    Lsn previous() {
        return previous == UNKNOWN ? Lsn.INVALID : new Lsn(previous);
    }

    /// The timeline of the page read last, unsigned; 0 if no page was read yet.
    int pageTimeline() {
        return cursor.timeline();
    }

    /// Positions the reader at the first record that begins on the page of `from`, or on a later one if a
    /// continued record covers it whole.
    ///
    /// @return null, or why there is none
    ReadOutcome.@Nullable NoRecord seekPage(Lsn from) throws IOException {
        cursor.restart();
        position = from.value();
        previous = UNKNOWN;
        long at = firstStart(position);
        if (at == UNKNOWN) {
            return none(position, cursor.fault());
        }
        position = at;
        record.await(at);
        return null;
    }

    private long firstStart(long from) throws IOException {
        long page = from & -PageLayout.PAGE_BYTES;
        while (true) {
            if (!cursor.read(page, 0)) {
                return UNKNOWN;
            }
            int header = cursor.headerBytes();
            if ((cursor.flags() & PageHeader.CONTINUATION) == 0) {
                return page + header;
            }
            long rest = PageLayout.align8(toUnsignedLong(cursor.remainingBytes()));
            if (rest < PageLayout.PAGE_BYTES - header) {
                return page + header + rest;
            }
            page += PageLayout.PAGE_BYTES;
        }
    }

    /// The next record. At the end of a segment that XLOG_SWITCH closed it goes on in the next.
    public ReadOutcome next() throws IOException {
        ReadOutcome.NoRecord none = step();
        return none == null ? new ReadOutcome.Complete(record(), position()) : none;
    }

    /// Steps over the next record as [#next] does, but makes nothing of it: it is to be looked at [#inPlace].
    ///
    /// @return null, or why there is none
    public ReadOutcome.@Nullable NoRecord step() throws IOException {
        String problem = record.find(position, previous);
        if (problem != null) {
            return none(record.start(), problem);
        }
        if (!inPlace.read(record.memory(), record.at(), record.length(), version)) {
            return none(record.start(), malformation());
        }
        problem = record.overwritten() == UNKNOWN ? null : overwriteProblem();
        if (problem != null) {
            return none(record.start(), problem);
        }
        // The rest of a segment that was switched from is zeros without page headers: the record reaches over it.
        long end = record.isXlog(XLOG_SWITCH)
                ? record.end() + layout.segmentBytes() - 1 & -(long) layout.segmentBytes() : record.end();
        previous = record.start();
        position = end;
        recordEnd = end;
        return null;
    }

    /// The record that was read last, as it stands in memory: until the next one is looked for.
    public RecordInPlace inPlace() {
        return inPlace;
    }

    /// Start of the record that was read last.
    public Lsn start() {
        return new Lsn(record.start());
    }

    /// The record that [#step] has just stepped over.
    public WalRecord record() {
        try {
            return decode();
        } catch (MalformedRecordException e) {
            throw new AssertionError("a record in place that cannot be decoded", e);
        }
    }

    private WalRecord decode() throws MalformedRecordException {
        int length = record.length();
        ByteBuffer owned = record.memory();
        if (owned.isDirect()) {
            byte[] copy = room(length);
            owned.get(record.at(), copy, 0, length);
            owned = ByteBuffer.wrap(copy).order(ByteOrder.LITTLE_ENDIAN);
        }
        return RecordDecoder.decode(owned.slice(0, length), new Lsn(record.start()), new Lsn(recordEnd), version);
    }

    /// For a record of `bytes` at least.
    private byte[] room(int bytes) {
        if (!isLending) {
            return new byte[bytes];
        }
        if (lent.length < bytes || lent.length > LENT_BYTES_KEPT) {
            lent = new byte[Math.max(bytes, PageLayout.PAGE_BYTES)];
        }
        return lent;
    }

    private String malformation() {
        try {
            decode();
        } catch (MalformedRecordException e) {
            return String.valueOf(e.getMessage());
        }
        throw new AssertionError("a record that can be decoded, but not in place, at " + new Lsn(record.start()));
    }

    private @Nullable String overwriteProblem() {
        if (!record.isXlog(XLOG_OVERWRITE_CONTRECORD)) {
            return null;
        }
        long said = inPlace.mainLength() < Long.BYTES ? 0 : inPlace.mainLong(0);
        return said == record.overwritten() ? null
                : "mismatching overwritten LSN " + new Lsn(said) + " -> " + new Lsn(record.overwritten());
    }

    private ReadOutcome.NoRecord none(long at, String reason) {
        cursor.invalidate();
        if (!reason.equals(ReadOutcome.NoRecord.AT_LIMIT)) {
            bytes.forget();
        }
        return new ReadOutcome.NoRecord(new Lsn(at), reason);
    }

    /// Closes what the pages come from.
    @Override
    public void close() throws IOException {
        bytes.close();
    }
}
