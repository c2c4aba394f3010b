package dev.seawall.tools.waldump;

import dev.seawall.wal.Lsn;
import dev.seawall.wal.PageLayout;
import dev.seawall.wal.SegmentName;
import dev.seawall.wal.TimelineId;
import dev.seawall.wal.read.LentPage;
import dev.seawall.wal.read.LogBytes;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.NoSuchFileException;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// Pages out of the segment files of one timeline, read ahead in large pieces.
///
/// A file that is missing or too short ends the command, as it ends pg_waldump: [#failure].
final class SegmentBytes implements LogBytes {

    private static final int AHEAD_BYTES = 1 << 18;

    private final LogDirectory directory;
    private final PageLayout layout;
    private final TimelineId timeline;

    // The bytes of the log from `aheadAt` on.
    private final ByteBuffer ahead =
            ByteBuffer.allocateDirect(AHEAD_BYTES).order(ByteOrder.LITTLE_ENDIAN).limit(0);
    private long aheadAt;
    private long limit = -1;
    private PlainFiles.@Nullable OpenFile file;
    private @Nullable String fileName;
    private @Nullable String failure;

    SegmentBytes(LogDirectory directory, TimelineId timeline) {
        this.directory = directory;
        this.layout = directory.layout();
        this.timeline = timeline;
    }

    /// What went wrong with a file, if that is why there was no page.
    @Nullable String failure() {
        return failure;
    }

    @Override
    public boolean readPage(Lsn page, ByteBuffer into) throws IOException {
        int at = find(page);
        if (at >= 0) {
            into.put(into.position(), ahead, at, PageLayout.PAGE_BYTES);
        }
        return at >= 0;
    }

    @Override
    public boolean lendPage(Lsn page, LentPage into) throws IOException {
        int at = find(page);
        if (at >= 0) {
            into.lend(ahead, at);
        }
        return at >= 0;
    }

    /// @return where the page stands in `ahead`; -1 if there is none
    private int find(Lsn page) throws IOException {
        long at = page.value() - aheadAt;
        if (at < 0 || at + PageLayout.PAGE_BYTES > ahead.limit()) {
            failure = readAhead(page);
            at = failure == null ? 0 : -1;
        }
        return (int) at;
    }

    private @Nullable String readAhead(Lsn page) throws IOException {
        ahead.limit(0);
        String name = fileNameOf(page);
        try {
            open(name);
        } catch (NoSuchFileException e) {
            return "could not find file \"" + name + "\": No such file or directory";
        }
        int offset = layout.offsetInSegment(page);
        int wanted = Math.min(bytesToLimit(page), layout.segmentBytes() - offset);
        int read;
        try {
            read = file.read(ahead.clear().limit(wanted), offset);
        } catch (IOException e) {
            ahead.limit(0);
            return "could not read from file " + name + ", offset " + offset + ": " + PlainFiles.reason(e);
        }
        aheadAt = page.value();
        int wholePages = read & -PageLayout.PAGE_BYTES;
        if (wholePages == 0) {
            wholePages = padToLimit(page, read);
            if (wholePages == 0) {
                ahead.limit(0);
                return "could not read from file " + name + ", offset " + (offset + read)
                        + ": read 0 of " + (wantedOf(page) - read);
            }
        }
        ahead.limit(wholePages);
        return null;
    }

    /// A page cut off behind the limit is whole for us.
    private int padToLimit(Lsn page, int read) {
        if (read < wantedOf(page)) {
            return 0;
        }
        for (int at = read; at < PageLayout.PAGE_BYTES; at++) {
            ahead.put(at, (byte) 0);
        }
        return PageLayout.PAGE_BYTES;
    }

    private int wantedOf(Lsn page) {
        long below = limit - page.value();
        return limit != -1 && below < PageLayout.PAGE_BYTES ? (int) below : PageLayout.PAGE_BYTES;
    }

    /// Whole pages, and no more than is read at once.
    private int bytesToLimit(Lsn page) {
        long below = limit - page.value() + PageLayout.PAGE_BYTES - 1 & -PageLayout.PAGE_BYTES;
        return limit == -1 || below <= 0 || below > AHEAD_BYTES ? AHEAD_BYTES : (int) below;
    }

    private void open(String name) throws IOException {
        if (!name.equals(fileName)) {
            close();
            file = PlainFiles.open(directory.path().resolve(name));
            fileName = name;
        }
    }

    @Override
    public String fileNameOf(Lsn lsn) {
        return new SegmentName(timeline, layout.segmentOf(lsn)).fileName(layout);
    }

    @Override
    public void limit(Lsn newLimit) {
        limit = newLimit.value();
    }

    @Override
    public Optional<LogBytes> another() {
        return Optional.of(new SegmentBytes(directory, timeline));
    }

    /// What is behind what was read may have been written since: read it again.
    @Override
    public void forget() {
        ahead.limit(0);
    }

    @Override
    public void close() throws IOException {
        if (file != null) {
            file.close();
        }
        file = null;
        fileName = null;
    }
}
