package dev.seawall.embedded;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.seawall.archiver.ArchivedTimelines;
import dev.seawall.archiver.backup.BackupManifest;
import dev.seawall.archiver.backup.BackupProgress;
import dev.seawall.archiver.repository.DirectoryRepository;
import dev.seawall.archiver.repository.WalArchive;
import dev.seawall.archiver.restore.Fetch;
import dev.seawall.archiver.restore.Restore;
import dev.seawall.recovery.LedgerEngine;
import dev.seawall.recovery.target.PointInTimeRecovery;
import dev.seawall.recovery.target.RecoveryPlan;
import dev.seawall.recovery.target.RecoveryTarget;
import dev.seawall.recovery.target.RecoveryTarget.AtLsn;
import dev.seawall.recovery.target.RecoveryTarget.AtXid;
import dev.seawall.recovery.target.RecoveryTarget.Immediate;
import dev.seawall.recovery.target.RecoveryTarget.Latest;
import dev.seawall.recovery.target.RecoveryTarget.Name;
import dev.seawall.recovery.target.RecoveryTargetException;
import dev.seawall.wal.Lsn;
import dev.seawall.wal.PageLayout;
import dev.seawall.wal.TimelineId;
import dev.seawall.wal.disk.Disk;
import dev.seawall.wal.disk.LinuxDisk;
import dev.seawall.wal.record.RelationId;
import dev.seawall.wal.role.SystemWorld;
import dev.seawall.wal.role.World;
import dev.seawall.walwriter.Transaction;
import dev.seawall.walwriter.start.ClusterInit;
import dev.seawall.walwriter.timeline.RecoveryStoppedException;
import dev.seawall.walwriter.timeline.TimelineChoice;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// From backup and archive to a point: a cluster with pages and a ledger, on a real disk.
///
/// 20 transactions, each adding 1 to the account and writing its number into a page; the backup
/// behind the 5th, the restore point "half" behind the 10th.
final class RecoveryTest {

    private static final RelationId RELATION = new RelationId(1663, 5, 16384);
    private static final int COMMITS = 20;

    @TempDir
    Path temporary;

    private final Disk disk = new LinuxDisk();
    private final World world = new SystemWorld();
    private final Lsn[] commits = new Lsn[COMMITS + 1];
    private final long[] xids = new long[COMMITS + 1];
    private Path cluster;
    private Path repository;
    private SeawallOptions options;
    private BackupManifest backup;

    @BeforeEach
    void live() throws IOException {
        cluster = temporary.resolve("cluster");
        repository = temporary.resolve("repository");
        options = SeawallOptions.DEFAULT.withArchive(repository);
        Seawall.init(disk, world, cluster, new ClusterInit.Options(ClusterInit.systemId(Instant.now(), 1),
                new Lsn(PageLayout.SEGMENT_BYTES_MIN), 3, new PageLayout(PageLayout.SEGMENT_BYTES_MIN), 100));
        try (Seawall seawall = Seawall.open(disk, world, cluster, options, List.of(new LedgerEngine()))) {
            seawall.wal().extend(RELATION, 1);
            for (int i = 1; i <= COMMITS; i++) {
                commit(seawall, i);
                if (i == 5) {
                    backup = seawall.backup("first", BackupProgress.NONE);
                } else if (i == 10) {
                    seawall.wal().flush(seawall.wal().restorePoint("half"));
                } else if (i % 4 == 0) {
                    seawall.wal().switchSegment();
                }
            }
            archiveAll(seawall);
        }
    }

    private void commit(Seawall seawall, int i) {
        try (Transaction transaction = seawall.begin(); Transaction aborted = seawall.begin()) {
            aborted.message(LedgerEngine.ADD, bytes("account 1000"));
            transaction.message(LedgerEngine.ADD, bytes("account 1"));
            transaction.write(RELATION, 0, 100, bytes(String.format("%04d", i)));
            xids[i] = transaction.xid();
            commits[i] = transaction.commit();
        }
    }

    private static void archiveAll(Seawall seawall) throws IOException {
        Lsn end = seawall.wal().switchSegment();
        seawall.wal().flush(end);
        World world = new SystemWorld();
        String last = new dev.seawall.wal.SegmentName(seawall.wal().history().timeline(),
                seawall.wal().layout().segmentOf(end.plus(-1))).fileName(seawall.wal().layout());
        for (int i = 0; i < 1000 && !seawall.archive().holds(last); i++) {
            world.park(() -> false, 20_000_000);
        }
        assertThat(seawall.archive().holds(last)).isTrue();
    }

    private static ByteBuffer bytes(String text) {
        return ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8));
    }

    private WalArchive archive() throws IOException {
        return new WalArchive(DirectoryRepository.open(disk, world, repository));
    }

    private Path restored(String name) throws IOException {
        Path copy = temporary.resolve(name);
        new Restore(disk, archive().repository()).into(copy, backup, BackupProgress.NONE);
        return copy;
    }

    private PointInTimeRecovery begin(Path copy, RecoveryTarget target, LedgerEngine ledger) throws IOException {
        return begin(copy, target, new TimelineChoice.Current(), ledger);
    }

    private PointInTimeRecovery begin(Path copy, RecoveryTarget target, TimelineChoice timeline, LedgerEngine ledger)
            throws IOException {
        WalArchive archive = archive();
        RecoveryPlan plan = new RecoveryPlan(disk, world, copy,
                new Fetch(disk, archive, archive.repository().identity()), timeline, target,
                Optional.of(backup.startTime()));
        return PointInTimeRecovery.begin(plan, RecoveringFiles.opener(disk, world, copy, options, List.of(ledger)));
    }

    /// Recovers a new copy and promotes it.
    private Path promoted(String name, RecoveryTarget target) throws IOException {
        return promoted(name, target, new TimelineChoice.Current());
    }

    private Path promoted(String name, RecoveryTarget target, TimelineChoice timeline) throws IOException {
        Path copy = restored(name);
        try (PointInTimeRecovery recovery = begin(copy, target, timeline, new LedgerEngine())) {
            recovery.run();
            recovery.promote(new ArchivedTimelines(archive()), false).close();
        }
        return copy;
    }

    /// What is in a cluster that can be opened: the ledger's balance and the page's number.
    private String contents(Path of) throws IOException {
        LedgerEngine ledger = new LedgerEngine();
        try (Seawall seawall = Seawall.open(disk, world, of, SeawallOptions.DEFAULT, List.of(ledger))) {
            return contents(seawall, ledger);
        }
    }

    private static String contents(Seawall seawall, LedgerEngine ledger) throws IOException {
        ByteBuffer page = ByteBuffer.allocate(8192);
        seawall.readPage(RELATION, 0, page);
        byte[] number = new byte[4];
        page.get(100, number);
        return ledger.balances().getOrDefault("account", 0L) + " " + new String(number, StandardCharsets.UTF_8);
    }

    @Test
    void a_name_gives_exactly_the_first_half() throws IOException {
        Path copy = promoted("copy", new Name("half"));
        assertThat(contents(copy)).isEqualTo("10 0010");
        assertThat(Files.exists(copy.resolve("recovery.signal"))).isFalse();
        assertThat(Files.readString(copy.resolve("pg_wal/00000002.history")))
                .startsWith("1\t").contains("at restore point \"half\"");
    }

    @Test
    void latest_gives_all_that_is_archived_and_leaves_the_original_alone() throws IOException {
        assertThat(contents(promoted("copy", new Latest()))).isEqualTo("20 0020");
        assertThat(contents(cluster)).isEqualTo("20 0020");
    }

    @Test
    void every_commit_can_be_recovered_to_by_xid_and_by_lsn() throws IOException {
        for (int i = 6; i <= COMMITS; i += 3) {
            assertThat(contents(promoted("xid" + i, new AtXid(xids[i], true))))
                    .isEqualTo(i + String.format(" %04d", i));
            assertThat(contents(promoted("before" + i, new AtXid(xids[i], false))))
                    .isEqualTo(i - 1 + String.format(" %04d", i - 1));
            assertThat(contents(promoted("lsn" + i, new AtLsn(commits[i], false))))
                    .isEqualTo(i + String.format(" %04d", i));
        }
    }

    @Test
    void immediate_gives_the_backup_itself() throws IOException {
        assertThat(contents(promoted("copy", new Immediate()))).isEqualTo("5 0005");
    }

    @Test
    void a_promoted_copy_goes_on_and_is_backed_up_and_recovered_itself() throws IOException {
        Path copy = promoted("copy", new Name("half"));
        LedgerEngine ledger = new LedgerEngine();
        SeawallOptions archiving = SeawallOptions.DEFAULT.withArchive(repository);
        try (Seawall seawall = Seawall.open(disk, world, copy, archiving, List.of(ledger))) {
            assertThat(seawall.wal().history().timeline().value()).isEqualTo(2);
            commit(seawall, 11);
            commit(seawall, 12);
            seawall.wal().flush(seawall.wal().restorePoint("on two"));
            commit(seawall, 13);
            archiveAll(seawall);
        }
        // The first backup leads to the second timeline, and "latest" is that one now.
        TimelineChoice latest = new TimelineChoice.Latest();
        assertThat(contents(promoted("again", new Name("on two"), latest))).isEqualTo("12 0012");
        assertThat(contents(promoted("all", new Latest(), new TimelineChoice.Numbered(new TimelineId(2)))))
                .isEqualTo("13 0013");
        assertThat(contents(promoted("first", new Latest()))).isEqualTo("20 0020");
    }

    @Test
    void a_timeline_that_was_claimed_and_never_archived_ends_where_it_branched_off() throws IOException {
        promoted("copy", new AtXid(xids[12], true));
        assertThat(contents(promoted("latest", new Latest(), new TimelineChoice.Latest()))).isEqualTo("12 0012");
    }

    @Test
    void shut_down_at_the_target_it_goes_on_from_there() throws IOException {
        Path copy = restored("copy");
        try (PointInTimeRecovery recovery = begin(copy, new Name("half"), new LedgerEngine())) {
            recovery.run();
            recovery.shutDown();
        }
        assertThatThrownBy(() -> contents(copy)).hasMessageContaining("recovery")
                .hasMessageContaining("not been finished");
        assertThatThrownBy(() -> begin(copy, new AtLsn(commits[8], false), new LedgerEngine()))
                .isInstanceOf(RecoveryTargetException.class);

        try (PointInTimeRecovery recovery = begin(copy, new AtXid(xids[15], true), new LedgerEngine())) {
            recovery.run();
            recovery.promote(new ArchivedTimelines(archive()), false).close();
        }
        assertThat(contents(copy)).isEqualTo("15 0015");
    }

    @Test
    void paused_and_left_it_begins_again() throws IOException {
        Path copy = restored("copy");
        try (PointInTimeRecovery recovery = begin(copy, new Name("half"), new LedgerEngine())) {
            assertThat(recovery.run().reason()).isEqualTo("at restore point \"half\"");
        }
        try (PointInTimeRecovery recovery = begin(copy, new Name("half"), new LedgerEngine())) {
            recovery.run();
            recovery.promote(new ArchivedTimelines(archive()), false).close();
        }
        assertThat(contents(copy)).isEqualTo("10 0010");
    }

    @Test
    void a_target_that_is_not_met_promotes_nothing_and_says_how_far_it_got() throws IOException {
        Path copy = restored("copy");
        try (PointInTimeRecovery recovery = begin(copy, new Name("never"), new LedgerEngine())) {
            assertThatThrownBy(recovery::run).isInstanceOf(RecoveryTargetException.class)
                    .hasMessageContaining("restore point \"never\"")
                    .hasMessageContaining("last commit transaction " + xids[20]);
        }
        assertThatThrownBy(() -> contents(copy)).hasMessageContaining("not been finished");
    }

    @Test
    void a_target_before_the_end_of_the_backup_is_refused() throws IOException {
        Path copy = restored("copy");
        for (RecoveryTarget target : List.of(new AtLsn(commits[3], true),
                new RecoveryTarget.AtTime(backup.startTime().minusMillis(1), true))) {
            assertThatThrownBy(() -> begin(copy, target, new LedgerEngine()))
                    .isInstanceOf(RecoveryTargetException.class).hasMessageContaining("before the consistent point");
        }
    }

    @Test
    void a_hole_in_the_archive_stops_recovery_and_names_what_is_missing() throws IOException {
        List<Path> segments;
        try (Stream<Path> walk = Files.walk(repository.resolve("wal"))) {
            segments = walk.filter(path -> path.getFileName().toString().startsWith("00000001"))
                    .filter(Files::isRegularFile).sorted().toList();
        }
        Path gone = segments.get(segments.size() - 2);
        Files.delete(gone);
        Path copy = restored("copy");
        try (PointInTimeRecovery recovery = begin(copy, new Latest(), new LedgerEngine())) {
            assertThatThrownBy(recovery::run).isInstanceOf(RecoveryStoppedException.class)
                    .hasMessageContaining(gone.getFileName().toString().substring(0, 24));
        }
    }

    @Test
    void a_crashed_cluster_is_recovered_by_its_own_log_alone() throws IOException {
        Path copy = temporary.resolve("crashed");
        try (Stream<Path> walk = Files.walk(cluster)) {
            for (Path each : walk.toList()) {
                Files.copy(each, copy.resolve(cluster.relativize(each).toString()));
            }
        }
        RecoveryPlan plan = new RecoveryPlan(disk, world, copy, RecoveryPlan.NO_ARCHIVE, new TimelineChoice.Latest(),
                new Latest(), Optional.empty());
        try (PointInTimeRecovery recovery = PointInTimeRecovery.begin(plan,
                RecoveringFiles.opener(disk, world, copy, SeawallOptions.DEFAULT, List.of(new LedgerEngine())))) {
            recovery.run();
            recovery.promote(_ -> true, false).close();
        }
        assertThat(contents(copy)).isEqualTo("20 0020");
    }
}
