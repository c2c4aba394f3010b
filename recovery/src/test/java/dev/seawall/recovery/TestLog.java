package dev.seawall.recovery;

import dev.seawall.wal.Checkpoint;
import dev.seawall.wal.Lsn;
import dev.seawall.wal.PageHeader;
import dev.seawall.wal.PageLayout;
import dev.seawall.wal.PgTime;
import dev.seawall.wal.SegmentName;
import dev.seawall.wal.TimelineId;
import dev.seawall.wal.disk.OffHeap;
import dev.seawall.wal.read.LogBytes;
import dev.seawall.wal.record.BlockReference;
import dev.seawall.wal.record.EncodedRecord;
import dev.seawall.wal.record.RelationId;
import dev.seawall.wal.record.ResourceManagerId;
import dev.seawall.wal.record.body.GenericDelta;
import dev.seawall.wal.record.body.LogicalMessage;
import dev.seawall.wal.record.body.PageImages;
import dev.seawall.wal.record.body.RunningXacts;
import dev.seawall.wal.record.body.TransactionRecord;
import dev.seawall.wal.record.xlog.CheckpointRecord;
import dev.seawall.wal.record.xlog.RestorePoint;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// A log in memory, written record by record: what a walwriter would have left.
///
/// Each method returns the end LSN of the record it appended. Times go up by a second a commit.
public final class TestLog implements LogBytes {

    public static final long SYSTEM_ID = 7_500_000_000_000_000_001L;
    public static final Instant BEGIN = Instant.parse("2026-11-22T12:00:00Z");

    private final PageLayout layout = new PageLayout(PageLayout.SEGMENT_BYTES_MIN);
    private final Map<Lsn, byte[]> pages = new HashMap<>();
    private final EncodedRecord scratch = new EncodedRecord(4096);
    private long usable = layout.usableOf(new Lsn(layout.segmentBytes()));
    private Lsn previous = Lsn.INVALID;
    private int commits;

    public PageLayout layout() {
        return layout;
    }

    /// Where the next record's predecessor ends.
    public Lsn end() {
        return layout.endAt(usable);
    }

    /// Where the last record begins.
    public Lsn lastStart() {
        return previous;
    }

    /// The time of the last commit or abort.
    public Instant lastTime() {
        return timeOf(commits);
    }

    /// The time of the n-th commit or abort, counted from 1.
    public static Instant timeOf(int n) {
        return BEGIN.plusSeconds(n);
    }

    public Lsn message(int xid, String prefix, String content) {
        return message(xid, prefix, content.getBytes(StandardCharsets.UTF_8));
    }

    public Lsn message(int xid, String prefix, byte[] content) {
        LogicalMessage.encode(scratch, xid, prefix.getBytes(StandardCharsets.UTF_8), ByteBuffer.wrap(content));
        return append(scratch);
    }

    public Lsn commit(int xid) {
        TransactionRecord.encode(scratch, TransactionRecord.COMMIT, xid, PgTime.of(timeOf(++commits)));
        return append(scratch);
    }

    /// A commit at the same time as the one before.
    public Lsn commitAtSameTime(int xid) {
        TransactionRecord.encode(scratch, TransactionRecord.COMMIT, xid, PgTime.of(timeOf(commits)));
        return append(scratch);
    }

    public Lsn abort(int xid) {
        TransactionRecord.encode(scratch, TransactionRecord.ABORT, xid, PgTime.of(timeOf(++commits)));
        return append(scratch);
    }

    /// A commit or abort as a real server with savepoints writes it.
    public Lsn endWithSubtransactions(int kind, int xid, int... subxids) {
        int bytes = 16 + 4 * subxids.length;
        scratch.begin(ResourceManagerId.TRANSACTION, kind | TransactionRecord.HAS_XINFO, xid, 5 + bytes);
        scratch.mainHeader(bytes);
        scratch.body().putLong(PgTime.of(timeOf(++commits))).putInt(TransactionRecord.XINFO_SUBXACTS)
                .putInt(subxids.length);
        for (int subxid : subxids) {
            scratch.body().putInt(subxid);
        }
        scratch.finish();
        return append(scratch);
    }

    /// COMMIT PREPARED or ABORT PREPARED, written by a session without an xid of its own.
    public Lsn endPrepared(int kind, int preparedXid) {
        scratch.begin(ResourceManagerId.TRANSACTION, kind | TransactionRecord.HAS_XINFO, 0, 64);
        scratch.mainHeader(16);
        scratch.body().putLong(PgTime.of(timeOf(++commits))).putInt(TransactionRecord.XINFO_TWOPHASE)
                .putInt(preparedXid);
        scratch.finish();
        return append(scratch);
    }

    public Lsn running(int nextXid, Integer... xids) {
        int oldest = xids.length == 0 ? nextXid : xids[0];
        RunningXacts.of(nextXid, oldest, oldest - 1, List.of(xids)).encode(scratch);
        return append(scratch);
    }

    public Lsn append(RunningXacts running) {
        running.encode(scratch);
        return append(scratch);
    }

    public Lsn restorePoint(String name) {
        new RestorePoint(PgTime.of(timeOf(commits)), name).encode(scratch);
        return append(scratch);
    }

    public Lsn checkpoint(long nextXid) {
        new CheckpointRecord(false, Checkpoint.of(end(), TimelineId.FIRST, TimelineId.FIRST, nextXid, 3, lastTime()))
                .encode(scratch);
        return append(scratch);
    }

    public Lsn grow(RelationId relation, int first, int count) {
        PageImages.encodeEmpty(scratch, relation, first, count);
        return append(scratch);
    }

    /// Writes a text into a page.
    public Lsn write(int xid, RelationId relation, int block, int offset, String text) {
        ByteBuffer fragments = ByteBuffer.allocate(8192).order(ByteOrder.LITTLE_ENDIAN);
        GenericDelta.putFragment(fragments, offset, ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8)));
        GenericDelta.encode(scratch, xid, List.of(
                new BlockReference(0, 0, relation, block, false, null, fragments.flip())));
        return append(scratch);
    }

    private Lsn append(EncodedRecord record) {
        Lsn start = layout.startAt(usable);
        record.checksumBody();
        record.seal(previous);
        byte[] bytes = new byte[record.length()];
        try (OffHeap copy = OffHeap.allocate(bytes.length)) {
            record.copyTo(copy, 0, 0, bytes.length);
            copy.view(0, bytes.length).get(bytes);
        }
        lay(bytes);
        previous = start;
        return end();
    }

    private void lay(byte[] record) {
        int at = 0;
        while (at < record.length) {
            Lsn lsn = layout.startAt(usable);
            Lsn page = layout.pageOf(lsn);
            int rest = record.length - at;
            byte[] into = pages.get(page);
            if (into == null) {
                into = open(page, at == 0 ? 0 : rest);
            }
            int offset = layout.offsetInPage(lsn);
            int chunk = Math.min(rest, PageLayout.PAGE_BYTES - offset);
            System.arraycopy(record, at, into, offset, chunk);
            at += chunk;
            usable += at == record.length ? PageLayout.align8(record.length) - (record.length - chunk) : chunk;
        }
    }

    private byte[] open(Lsn page, int remaining) {
        byte[] bytes = new byte[PageLayout.PAGE_BYTES];
        PageHeader.write(ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN), layout, 1, SYSTEM_ID, page,
                remaining > 0 ? PageHeader.CONTINUATION : 0, remaining);
        pages.put(page, bytes);
        return bytes;
    }

    /// Flips a byte: damage.
    public void damage(Lsn at) {
        pages.get(layout.pageOf(at))[layout.offsetInPage(at)] ^= 0x55;
    }

    @Override
    public boolean readPage(Lsn page, ByteBuffer into) {
        byte[] bytes = pages.get(page);
        if (bytes == null) {
            return false;
        }
        into.put(bytes);
        return true;
    }

    @Override
    public String fileNameOf(Lsn lsn) {
        return new SegmentName(TimelineId.FIRST, layout.segmentOf(lsn)).fileName(layout);
    }
}
