package dev.seawall.wal.read;

import static java.lang.Integer.toUnsignedLong;

import dev.seawall.wal.Lsn;
import dev.seawall.wal.PageHeader;
import dev.seawall.wal.PageLayout;
import dev.seawall.wal.TimelineHistory;
import dev.seawall.wal.TimelineId;
import dev.seawall.wal.WalVersion;
import dev.seawall.wal.record.EncodedRecord;
import dev.seawall.wal.record.RecordDecoder;
import dev.seawall.wal.record.ResourceManagerId;
import dev.seawall.wal.record.WalRecord;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/// Reads records one after another out of pages.
///
/// One thread. The reader never looks at or beyond `limit`, so it can follow a log that is being
/// written: when [ReadOutcome.NoRecord] comes at the limit, move it and read on at the same place.
/// After any other NoRecord the next call tries again at the same place too, with bytes read anew.
/// A record's bytes are copied once, out of the page, and belong to the record from then on, unless
/// [#lend] says that they are only lent.
public final class WalReader implements AutoCloseable {

    private static final int HEADER = EncodedRecord.HEADER_BYTES;
    /// Real servers cannot read more than 1 GiB either.
    private static final long LENGTH_MAX = (1L << 30) - 1;
    /// Up to here a record's buffer is allocated at once; beyond, only as pages really bring bytes.
    private static final int TRUSTED_BYTES = 1 << 20;
    private static final long UNKNOWN = -1;

    private static final int XLOG_SWITCH = 0x40;
    private static final int XLOG_OVERWRITE_CONTRECORD = 0xD0;

    private final PageLayout layout;
    private final PageCursor cursor;
    private final LogBytes bytes;
    private final CRC32C crc = new CRC32C();

    private WalVersion version = WalVersion.V15;
    private long position;
    // Start of the record read last, which the next one must point back to.
    private long previous = UNKNOWN;

    // The record being read.
    private long start;
    private byte[] record = new byte[0];
    private int length;
    private long end;
    private long awaited;
    private boolean isLending;
    private long overwritten;

    public WalReader(LogBytes bytes, PageLayout layout) {
        this.bytes = bytes;
        this.layout = layout;
        this.cursor = new PageCursor(bytes, layout);
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
    }

    /// Takes only pages of this system, and each only of the timeline that the history has there.
    /// Without this call any system's pages are read, and any timelines that do not go backwards.
    public void expect(long systemId, TimelineHistory history) {
        cursor.expect(systemId, history);
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
        awaited = position;
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
        return new Lsn(awaited);
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
        cursor.restart();
        position = from.value();
        long at = firstStart(from.value());
        if (at == UNKNOWN) {
            return none(from.value(), cursor.fault());
        }
        position = at;
        previous = UNKNOWN;
        while (true) {
            ReadOutcome outcome = next();
            switch (outcome) {
                case ReadOutcome.NoRecord none -> {
                    return none;
                }
                case ReadOutcome.Complete(WalRecord found, _) -> {
                    if (found.start().isAtLeast(from)) {
                        position = found.start().value();
                        previous = UNKNOWN;
                        return outcome;
                    }
                }
            }
        }
    }

    /// Start of the first record on the page of `from`, or on a later one if a continued record
    /// covers it whole.
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
        overwritten = UNKNOWN;
        start = position;
        awaited = start;
        @Nullable String problem = assemble();
        while (problem == RESTART) {
            problem = assemble();
        }
        if (problem == null) {
            problem = checkSum();
        }
        if (problem != null) {
            return none(start, problem);
        }
        if (isXlog(XLOG_SWITCH)) {
            // The rest of the segment is zeros without page headers: the record reaches over it.
            end = end + layout.segmentBytes() - 1 & -(long) layout.segmentBytes();
        }
        return decode();
    }

    private ReadOutcome decode() {
        Lsn next = new Lsn(end);
        WalRecord decoded;
        try {
            decoded = RecordDecoder.decode(
                    ByteBuffer.wrap(record, 0, length).order(ByteOrder.LITTLE_ENDIAN), new Lsn(start), next,
                    version);
        } catch (RecordDecoder.MalformedRecordException e) {
            return none(start, String.valueOf(e.getMessage()));
        }
        if (overwritten != UNKNOWN && isXlog(XLOG_OVERWRITE_CONTRECORD)) {
            long said = decoded.body().remaining() < Long.BYTES ? 0 : decoded.body().getLong();
            if (said != overwritten) {
                return none(start, "mismatching overwritten LSN " + new Lsn(said) + " -> " + new Lsn(overwritten));
            }
        }
        previous = start;
        position = end;
        return new ReadOutcome.Complete(decoded, next);
    }

    private ReadOutcome.NoRecord none(long at, String reason) {
        cursor.invalidate();
        if (!reason.equals(ReadOutcome.NoRecord.AT_LIMIT)) {
            bytes.forget();
        }
        return new ReadOutcome.NoRecord(new Lsn(at), reason);
    }

    /// What [#assemble] says when the record at `start` was given up by its writer, and another
    /// begins on the page that should have continued it.
    private static final String RESTART = "restart";

    /// Collects the record at `start`, its header checked, in `record`; sets `length` and `end`.
    ///
    /// @return what is wrong, or null
    private @Nullable String assemble() throws IOException {
        int inPage = (int) (start & PageLayout.PAGE_BYTES - 1);
        long page = start - inPage;
        if (!cursor.read(page, Math.min(inPage + HEADER, PageLayout.PAGE_BYTES))) {
            return cursor.fault();
        }
        int header = cursor.headerBytes();
        if (inPage == 0) {
            start += header;
            inPage = header;
            if (!cursor.read(page, inPage + HEADER)) {
                return cursor.fault();
            }
        } else if (inPage < header || (inPage & 7) != 0) {
            return "invalid record offset at " + new Lsn(start);
        }
        if ((cursor.flags() & PageHeader.CONTINUATION) != 0 && inPage == header) {
            return "contrecord is requested by " + new Lsn(start);
        }
        return assembleFrom(page, inPage);
    }

    private @Nullable String assembleFrom(long page, int inPage) throws IOException {
        int total = cursor.page().getInt(inPage);
        int onPage = PageLayout.PAGE_BYTES - inPage;
        String problem = onPage >= HEADER
                ? headerProblem(cursor.page(), inPage)
                : lengthProblem(total);
        if (problem != null) {
            return problem;
        }
        if (toUnsignedLong(total) > onPage) {
            return assembleAcross(page, inPage, toUnsignedLong(total));
        }
        if (!cursor.read(page, inPage + total)) {
            return cursor.fault();
        }
        length = total;
        record = room(total);
        cursor.copy(inPage, record, 0, total);
        end = start + PageLayout.align8(total);
        return null;
    }

    /// For a record of `bytes` at least.
    private byte[] room(int bytes) {
        boolean isFitting = record.length >= bytes && record.length <= TRUSTED_BYTES;
        return isLending && isFitting ? record : new byte[isLending ? Math.max(bytes, PageLayout.PAGE_BYTES) : bytes];
    }

    private @Nullable String assembleAcross(long firstPage, int inPage, long total) throws IOException {
        int got = PageLayout.PAGE_BYTES - inPage;
        if (!cursor.read(firstPage, PageLayout.PAGE_BYTES)) {
            return cursor.fault();
        }
        byte[] first = room((int) Math.min(total, TRUSTED_BYTES));
        cursor.copy(inPage, first, 0, got);
        record = first;
        boolean isHeaderChecked = got >= HEADER;
        long page = firstPage;
        while (got < total) {
            page += PageLayout.PAGE_BYTES;
            String problem = continuationProblem(page, total, got);
            if (problem != null) {
                return problem;
            }
            // As record and page agree.
            awaited = start + total;
            int header = cursor.headerBytes();
            int here = (int) Math.min(total - got, PageLayout.PAGE_BYTES - header);
            if (!cursor.read(page, header + here)) {
                return cursor.fault();
            }
            if (got + here > record.length) {
                // What was announced twice, by record and page, is still believed only as it comes.
                record = Arrays.copyOf(record, (int) Math.min(total, Math.max(2L * record.length, got + here)));
            }
            cursor.copy(header, record, got, here);
            got += here;
            end = page + header + PageLayout.align8(here);
            if (!isHeaderChecked) {
                problem = headerProblem(ByteBuffer.wrap(record).order(ByteOrder.LITTLE_ENDIAN), 0);
                if (problem != null) {
                    return problem;
                }
                isHeaderChecked = true;
            }
        }
        length = got;
        return null;
    }

    private @Nullable String continuationProblem(long page, long total, int got) throws IOException {
        if (!cursor.read(page, (int) Math.min(total - got + PageLayout.SHORT_HEADER, PageLayout.PAGE_BYTES))) {
            return cursor.fault();
        }
        if ((cursor.flags() & PageHeader.OVERWRITE_CONTINUATION) != 0) {
            overwritten = start;
            start = page;
            return RESTART;
        }
        if ((cursor.flags() & PageHeader.CONTINUATION) == 0) {
            return "there is no contrecord flag at " + new Lsn(start);
        }
        long remaining = toUnsignedLong(cursor.remainingBytes());
        if (remaining == 0 || total != remaining + got) {
            return "invalid contrecord length " + remaining + " (expected " + (total - got) + ") at " + new Lsn(start);
        }
        if (total > LENGTH_MAX) {
            return "record length " + total + " at " + new Lsn(start) + " too long";
        }
        return null;
    }

    private @Nullable String headerProblem(ByteBuffer in, int at) {
        String problem = lengthProblem(in.getInt(at + EncodedRecord.LENGTH_OFFSET));
        if (problem != null) {
            return problem;
        }
        int manager = Byte.toUnsignedInt(in.get(at + EncodedRecord.RESOURCE_MANAGER_OFFSET));
        if (!ResourceManagerId.isValid(manager, version)) {
            return "invalid resource manager ID " + manager + " at " + new Lsn(start);
        }
        long link = in.getLong(at + EncodedRecord.PREVIOUS_OFFSET);
        boolean isLinked = previous == UNKNOWN ? Long.compareUnsigned(link, start) < 0 : link == previous;
        return isLinked ? null : "record with incorrect prev-link " + new Lsn(link) + " at " + new Lsn(start);
    }

    private @Nullable String lengthProblem(int total) {
        return Integer.compareUnsigned(total, HEADER) >= 0 ? null
                : "invalid record length at " + new Lsn(start) + ": wanted " + HEADER
                        + ", got " + toUnsignedLong(total);
    }

    private @Nullable String checkSum() {
        crc.reset();
        crc.update(record, HEADER, length - HEADER);
        crc.update(record, 0, EncodedRecord.CRC_OFFSET);
        int stored = ByteBuffer.wrap(record).order(ByteOrder.LITTLE_ENDIAN).getInt(EncodedRecord.CRC_OFFSET);
        return stored == (int) crc.getValue() ? null
                : "incorrect resource manager data checksum in record at " + new Lsn(start);
    }

    private boolean isXlog(int kind) {
        return record[EncodedRecord.RESOURCE_MANAGER_OFFSET] == ResourceManagerId.XLOG.value()
                && (record[EncodedRecord.INFO_OFFSET] & 0xF0) == kind;
    }

    /// Closes what the pages come from.
    @Override
    public void close() throws IOException {
        bytes.close();
    }
}
