package dev.seawall.walwriter.rewind;

import dev.seawall.wal.ControlFile;
import dev.seawall.wal.PageLayout;
import dev.seawall.wal.TimelineHistory;
import dev.seawall.wal.TimelineId;
import dev.seawall.wal.WalCorruptException;
import dev.seawall.wal.disk.Disk;
import dev.seawall.wal.disk.FileTree;
import dev.seawall.wal.read.ReadOutcome;
import dev.seawall.wal.read.SegmentFiles;
import dev.seawall.wal.read.WalReader;
import dev.seawall.wal.record.RecordDecoder.MalformedRecordException;
import dev.seawall.wal.record.WalRecord;
import dev.seawall.wal.record.xlog.CheckpointRecord;
import dev.seawall.wal.role.World;
import dev.seawall.walwriter.rewind.RewindPlan.Stage;
import dev.seawall.walwriter.slots.ReplicationSlots;
import dev.seawall.walwriter.start.ClusterLayout;
import dev.seawall.walwriter.start.ControlStore;
import dev.seawall.walwriter.start.LowWaterMark;
import dev.seawall.walwriter.start.WalDirectory;
import java.io.IOException;
import java.nio.file.Path;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// A rewind that is decided: from its plan to a directory that can follow.
///
/// Order, each step durable before the next: keep aside what is given up, and list its commits; cut the log;
/// if there is a copy, put its log and its data files in their places; say in `base/`, in `pg_control` and in
/// its low-water mark where they are now; drop the replication slots; remove the plan. Each may be done again.
final class PlannedRewind {

    private static final Logger LOG = LoggerFactory.getLogger(PlannedRewind.class);
    private static final String SLOTS = "pg_replslot";

    private final Disk disk;
    private final World world;
    private final Path directory;
    private final OwnDataFiles base;
    private final Rewind.Ending ending;

    PlannedRewind(Disk disk, World world, Path directory, OwnDataFiles base, Rewind.Ending ending) {
        this.disk = disk;
        this.world = world;
        this.directory = directory;
        this.base = base;
        this.ending = ending;
    }

    /// Does what is left of it, from its file's being written on.
    ///
    /// @return what was given up
    LostCommits run(RewindPlan plan, ControlStore control) throws IOException {
        PageLayout layout = new PageLayout(control.controlFile().segmentBytes());
        WalDirectory wal = new WalDirectory(disk, ClusterLayout.wal(directory), layout);
        DivergedLog aside = new DivergedLog(disk, directory, plan.aside());
        boolean isFirst = plan.stage() == Stage.CUT || plan.stage() == Stage.REPLACE;
        if (isFirst) {
            aside.keepSegments(wal, layout, layout.segmentOf(plan.at()));
        }
        TimelineHistory own = history(new WalDirectory(disk, aside.path(), layout), plan.ownTimeline());
        LostCommits lost = lost(plan, control.controlFile().systemId(), aside, own, layout);
        if (isFirst) {
            aside.keepList(lost.text());
        }
        LogCut cut = new LogCut(disk, wal, layout);
        if (plan.stage() == Stage.CUT) {
            cut.run(aside.path(), own, plan.at(), plan.timeline());
            goBack(plan, control, wal, layout);
        } else {
            if (plan.stage() == Stage.REPLACE) {
                cut.withLastSegment(plan.at(), plan.timeline());
                plan.at(Stage.PLACE).write(disk, directory);
            }
            replace(plan, control, wal, layout);
        }
        RewindPlan.remove(disk, directory);
        LOG.info("log rewound from={} to={} timeline={} aside=\"{}\"", plan.ownEnd(), plan.at(), plan.timeline(),
                aside.path());
        return lost;
    }

    private LostCommits lost(RewindPlan plan, long systemId, DivergedLog aside, TimelineHistory own, PageLayout layout)
            throws IOException {
        SegmentsThere there = new SegmentsThere(layout, new WalDirectory(disk, aside.path(), layout).segments());
        try (WalReader reader = new WalReader(new SegmentFiles(disk, aside.path(), layout, own), layout)) {
            reader.expect(systemId, own);
            return LostCommits.read(reader, plan.at(), plan.ownEnd(), plan.ownTimeline(), there);
        }
    }

    private static TimelineHistory history(WalDirectory wal, TimelineId timeline) throws IOException {
        return wal.history(timeline).orElseThrow(() -> WalCorruptException.inFile("history file is missing",
                wal.path().resolve(TimelineHistory.fileName(timeline)).toString(),
                "Put it back from the archive, and run \"walctl rewind\" again."));
    }

    /// `base/` stays: recovery begins at a checkpoint that both servers have.
    private void goBack(RewindPlan plan, ControlStore control, WalDirectory wal, PageLayout layout)
            throws IOException {
        base.rewindTo(plan.timeline());
        CommonCheckpoint checkpoint = checkpointOf(plan, control.controlFile(), wal, layout);
        control.write(control.controlFile()
                .with(ControlFile.State.IN_ARCHIVE_RECOVERY, world.now(), checkpoint.at(), checkpoint.checkpoint())
                .with(plan.at(), plan.timeline().value()));
        control.write(new LowWaterMark(plan.timeline(), plan.at()));
        // What the data files need stays.
        dropSlots(ReplicationSlots.CHECKPOINTER);
        ending.finish();
    }

    private CommonCheckpoint checkpointOf(RewindPlan plan, ControlFile control, WalDirectory wal, PageLayout layout)
            throws IOException {
        TimelineHistory history = history(wal, plan.timeline());
        try (WalReader reader = new WalReader(new SegmentFiles(disk, wal.path(), layout, history), layout)) {
            reader.expect(control.systemId(), history);
            reader.seek(plan.checkpoint());
            if (reader.next() instanceof ReadOutcome.Complete(WalRecord record, _) && CheckpointRecord.is(record)) {
                return new CommonCheckpoint(plan.checkpoint(), CheckpointRecord.decode(record).checkpoint());
            }
            throw WalCorruptException.at("the checkpoint that the rewind had chosen is not there", plan.checkpoint(),
                    plan.timeline(), layout, "Put the segment back from the archive, and rewind again.");
        } catch (MalformedRecordException e) {
            throw new IOException("checkpoint record at " + plan.checkpoint() + " makes no sense: "
                    + e.getMessage(), e);
        }
    }

    /// `base/` goes: the directory becomes what the source's copy is, in recovery up to that copy's end.
    private void replace(RewindPlan plan, ControlStore control, WalDirectory wal, PageLayout layout)
            throws IOException {
        ClusterCopy copy = new ClusterCopy(disk, world, directory);
        if (plan.stage() != Stage.CLEAR) {
            copy.placeLog(wal, layout);
            base.replaceBy(copy.dataFiles());
            ControlFile copied = copy.control();
            control.write(copied.with(ControlFile.State.IN_ARCHIVE_RECOVERY, world.now()));
            control.write(new LowWaterMark(new TimelineId(copied.minimumRecoveryTimeline()),
                    copied.minimumRecoveryEnd()));
            copy.placeLabel();
            dropSlots("");
            ending.finish();
            plan.at(Stage.CLEAR).write(disk, directory);
        }
        copy.remove();
    }

    /// They are of a server that took commits, for consumers that may have read what is given up.
    private void dropSlots(String kept) throws IOException {
        Path slots = directory.resolve(SLOTS);
        if (!disk.exists(slots)) {
            return;
        }
        for (String name : disk.list(slots)) {
            if (!name.equals(kept)) {
                FileTree.remove(disk, slots.resolve(name));
                LOG.info("replication slot dropped by the rewind name={}", name);
            }
        }
        disk.syncDirectory(slots);
    }
}
