package dev.seawall.tools.waldump;

import static org.assertj.core.api.Assertions.assertThat;

import dev.seawall.archiver.ArchivedTimelines;
import dev.seawall.archiver.backup.BackupManifest;
import dev.seawall.archiver.backup.BackupProgress;
import dev.seawall.archiver.repository.DirectoryRepository;
import dev.seawall.archiver.repository.WalArchive;
import dev.seawall.archiver.restore.Fetch;
import dev.seawall.archiver.restore.Restore;
import dev.seawall.embedded.RecoveringFiles;
import dev.seawall.embedded.Seawall;
import dev.seawall.embedded.SeawallOptions;
import dev.seawall.recovery.target.PointInTimeRecovery;
import dev.seawall.recovery.target.RecoveryPlan;
import dev.seawall.recovery.target.RecoveryTarget;
import dev.seawall.wal.Lsn;
import dev.seawall.wal.PageLayout;
import dev.seawall.wal.SegmentName;
import dev.seawall.wal.TimelineId;
import dev.seawall.wal.disk.Disk;
import dev.seawall.wal.disk.LinuxDisk;
import dev.seawall.wal.record.EncodedRecord;
import dev.seawall.wal.record.RandomRecords;
import dev.seawall.wal.record.RelationId;
import dev.seawall.wal.role.SystemWorld;
import dev.seawall.wal.role.World;
import dev.seawall.walwriter.Transaction;
import dev.seawall.walwriter.Wal;
import dev.seawall.walwriter.WalOptions;
import dev.seawall.walwriter.start.ClusterInit;
import dev.seawall.walwriter.start.LogStart;
import dev.seawall.walwriter.timeline.TimelineChoice;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// pg_waldump reads every segment that the real log writes, and says what waldump says.
class RealWalWitnessTest {

    private static final int MIB = 1 << 20;
    private static final RelationId RELATION = new RelationId(RelationId.DEFAULT_TABLESPACE, 5, 16384);

    @TempDir
    Path temporary;

    private final Disk disk = new LinuxDisk();
    private final World world = new SystemWorld();

    private Path init(PageLayout layout) throws IOException {
        Path cluster = temporary.resolve("cluster");
        Seawall.init(disk, world, cluster, ClusterInit.Options.of(4711, layout));
        return cluster;
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3})
    void every_kind_and_size_of_record_in_several_lives_of_a_log(long seed) throws Exception {
        PageLayout layout = new PageLayout(List.of(MIB, 4 * MIB, 16 * MIB).get((int) seed % 3));
        Path cluster = init(layout);
        Random random = new Random(seed);
        RandomRecords records = new RandomRecords(seed);
        for (int life = 0; life < 3; life++) {
            WalOptions options = WalOptions.DEFAULT.withBufferBytes(MIB);
            try (Wal wal = Wal.open(LogStart.start(disk, cluster), options, disk, world);
                    EncodedRecord record = new EncodedRecord(1 << 16)) {
                for (int i = 0; i < 500; i++) {
                    if (random.nextInt(100) == 0) {
                        wal.switchSegment();
                    } else if (random.nextInt(100) == 0) {
                        records.custom(record, random.nextInt(3 * MIB));
                        wal.append(record);
                    } else if (random.nextInt(3) == 0) {
                        transaction(wal, random);
                    } else {
                        // Tiny ones too: a byte of content.
                        records.message(record, 1 + random.nextInt(random.nextInt(20) + 1) * random.nextInt(500));
                        wal.append(record);
                    }
                }
                if (life == 1) {
                    records.custom(record, 40 * MIB + 3);
                    wal.flush(wal.append(record));
                }
            }
        }
        BothDumps.agreeOn("-p", cluster.resolve("pg_wal").toString(), "-s", layout.startOf(ClusterInit.Options
                .of(1, layout).startLsn()).toString());
        BothDumps.agreeOn("-p", cluster.resolve("pg_wal").toString(), "-b", "-s", layout.startOf(ClusterInit.Options
                .of(1, layout).startLsn()).toString());
    }

    private static void transaction(Wal wal, Random random) {
        wal.extend(RELATION, 1 + random.nextInt(200));
        try (Transaction transaction = wal.begin()) {
            for (int n = random.nextInt(4); n > 0; n--) {
                transaction.message("app", ByteBuffer.allocate(random.nextInt(2_000)));
            }
            for (int n = random.nextInt(6); n > 0; n--) {
                transaction.write(RELATION, random.nextInt(wal.blocksOf(RELATION)), 24 + random.nextInt(4000),
                        ByteBuffer.allocate(1 + random.nextInt(4000)));
            }
            if (random.nextInt(4) == 0) {
                transaction.abort();
            } else {
                transaction.commitAsync();
            }
        }
    }

    @Test
    void the_segments_of_several_timelines() throws Exception {
        Path cluster = init(new PageLayout(MIB));
        Path repository = temporary.resolve("repository");
        SeawallOptions options = SeawallOptions.DEFAULT.withArchive(repository);
        BackupManifest backup;
        Lsn begin;
        try (Seawall seawall = Seawall.open(disk, world, cluster, options, List.of())) {
            begin = seawall.wal().layout().startOf(new Lsn(MIB));
            commitSome(seawall, 100);
            backup = seawall.backup("base", BackupProgress.NONE);
            commitSome(seawall, 100);
            seawall.wal().restorePoint("here");
            commitSome(seawall, 100);
            PageLayout layout = seawall.wal().layout();
            Lsn closed = seawall.wal().switchSegment().plus(-1);
            awaitArchived(repository, new SegmentName(TimelineId.FIRST, layout.segmentOf(closed)).fileName(layout));
        }
        Path copy = temporary.resolve("copy");
        WalArchive archive = new WalArchive(DirectoryRepository.open(disk, world, repository));
        new Restore(disk, archive.repository()).into(copy, backup, BackupProgress.NONE);
        RecoveryPlan plan = new RecoveryPlan(disk, world, copy, new Fetch(disk, archive,
                archive.repository().identity()), new TimelineChoice.Current(), new RecoveryTarget.Name("here"),
                Optional.of(backup.startTime()));
        try (PointInTimeRecovery recovery = PointInTimeRecovery.begin(plan,
                RecoveringFiles.opener(disk, world, copy, options, List.of()))) {
            recovery.run();
            recovery.promote(new ArchivedTimelines(archive), false).close();
        }
        try (Seawall seawall = Seawall.open(disk, world, copy, SeawallOptions.DEFAULT, List.of())) {
            assertThat(seawall.wal().history().timeline()).isEqualTo(new TimelineId(2));
            commitSome(seawall, 200);
        }
        String pgWal = copy.resolve("pg_wal").toString();
        List<String> second = disk.list(copy.resolve("pg_wal")).stream()
                .filter(name -> name.matches("00000002[0-9A-F]{16}")).toList();
        assertThat(second.size()).isGreaterThan(1);
        for (String segment : second) {
            BothDumps.agreeOn("-p", pgWal, segment);
        }
        BothDumps.agreeOn("-t", "2", "-p", pgWal, second.getFirst());
        assertThat(BothDumps.agreeOn("-p", cluster.resolve("pg_wal").toString(), "-s", begin.toString()).out())
                .contains("CHECKPOINT_SHUTDOWN", "RESTORE_POINT here", "SWITCH");
    }

    private void awaitArchived(Path repository, String segment) throws Exception {
        WalArchive archive = new WalArchive(DirectoryRepository.open(disk, world, repository));
        for (int i = 0; i < 2_000 && !archive.holds(segment); i++) {
            Thread.sleep(10);
        }
        assertThat(archive.holds(segment)).isTrue();
    }

    private static void commitSome(Seawall seawall, int count) {
        Random random = new Random(count);
        for (int i = 0; i < count; i++) {
            transaction(seawall.wal(), random);
        }
        seawall.wal().flush(seawall.wal().insertLsn());
    }
}
