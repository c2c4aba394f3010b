package dev.seawall.walwriter.segments;

import dev.seawall.wal.Lsn;
import dev.seawall.wal.PageLayout;
import dev.seawall.wal.SegmentName;
import dev.seawall.wal.SegmentNumber;
import dev.seawall.wal.disk.NoSpaceException;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.Deque;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Which segments may go after a checkpoint, and how many are worth keeping for reuse.
///
/// A segment goes when recovery does not begin in or before it, nobody retains it, and it has been
/// archived (or nothing is). Reuse follows PostgreSQL: the distance between checkpoints is
/// estimated, jumping up at once and decaying slowly. One thread at a time.
public final class SegmentRemoval {

    private static final Logger LOG = LoggerFactory.getLogger(SegmentRemoval.class);
    private static final double DECAY = 0.9;
    private static final double MARGIN = 1.1;

    private final SegmentDirectory directory;
    private final ArchiveStatus archiveStatus;
    private final boolean isArchiving;
    private boolean isRecycling;
    private long minWalBytes;
    private long maxWalBytes;
    private double completionTarget;

    private double distanceEstimate;
    private Lsn lastRedo = Lsn.INVALID;

    public SegmentRemoval(SegmentDirectory directory, ArchiveStatus archiveStatus, boolean isArchiving,
            boolean isRecycling, long minWalBytes, long maxWalBytes, double completionTarget) {
        this.directory = directory;
        this.archiveStatus = archiveStatus;
        this.isArchiving = isArchiving;
        this.isRecycling = isRecycling;
        this.minWalBytes = minWalBytes;
        this.maxWalBytes = maxWalBytes;
        this.completionTarget = completionTarget;
    }

    /// Takes changed settings, from the next time on.
    public void change(boolean recycling, long minBytes, long maxBytes, double target) {
        isRecycling = recycling;
        minWalBytes = minBytes;
        maxWalBytes = maxBytes;
        completionTarget = target;
    }

    /// What to give up now.
    ///
    /// @param redo the checkpoint's redo point
    /// @param keep oldest position that is needed, `redo` or before
    public SegmentPreparer.Removal after(Lsn redo, Lsn keep) throws IOException {
        estimate(redo);
        PageLayout layout = directory.layout();
        SegmentNumber first = layout.segmentOf(keep);
        Deque<SegmentName> goes = new ArrayDeque<>();
        for (SegmentName segment : directory.list()) {
            if (segment.number().isBefore(first) && mayGo(segment)) {
                goes.add(segment);
            }
        }
        return new SegmentPreparer.Removal(goes, isRecycling ? recycleEnd(redo) : new SegmentNumber(0));
    }

    /// Gives every complete segment that is neither waiting for the archive nor in it a `.ready`: a
    /// crash may have come between the segment's end and its mark.
    ///
    /// @param current the segment that the log is in
    public void markForgotten(SegmentNumber current) throws IOException {
        for (SegmentName segment : directory.list()) {
            String name = segment.fileName(directory.layout());
            if (segment.number().isBefore(current) && !archiveStatus.isDone(name)) {
                markReady(name);
            }
        }
    }

    private boolean mayGo(SegmentName segment) throws IOException {
        if (!isArchiving) {
            return true;
        }
        String name = segment.fileName(directory.layout());
        if (archiveStatus.isDone(name)) {
            return true;
        }
        markReady(name);
        return false;
    }

    /// Without space for its mark a segment stays, and is marked before it may go.
    private void markReady(String name) throws IOException {
        try {
            if (!archiveStatus.isReady(name)) {
                archiveStatus.markReady(name);
            }
        } catch (NoSpaceException e) {
            LOG.error("no space to mark a log segment for the archive; it is kept segment={} problem={}", name,
                    e.getMessage());
        }
    }

    private void estimate(Lsn redo) {
        if (lastRedo.isValid()) {
            double distance = redo.minus(lastRedo);
            distanceEstimate = distance > distanceEstimate
                    ? distance : DECAY * distanceEstimate + (1 - DECAY) * distance;
        }
        lastRedo = redo;
    }

    private SegmentNumber recycleEnd(Lsn redo) {
        int bytes = directory.layout().segmentBytes();
        long redoSegment = directory.layout().segmentOf(redo).value();
        long needed = (long) Math.ceil(
                (redo.value() + (1 + completionTarget) * distanceEstimate * MARGIN) / bytes);
        long least = redoSegment + minWalBytes / bytes - 1;
        long most = redoSegment + maxWalBytes / bytes - 1;
        return new SegmentNumber(Math.max(least, Math.min(most, needed)) + 1);
    }
}
