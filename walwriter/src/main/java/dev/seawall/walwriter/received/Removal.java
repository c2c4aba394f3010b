package dev.seawall.walwriter.received;

import dev.seawall.wal.Lsn;
import dev.seawall.wal.disk.Disk;
import dev.seawall.walwriter.WalOptions;
import dev.seawall.walwriter.segments.ArchiveStatus;
import dev.seawall.walwriter.segments.SegmentDirectory;
import dev.seawall.walwriter.segments.SegmentPreparer;
import dev.seawall.walwriter.segments.SegmentRemoval;
import dev.seawall.walwriter.start.StartedLog;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/// Which segments a standby gives up at a restartpoint. Those it received are its primary's to archive.
///
/// One thread at a time.
final class Removal {

    private final ArchiveStatus status;
    private @Nullable SegmentDirectory of;
    private @Nullable SegmentRemoval removal;

    Removal(Disk disk, StartedLog started) {
        this.status = new ArchiveStatus(disk, started.walDirectory());
    }

    SegmentPreparer.Removal of(SegmentDirectory directory, WalOptions options, Lsn redo, Lsn keep)
            throws IOException {
        SegmentRemoval current = removal;
        if (current == null || !directory.equals(of)) {
            current = new SegmentRemoval(directory, status, false, options.isRecycling(), options.minWalBytes(),
                    options.maxWalBytes(), options.checkpointCompletionTarget());
            removal = current;
            of = directory;
        }
        current.change(options.isRecycling(), options.minWalBytes(), options.maxWalBytes(),
                options.checkpointCompletionTarget());
        return current.after(redo, keep);
    }
}
