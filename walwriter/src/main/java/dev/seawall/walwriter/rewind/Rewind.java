package dev.seawall.walwriter.rewind;

import dev.seawall.wal.ControlFile;
import dev.seawall.wal.Lsn;
import dev.seawall.wal.PageLayout;
import dev.seawall.wal.SegmentName;
import dev.seawall.wal.TimelineId;
import dev.seawall.wal.disk.Disk;
import dev.seawall.wal.read.SegmentFiles;
import dev.seawall.wal.read.WalReader;
import dev.seawall.wal.role.World;
import dev.seawall.walwriter.start.ClusterLayout;
import dev.seawall.walwriter.start.ControlStore;
import dev.seawall.walwriter.start.DirectoryLock;
import dev.seawall.walwriter.start.LogStart;
import dev.seawall.walwriter.start.StartedLog;
import dev.seawall.walwriter.start.WalDirectory;
import dev.seawall.walwriter.timeline.JoinCheck;
import dev.seawall.walwriter.timeline.Lineage;
import dev.seawall.walwriter.timeline.Lineage.Side;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Makes a stopped server, whose log went on where another's history did not, one that can follow.
///
/// Order, each step durable before the next: find the log's end, as any start does; find where the two
/// diverged; if `base/` is beyond, or the log that is here cannot bring it there, copy the source's, beside
/// all that is here; write the plan, from which on nobody opens the directory, and do it. Until the plan is
/// written nothing was changed, whatever goes wrong; from then on the source is not needed, and a rewind that
/// was cut short is finished by the next, from the plan.
public final class Rewind {

    private static final Logger LOG = LoggerFactory.getLogger(Rewind.class);

    private final Disk disk;
    private final World world;
    private final Path directory;
    private final OwnDataFiles base;
    private final Ending ending;
    private final CopyProgress progress;

    /// What is to be done to the rewound directory before anybody can open it; also when nothing had to be
    /// rewound. May be called again.
    public interface Ending {

        /// Nothing more.
        Ending NONE = () -> { };

        void finish() throws IOException;
    }

    /// @param directory of a cluster that no process has open
    /// @param progress  told if files have to be copied
    public Rewind(Disk disk, World world, Path directory, OwnDataFiles base, Ending ending, CopyProgress progress) {
        this.disk = disk;
        this.world = world;
        this.directory = directory;
        this.base = base;
        this.ending = ending;
        this.progress = progress;
    }

    /// @param isDryRun whether to stop before the first change. The log's torn tail is erased all the same, as
    ///                 at any start
    /// @throws DirectoryLock.InUseException if the server runs
    /// @throws dev.seawall.walwriter.timeline.DivergedException if the source's bytes are others although the
    ///         histories are the same
    /// @throws RewindRefusedException if the source cannot be followed, or a copy is needed and it gives none
    public RewindResult run(SourceServer source, boolean isDryRun) throws IOException {
        Optional<RewindPlan> interrupted = RewindPlan.read(disk, directory);
        if (interrupted.isPresent()) {
            return complete(interrupted.get());
        }
        // A source that cannot be asked costs nothing.
        Side other = source.side();
        try (StartedLog started = start()) {
            Side own = new Side(started.systemId(), started.history(), started.insertPosition());
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
        List<SegmentName> segments = new WalDirectory(disk, own.walDirectory(), own.layout()).segments();
        String note = segments.stream().anyMatch(each -> each.number().equals(own.layout().segmentOf(at.plus(-1))))
                ? join(source, own, at, diverged.other())
                : "the logs could not be compared: this server's own is here from behind the divergence on only";
        String why = whyCopy(own, at);
        Optional<CommonCheckpoint> checkpoint = Optional.empty();
        LostCommits lost;
        try (WalReader reader = new WalReader(filesOf(own), own.layout())) {
            reader.expect(own.systemId(), own.history());
            lost = LostCommits.read(reader, at, own.insertPosition(), own.history().timeline(),
                    new SegmentsThere(own.layout(), segments));
            if (why.isEmpty()) {
                checkpoint = CommonCheckpoint.find(own.control().controlFile(), at, reader,
                        new SegmentsThere(own.layout(), segments));
            }
        }
        if (why.isEmpty() && checkpoint.isEmpty()) {
            why = "the log that is here has no checkpoint before the divergence at " + at;
        }
        if (!why.isEmpty()) {
            requireBaseBesideUs();
        }
        RewindPlan plan = new RewindPlan(at, own.history().timelineAt(at.plus(-1)), own.history().timeline(),
                own.insertPosition(), checkpoint.map(CommonCheckpoint::at).orElse(Lsn.INVALID),
                DivergedLog.freeName(disk, directory, own.history().timeline(), at),
                why.isEmpty() ? RewindPlan.Stage.CUT : RewindPlan.Stage.REPLACE);
        if (!isDryRun) {
            if (!why.isEmpty()) {
                new ClusterCopy(disk, world, directory).fetch(source, at, diverged.other(),
                        own.control().controlFile(), base, progress, why);
            }
            plan.write(disk, directory);
            lost = new PlannedRewind(disk, world, directory, base, ending).run(plan, own.control());
        }
        return new RewindResult.Rewound(at, diverged.timeline(), lost, directory.resolve(plan.aside()), why, note);
    }

    /// Found out later there would be no way back.
    private void requireBaseBesideUs() throws IOException {
        Path base = directory.resolve(ClusterLayout.BASE);
        if (!disk.isOneFileSystem(directory, base)) {
            throw new RewindRefusedException("cannot rewind: \"" + base + "\" is on another file system than \""
                    + directory + "\", and a copy of it takes its place by a rename\nHINT: Nothing was changed. Stop,"
                    + " put it on the same file system, and rewind again; or make this server anew: pg_basebackup -R"
                    + " into an empty directory.");
        }
    }

    /// @return empty if base/ may stay
    private String whyCopy(StartedLog own, Lsn at) throws IOException {
        OwnDataFiles.Reach reach = base.reach(own.history());
        if (reach.newest().isAfter(at) || reach.redoPoint().isAfter(own.layout().startOf(at))) {
            return "base/ has changes up to " + Lsn.max(reach.newest(), reach.redoPoint())
                    + ", beyond the divergence at " + at;
        }
        ControlFile control = own.control().controlFile();
        if (control.isBackupEndRequired() || control.backupEnd().isAfter(at)) {
            return "base/ was made from a base backup that is of one moment only behind the divergence at " + at;
        }
        return "";
    }

    private RewindResult complete(RewindPlan plan) throws IOException {
        try (DirectoryLock _ = DirectoryLock.take(disk, directory);
                ControlStore control = ControlStore.openRewinding(disk, directory)) {
            LOG.info("an interrupted rewind goes on lsn={} timeline={}", plan.at(), plan.timeline());
            PageLayout layout = new PageLayout(control.controlFile().segmentBytes());
            new WalDirectory(disk, ClusterLayout.wal(directory), layout).makeTrue();
            LostCommits lost = new PlannedRewind(disk, world, directory, base, ending).run(plan, control);
            return new RewindResult.Rewound(plan.at(), plan.timeline(), lost, directory.resolve(plan.aside()),
                    plan.stage() == RewindPlan.Stage.CUT ? "" : "the rewind that was interrupted had copied it",
                    "a rewind that had been interrupted was brought to its end");
        }
    }
}
