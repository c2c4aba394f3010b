package dev.seawall.wal.read;

import dev.seawall.wal.Lsn;
import dev.seawall.wal.PageHeader;
import dev.seawall.wal.PageLayout;
import dev.seawall.wal.SegmentName;
import dev.seawall.wal.SegmentNumber;
import dev.seawall.wal.TimelineId;
import dev.seawall.wal.disk.Disk;
import dev.seawall.wal.disk.DiskFile;
import dev.seawall.wal.disk.OffHeap;
import dev.seawall.wal.record.EncodedRecord;
import dev.seawall.wal.record.body.LogicalMessage;
import dev.seawall.wal.record.body.Watermark;
import dev.seawall.wal.record.xlog.OverwriteContinuation;
import dev.seawall.wal.record.xlog.SegmentSwitch;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Consumer;

/// A log in memory, laid out byte by byte without any of the product's writing code: what readers
/// are tested on, and what damage is done to.
public final class MemoryLog implements LogBytes {

    public static final long SYSTEM_ID = 7_000_000_000_000_000_001L;

    /// Where a record was put.
    public record Placed(Lsn start, Lsn end) {}

    private final PageLayout layout;
    private final SortedMap<Long, byte[]> segments = new TreeMap<>();
    private final List<Placed> records = new ArrayList<>();
    private TimelineId timeline = TimelineId.FIRST;
    private long position;
    private Lsn previous = Lsn.INVALID;

    public MemoryLog(PageLayout layout, Lsn start) {
        this.layout = layout;
        this.position = start.value();
    }

    /// 1 MiB segments, from segment 1 on.
    public static MemoryLog small() {
        PageLayout layout = new PageLayout(PageLayout.SEGMENT_BYTES_MIN);
        return new MemoryLog(layout, layout.startOf(new SegmentNumber(1)));
    }

    public PageLayout layout() {
        return layout;
    }

    /// Continues on another timeline; pages begun keep theirs.
    public void timeline(int id) {
        timeline = new TimelineId(id);
    }

    public Lsn end() {
        return new Lsn(position);
    }

    public List<Placed> records() {
        return records;
    }

    public Placed append(Consumer<EncodedRecord> filling) {
        try (EncodedRecord record = new EncodedRecord(256)) {
            filling.accept(record);
            return append(record, record.length());
        }
    }

    public Placed message(String content) {
        return message(0, content.getBytes(StandardCharsets.UTF_8));
    }

    public Placed message(int xid, byte[] content) {
        return append(r -> LogicalMessage.encode(r, xid, new byte[] {'t'}, ByteBuffer.wrap(content)));
    }

    public Placed watermark(Lsn durable) {
        return append(new Watermark(durable)::encode);
    }

    public Placed switchSegment() {
        Placed placed = append(SegmentSwitch::encode);
        SegmentNumber next = layout.segmentOf(placed.end().plus(-1)).next();
        position = layout.startOf(next).value();
        Placed whole = new Placed(placed.start(), end());
        records.set(records.size() - 1, whole);
        return whole;
    }

    /// Writes only the pages of a record that come before its `pages`-th continuation, then goes on
    /// behind it as a real server does: a page that says so, and OVERWRITE_CONTRECORD.
    public Placed abandonAndOverwrite(byte[] content, int pages) {
        try (EncodedRecord record = new EncodedRecord(256)) {
            LogicalMessage.encode(record, 0, new byte[] {'t'}, ByteBuffer.wrap(content));
            Lsn start = layout.startOf(end());
            Lsn kept = layout.pageOf(start).plus((long) pages * PageLayout.PAGE_BYTES);
            int room = (int) (layout.usableOf(kept) - layout.usableOf(start));
            Lsn before = previous;
            append(record, room);
            records.removeLast();
            previous = before;
            position = kept.value();
            header(kept, PageHeader.OVERWRITE_CONTINUATION, 0);
            position = layout.startOf(kept).value();
            return append(new OverwriteContinuation(start, 0)::encode);
        }
    }

    private Placed append(EncodedRecord record, int written) {
        record.checksumBody();
        record.seal(previous);
        int length = record.length();
        try (OffHeap memory = OffHeap.allocate(Math.max(4096, length))) {
            record.copyTo(memory, 0, 0, length);
            ByteBuffer from = memory.view(0, length);
            if (layout.offsetInPage(end()) == 0) {
                header(end(), 0, 0);
            }
            Lsn start = layout.startOf(end());
            Lsn at = start;
            while (from.position() < written) {
                if (layout.offsetInPage(at) == 0) {
                    header(at, PageHeader.CONTINUATION, from.remaining());
                    at = layout.startOf(at);
                }
                int part = Math.min(written - from.position(), PageLayout.PAGE_BYTES - layout.offsetInPage(at));
                from.get(segmentOf(at), layout.offsetInSegment(at), part);
                at = at.plus(part);
            }
            position = PageLayout.align8(at.value());
            previous = start;
            Placed placed = new Placed(start, end());
            records.add(placed);
            return placed;
        }
    }

    private void header(Lsn page, int flags, int remaining) {
        ByteBuffer out = ByteBuffer.wrap(segmentOf(page)).order(ByteOrder.LITTLE_ENDIAN)
                .position(layout.offsetInSegment(page));
        PageHeader.write(out, layout, timeline.value(), SYSTEM_ID, page, flags, remaining);
    }

    private byte[] segmentOf(Lsn lsn) {
        return segments.computeIfAbsent(layout.segmentOf(lsn).value(), _ -> new byte[layout.segmentBytes()]);
    }

    /// A segment's bytes, to be damaged at will; made of zeros if it is not there.
    public byte[] segment(long number) {
        return segments.computeIfAbsent(number, _ -> new byte[layout.segmentBytes()]);
    }

    /// A segment that waits for its use: zeros, but for its page header.
    public void prepare(long number) {
        header(layout.startOf(new SegmentNumber(number)), 0, 0);
    }

    public void remove(long segment) {
        segments.remove(segment);
    }

    public void flip(Lsn at) {
        segmentOf(at)[layout.offsetInSegment(at)] ^= 0x10;
    }

    public void zero(Lsn from, Lsn to) {
        for (Lsn at = from; at.isBefore(to); at = at.plus(1)) {
            segmentOf(at)[layout.offsetInSegment(at)] = 0;
        }
    }

    /// Writes all segments to a directory, named by one timeline, all durable.
    public void writeTo(Disk disk, Path directory, int timelineOfNames) throws IOException {
        for (var segment : segments.entrySet()) {
            Path path = directory.resolve(nameOf(segment.getKey(), timelineOfNames));
            try (DiskFile file = disk.open(path, Set.of(Disk.Open.CREATE))) {
                file.write(ByteBuffer.wrap(segment.getValue()), 0);
                file.sync();
            }
        }
        disk.syncDirectory(directory);
    }

    private String nameOf(long segment, int timelineOfName) {
        return new SegmentName(new TimelineId(timelineOfName), new SegmentNumber(segment)).fileName(layout);
    }

    public WalReader reader() {
        WalReader reader = new WalReader(this, layout);
        reader.seek(layout.startOf(new SegmentNumber(segments.firstKey())));
        return reader;
    }

    @Override
    public boolean readPage(Lsn page, ByteBuffer into) {
        byte[] segment = segments.get(layout.segmentOf(page).value());
        if (segment == null) {
            return false;
        }
        into.put(segment, layout.offsetInSegment(page), PageLayout.PAGE_BYTES);
        return true;
    }

    @Override
    public String fileNameOf(Lsn lsn) {
        return nameOf(layout.segmentOf(lsn).value(), 1);
    }
}
