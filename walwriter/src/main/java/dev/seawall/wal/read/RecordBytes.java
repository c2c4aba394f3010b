package dev.seawall.wal.read;

import static java.lang.Integer.toUnsignedLong;

import dev.seawall.wal.Lsn;
import dev.seawall.wal.PageHeader;
import dev.seawall.wal.PageLayout;
import dev.seawall.wal.WalVersion;
import dev.seawall.wal.record.EncodedRecord;
import dev.seawall.wal.record.ResourceManagerId;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/// The bytes of one record, found in the log's pages and checked: length, back-link, resource manager, checksum.
///
/// A record that lies on one page stays there; one that goes on over others is put together in memory of its own.
/// Either way the bytes hold until the next one is looked for.
final class RecordBytes {

    /// What the start of the record before is when there is none that the next must point back to.
    static final long UNKNOWN = -1;

    private static final int HEADER = EncodedRecord.HEADER_BYTES;
    /// Real servers cannot read more than 1 GiB either.
    private static final long LENGTH_MAX = (1L << 30) - 1;
    /// Up to here memory for a record is allocated at once, and kept; beyond, only as pages really bring bytes.
    private static final int TRUSTED_BYTES = 1 << 20;

    /// What is said when the record at `start` was given up by its writer, and another begins on the page that
    /// should have continued it.
    private static final String RESTART = "restart";

    private static final byte[] NONE = new byte[0];
    /// In front of the checksum stand info, resource manager and two bytes of nothing.
    private static final int KIND_MASK = 0xFFFF;

    private final PageCursor cursor;
    private final CRC32C crc = new CRC32C();

    private WalVersion version = WalVersion.V15;
    private long previous = UNKNOWN;

    // The record: where in which memory, where in the log.
    private ByteBuffer memory;
    private int at;
    private int length;
    private long start;
    private long end;
    private long awaited;
    private long overwritten = UNKNOWN;
    // From its header: info in the low byte, resource manager in the next; the checksum.
    private int kind;
    private int sum;

    // For records that lie on several pages: off the heap, as pages are; what is larger than is trusted, on it.
    private ByteBuffer gathered = ByteBuffer.allocateDirect(PageLayout.PAGE_BYTES).order(ByteOrder.LITTLE_ENDIAN);
    private byte[] large = NONE;
    // The same memory once more, whose position and limit the checksum may move: the page's and the gathered.
    private ByteBuffer paged;
    private ByteBuffer summedPage;
    private ByteBuffer summedGathered = gathered.duplicate();

    RecordBytes(PageCursor cursor) {
        this.cursor = cursor;
        this.memory = cursor.memory();
        this.paged = memory;
        this.summedPage = memory.duplicate();
    }

    void version(WalVersion expected) {
        version = expected;
    }

    /// Looks for the record at `from`.
    ///
    /// @param before start of the record that it must point back to; [#UNKNOWN] if any in front of it will do
    /// @return what is wrong, or null
    @Nullable String find(long from, long before) throws IOException {
        previous = before;
        overwritten = UNKNOWN;
        start = from;
        if (large.length > 0) {
            large = NONE;
        }
        if (!isOnHeldPage()) {
            awaited = start;
            @Nullable String problem = assemble();
            while (problem == RESTART) {
                problem = assemble();
            }
            if (problem != null) {
                return problem;
            }
        }
        return checkSum();
    }

    /// What is true of most records, found out with few instructions: the page is the one that the record before
    /// ended on, all of this one is there, behind others, and its header is in order. Wherever something is not,
    /// [#assemble] finds out what.
    private boolean isOnHeldPage() {
        int inPage = (int) (start & PageLayout.PAGE_BYTES - 1);
        int onPage = PageLayout.PAGE_BYTES - inPage;
        if (previous == UNKNOWN || !cursor.hasWhole(start - inPage) || inPage <= PageLayout.LONG_HEADER
                || (inPage & 7) != 0 || onPage < HEADER) {
            return false;
        }
        ByteBuffer page = cursor.memory();
        int from = cursor.at() + inPage;
        int total = page.getInt(from);
        if (total < HEADER || total > onPage) {
            return false;
        }
        long kindAndSum = page.getLong(from + EncodedRecord.INFO_OFFSET);
        int itsKind = (int) kindAndSum & KIND_MASK;
        if (page.getLong(from + EncodedRecord.PREVIOUS_OFFSET) != previous
                || !ResourceManagerId.isValid(itsKind >>> 8, version)) {
            return false;
        }
        kind = itsKind;
        sum = (int) (kindAndSum >>> 32);
        place(page, from, total);
        return true;
    }

    private void place(ByteBuffer page, int from, int total) {
        memory = page;
        at = from;
        length = total;
        end = start + PageLayout.align8(total);
    }

    /// Nothing is known of what stands at `from`.
    void await(long from) {
        awaited = from;
    }

    /// Memory that has the record, little endian. Off the heap it is used for the next one too; on the heap, at
    /// its beginning, it is the record's alone.
    ByteBuffer memory() {
        return memory;
    }

    /// Where in the memory it begins.
    int at() {
        return at;
    }

    int length() {
        return length;
    }

    /// Where in the log it begins, behind any page header; after a problem, where it was looked for.
    long start() {
        return start;
    }

    /// The byte after it, aligned.
    long end() {
        return end;
    }

    /// Before all up to here can be read the record cannot be whole.
    long awaited() {
        return awaited;
    }

    /// Start of a record in front of it that its writer gave up; [#UNKNOWN] if there is none.
    long overwritten() {
        return overwritten;
    }

    /// Whether it is a record of the log's own, of this kind.
    boolean isXlog(int ofXlog) {
        return kind >>> 8 == ResourceManagerId.XLOG.value() && (kind & 0xF0) == ofXlog;
    }

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
        int total = cursor.memory().getInt(cursor.at() + inPage);
        int onPage = PageLayout.PAGE_BYTES - inPage;
        String problem = onPage >= HEADER
                ? headerProblem(cursor.memory(), cursor.at() + inPage, total)
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
        place(cursor.memory(), cursor.at() + inPage, total);
        return null;
    }

    private @Nullable String assembleAcross(long firstPage, int inPage, long total) throws IOException {
        int got = PageLayout.PAGE_BYTES - inPage;
        if (!cursor.read(firstPage, PageLayout.PAGE_BYTES)) {
            return cursor.fault();
        }
        makeRoom(total);
        gather(inPage, 0, got, total);
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
            gather(header, got, here, total);
            got += here;
            end = page + header + PageLayout.align8(here);
            if (!isHeaderChecked) {
                problem = headerProblem(memory, 0, (int) total);
                if (problem != null) {
                    return problem;
                }
                isHeaderChecked = true;
            }
        }
        length = got;
        return null;
    }

    private void makeRoom(long total) {
        at = 0;
        if (total <= TRUSTED_BYTES) {
            if (gathered.capacity() < total) {
                int wanted = Math.min(TRUSTED_BYTES, Integer.highestOneBit((int) total) << 1);
                gathered = ByteBuffer.allocateDirect(wanted).order(ByteOrder.LITTLE_ENDIAN);
                summedGathered = gathered.duplicate();
            }
            memory = gathered;
        } else {
            large = new byte[TRUSTED_BYTES];
            memory = ByteBuffer.wrap(large).order(ByteOrder.LITTLE_ENDIAN);
        }
    }

    /// Copies out of the page.
    private void gather(int inPage, int to, int bytes, long total) {
        if (to + bytes > memory.capacity()) {
            // What was announced twice, by record and page, is still believed only as it comes.
            large = Arrays.copyOf(large, (int) Math.min(total, Math.max(2L * large.length, to + bytes)));
            memory = ByteBuffer.wrap(large).order(ByteOrder.LITTLE_ENDIAN);
        }
        memory.put(to, cursor.memory(), cursor.at() + inPage, bytes);
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

    private @Nullable String headerProblem(ByteBuffer in, int from, int total) {
        String problem = lengthProblem(total);
        if (problem != null) {
            return problem;
        }
        long kindAndSum = in.getLong(from + EncodedRecord.INFO_OFFSET);
        kind = (int) kindAndSum & KIND_MASK;
        sum = (int) (kindAndSum >>> 32);
        int manager = kind >>> 8;
        if (!ResourceManagerId.isValid(manager, version)) {
            return "invalid resource manager ID " + manager + " at " + new Lsn(start);
        }
        long link = in.getLong(from + EncodedRecord.PREVIOUS_OFFSET);
        boolean isLinked = previous == UNKNOWN ? Long.compareUnsigned(link, start) < 0 : link == previous;
        return isLinked ? null : "record with incorrect prev-link " + new Lsn(link) + " at " + new Lsn(start);
    }

    private @Nullable String lengthProblem(int total) {
        return Integer.compareUnsigned(total, HEADER) >= 0 ? null
                : "invalid record length at " + new Lsn(start) + ": wanted " + HEADER
                        + ", got " + toUnsignedLong(total);
    }

    private @Nullable String checkSum() {
        ByteBuffer summed = summed();
        crc.reset();
        crc.update(summed.limit(at + length).position(at + HEADER));
        crc.update(summed.limit(at + EncodedRecord.CRC_OFFSET).position(at));
        return sum == (int) crc.getValue() ? null
                : "incorrect resource manager data checksum in record at " + new Lsn(start);
    }

    private ByteBuffer summed() {
        if (memory == paged) {
            return summedPage;
        }
        if (memory == gathered) {
            return summedGathered;
        }
        ByteBuffer other = memory.duplicate();
        if (memory == cursor.memory()) {
            paged = memory;
            summedPage = other;
        }
        return other;
    }
}
