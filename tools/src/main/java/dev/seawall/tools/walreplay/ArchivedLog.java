package dev.seawall.tools.walreplay;

import dev.seawall.wal.Lsn;
import dev.seawall.wal.PageLayout;
import dev.seawall.wal.SegmentName;
import dev.seawall.wal.SegmentNumber;
import dev.seawall.wal.TimelineHistory;
import dev.seawall.wal.TimelineId;
import dev.seawall.wal.disk.Disk;
import dev.seawall.wal.read.LogBytes;
import dev.seawall.wal.read.SegmentFiles;
import dev.seawall.walwriter.SegmentSource;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// The log out of an archive, for looking only: a segment at a time in a directory for it.
///
/// Where the archive is known to have no segment the log ends; where that is not known, reading
/// fails.
final class ArchivedLog implements LogBytes {

    private final SegmentSource source;
    private final Disk disk;
    private final Path scratch;
    private final PageLayout layout;
    private final TimelineHistory history;
    private final SegmentFiles files;
    private final List<String> fetched = new ArrayList<>();
    private final List<String> proofs = new ArrayList<>();
    private @Nullable SegmentNumber current;

    ArchivedLog(SegmentSource source, Disk disk, Path scratch, PageLayout layout, TimelineHistory history) {
        this.source = source;
        this.disk = disk;
        this.scratch = scratch;
        this.layout = layout;
        this.history = history;
        this.files = new SegmentFiles(disk, scratch, layout, history);
    }

    @Override
    public boolean readPage(Lsn page, ByteBuffer into) throws IOException {
        SegmentNumber segment = layout.segmentOf(page);
        if (!segment.equals(current)) {
            fetch(segment);
            current = segment;
        }
        return files.readPage(page, into);
    }

    private void fetch(SegmentNumber segment) throws IOException {
        files.forget();
        for (String name : fetched) {
            disk.delete(scratch.resolve(name));
        }
        fetched.clear();
        proofs.clear();
        for (TimelineId timeline : SegmentFiles.timelinesOf(segment, layout, history)) {
            String name = new SegmentName(timeline, segment).fileName(layout);
            Path destination = scratch.resolve(name);
            switch (source.fetch(name, destination)) {
                case SegmentSource.Fetched.Found _ -> {
                    fetched.add(name);
                    return;
                }
                case SegmentSource.Fetched.Absent(String proof) -> {
                    proofs.add(proof);
                    if (disk.exists(destination)) {
                        disk.delete(destination);
                    }
                }
                case SegmentSource.Fetched.Unknown(String reason) ->
                    throw new IOException("could not fetch segment " + name + ": " + reason);
            }
        }
    }

    /// Why the archive has no further segment; empty if it has.
    String proof() {
        return String.join("; ", proofs);
    }

    @Override
    public String fileNameOf(Lsn lsn) {
        return files.fileNameOf(lsn);
    }

    @Override
    public void limit(Lsn limit) {
        files.limit(limit);
    }

    @Override
    public void close() throws IOException {
        files.close();
    }
}
