package dev.seawall.walwriter.rewind;

import dev.seawall.wal.ControlFile;
import dev.seawall.wal.Lsn;
import dev.seawall.wal.PageLayout;
import dev.seawall.wal.TimelineHistory;
import dev.seawall.wal.TimelineId;
import dev.seawall.wal.WalCorruptException;
import dev.seawall.wal.disk.Disk;
import dev.seawall.wal.read.ReadOutcome;
import dev.seawall.wal.read.SegmentFiles;
import dev.seawall.wal.read.WalReader;
import dev.seawall.wal.record.RecordDecoder.MalformedRecordException;
import dev.seawall.wal.record.WalRecord;
import dev.seawall.wal.record.xlog.CheckpointRecord;
import dev.seawall.wal.role.World;
import dev.seawall.walwriter.slots.ReplicationSlots;
import dev.seawall.walwriter.start.ClusterLayout;
import dev.seawall.walwriter.start.ControlStore;
import dev.seawall.walwriter.start.DirectoryLock;
import dev.seawall.walwriter.start.LogStart;
import dev.seawall.walwriter.start.LowWaterMark;
import dev.seawall.walwriter.start.StartedLog;
import dev.seawall.walwriter.start.WalDirectory;
import dev.seawall.walwriter.timeline.JoinCheck;
import dev.seawall.walwriter.timeline.Lineage;
import dev.seawall.walwriter.timeline.Lineage.Side;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Makes a stopped server, whose log went on where another's history did not, one that can follow.
///
/// Order, each step durable before the next: find the log's end, as any start does; find where the two
/// diverged; make sure that `base/` is not beyond; write the plan, from which on nobody opens the
/// directory; keep aside what is given up, and list its commits; cut the log; say in `base/`, in
/// `pg_control` and in its low-water mark where they are now; drop the replication slots; remove the plan.
/// Each step may be done again: a rewind that was cut short is finished by the next, from the plan.
public final class Rewind {

    private static final Logger LOG = LoggerFactory.getLogger(Rewind.class);
    private static final String SLOTS = "pg_replslot";

    private final Disk disk;
    private final World world;
    private final Path directory;
    private final OwnDataFiles base;
    private final Ending ending;

    /// What is to be done to the rewound directory before anybody can open it; also when nothing had to be
    /// rewound. May be called again.
    public interface Ending {

        /// Nothing more.
        Ending NONE = () -> { };

        void finish() throws IOException;
    }

    /// @param directory of a cluster that no process has open
    public Rewind(Disk disk, World world, Path directory, OwnDataFiles base, Ending ending) {
        this.disk = disk;
        this.world = world;
        this.directory = directory;
        this.base = base;
        this.ending = ending;
    }

    /// @param isDryRun whether to stop before the first change. The log's torn tail is erased all the same, as
    ///                 at any start
    /// @throws DirectoryLock.InUseException if the server runs
    /// @throws dev.seawall.walwriter.timeline.DivergedException if the source's bytes are others although the
    ///         histories are the same
    /// @throws RewindRefusedException if the source cannot be followed, or `base/` is beyond the divergence
    public RewindResult run(SourceServer source, boolean isDryRun) throws IOException {
        Optional<RewindPlan> interrupted = RewindPlan.read(disk, directory);
        if (interrupted.isPresent()) {
            return complete(interrupted.get());
        }
        try (StartedLog started = start()) {
            Side own = new Side(started.systemId(), started.history(), started.insertPosition());
            Side other = source.side();
            Lineage lineage = Lineage.judge(own, other);
            return switch (lineage) {
                case Lineage.Foreign _, Lineage.Behind _ -> throw new RewindRefusedException(
                        "cannot rewind to follow the source server: " + lineage.describe());
                case Lineage.Follow follow -> {
                    join(source, started, own.end(), other);
                    if (!isDryRun) {
                        ending.finish();
                    }
                    yield new RewindResult.NotRequired(follow);
                }
                case Lineage.Diverged diverged -> {
                    LOG.info("servers diverged lsn={} timeline={}", diverged.at(), diverged.timeline());
                    yield rewind(source, started, diverged, isDryRun);
                }
            };
        }
    }

    /// A standby that followed the wrong server is rewound too.
    private StartedLog start() throws IOException {
        if (!disk.exists(ClusterLayout.control(directory))) {
            return LogStart.start(disk, directory);
        }
        return switch (ControlStore.peek(disk, world, directory).state()) {
            case IN_ARCHIVE_RECOVERY, SHUT_DOWN_IN_RECOVERY -> LogStart.follow(disk, directory).log();
            case STARTUP, SHUT_DOWN, SHUTTING_DOWN, IN_CRASH_RECOVERY, IN_PRODUCTION ->
                    LogStart.start(disk, directory);
        };
    }

    /// The histories say that the two are one up to here: their bytes must say so too.
    private String join(SourceServer source, StartedLog own, Lsn end, Side other) throws IOException {
        try (SegmentFiles files = filesOf(own)) {
            TimelineId timeline = other.history().timelineAt(end.plus(-1));
            return source.show(new JoinCheck(files, own.layout(), end), end, timeline);
        }
    }

    private SegmentFiles filesOf(StartedLog log) {
        return new SegmentFiles(disk, log.walDirectory(), log.layout(), log.history());
    }

    private RewindResult rewind(SourceServer source, StartedLog own, Lineage.Diverged diverged, boolean isDryRun)
            throws IOException {
        Lsn at = diverged.at();
        String note = join(source, own, at, diverged.other());
        OwnDataFiles.Reach reach = base.reach(own.history());
        if (reach.newest().isAfter(at) || reach.redoPoint().isAfter(own.layout().startOf(at))) {
            throw needsCopy("base/ has changes up to " + Lsn.max(reach.newest(), reach.redoPoint())
                    + ", beyond the divergence at " + at);
        }
        ControlFile control = own.control().controlFile();
        if (control.isBackupEndRequired() || control.backupEnd().isAfter(at)) {
            throw needsCopy("it was made from a base backup that is of one moment only behind the divergence at "
                    + at);
        }
        WalDirectory wal = new WalDirectory(disk, own.walDirectory(), own.layout());
        LostCommits lost;
        CommonCheckpoint checkpoint;
        try (WalReader reader = new WalReader(filesOf(own), own.layout())) {
            reader.expect(own.systemId(), own.history());
            lost = LostCommits.read(reader, at, own.insertPosition(), own.history().timeline());
            checkpoint = CommonCheckpoint.find(own.control().controlFile(), at, reader, wal.segments())
                    .orElseThrow(() -> needsCopy("the log that is here has no checkpoint before the divergence at "
                            + at));
        }
        RewindPlan plan = new RewindPlan(at, own.history().timelineAt(at.plus(-1)), own.history().timeline(),
                own.insertPosition(), checkpoint.at(),
                DivergedLog.freeName(disk, directory, own.history().timeline(), at));
        if (!isDryRun) {
            plan.write(disk, directory);
            lost = execute(plan, own.control());
        }
        return new RewindResult.Rewound(at, diverged.timeline(), lost, directory.resolve(plan.aside()), note);
    }

    private static RewindRefusedException needsCopy(String problem) {
        return new RewindRefusedException("cannot rewind: " + problem + "\nHINT: Keep pg_wal aside if its last commits"
                + " are wanted, and make this server anew: pg_basebackup -R from the source server into an empty"
                + " directory.");
    }

    private RewindResult complete(RewindPlan plan) throws IOException {
        try (DirectoryLock _ = DirectoryLock.take(disk, directory);
                ControlStore control = ControlStore.openRewinding(disk, directory)) {
            LOG.info("an interrupted rewind goes on lsn={} timeline={}", plan.at(), plan.timeline());
            PageLayout layout = new PageLayout(control.controlFile().segmentBytes());
            new WalDirectory(disk, ClusterLayout.wal(directory), layout).makeTrue();
            LostCommits lost = execute(plan, control);
            return new RewindResult.Rewound(plan.at(), plan.timeline(), lost, directory.resolve(plan.aside()),
                    "a rewind that had been interrupted was brought to its end");
        }
    }

    private LostCommits execute(RewindPlan plan, ControlStore control) throws IOException {
        PageLayout layout = new PageLayout(control.controlFile().segmentBytes());
        WalDirectory wal = new WalDirectory(disk, ClusterLayout.wal(directory), layout);
        DivergedLog aside = new DivergedLog(disk, directory, plan.aside());
        aside.keepSegments(wal, layout, layout.segmentOf(plan.at()));
        TimelineHistory own = history(new WalDirectory(disk, aside.path(), layout), plan.ownTimeline());
        LostCommits lost = lost(plan, control.controlFile().systemId(), aside, own, layout);
        aside.keepList(lost.text());
        new LogCut(disk, wal, layout).run(aside.path(), own, plan.at(), plan.timeline());

        base.rewindTo(plan.timeline());
        CommonCheckpoint checkpoint = checkpointOf(plan, control.controlFile(), wal, layout);
        control.write(control.controlFile()
                .with(ControlFile.State.IN_ARCHIVE_RECOVERY, world.now(), checkpoint.at(), checkpoint.checkpoint())
                .with(plan.at(), plan.timeline().value()));
        control.write(new LowWaterMark(plan.timeline(), plan.at()));
        dropSlots();
        ending.finish();
        RewindPlan.remove(disk, directory);
        LOG.info("log rewound from={} to={} timeline={} aside=\"{}\"", plan.ownEnd(), plan.at(), plan.timeline(),
                aside.path());
        return lost;
    }

    private LostCommits lost(RewindPlan plan, long systemId, DivergedLog aside, TimelineHistory own, PageLayout layout)
            throws IOException {
        try (WalReader reader = new WalReader(new SegmentFiles(disk, aside.path(), layout, own), layout)) {
            reader.expect(systemId, own);
            return LostCommits.read(reader, plan.at(), plan.ownEnd(), plan.ownTimeline());
        }
    }

    private static TimelineHistory history(WalDirectory wal, TimelineId timeline) throws IOException {
        return wal.history(timeline).orElseThrow(() -> WalCorruptException.inFile("history file is missing",
                wal.path().resolve(TimelineHistory.fileName(timeline)).toString(),
                "Put it back from the archive, and run \"walctl rewind\" again."));
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

    /// They are of a server that took commits, for consumers that may have read what is given up. What the
    /// data files need stays.
    private void dropSlots() throws IOException {
        Path slots = directory.resolve(SLOTS);
        if (!disk.exists(slots)) {
            return;
        }
        for (String name : disk.list(slots)) {
            if (!name.equals(ReplicationSlots.CHECKPOINTER)) {
                DirectoryTree.remove(disk, slots.resolve(name));
                LOG.info("replication slot dropped by the rewind name={}", name);
            }
        }
        disk.syncDirectory(slots);
    }
}
