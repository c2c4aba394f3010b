package dev.seawall.sim;

import static org.assertj.core.api.Assertions.assertThat;

import dev.seawall.wal.disk.Disk;
import dev.seawall.wal.disk.ForgetfulDisk;
import dev.seawall.wal.disk.ForgetfulDisk.Forgotten;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.function.Predicate;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/// The log's own operations under power cuts, deaths of the process and errors of the disk.
final class LogPowerCutTest {

    private static final long SEED = 1;
    /// Struck in each cell, at least: a quarter more are lived, for not every strike finds its call.
    private static final int LIVES = Integer.getInteger("seawall.lives", 100);
    /// In which a planted bug must be found.
    private static final int BUG_LIVES = 200;

    private static final LogPatient APPEND = new LogPatient("append and commit",
            (client, _, _) -> client.doSomeThings(25));
    private static final LogPatient LONG = new LogPatient("long transactions", (client, _, _) -> {
        for (int i = 0; i < 8; i++) {
            client.commitMuch(20_000);
        }
    });
    private static final LogPatient SECTORS = new LogPatient("one sector each", (client, _, _) -> {
        for (int i = 0; i < 4; i++) {
            client.commitSectors(12);
        }
    }).after((client, _, _) -> client.commitUpToSector());
    private static final LogPatient SEGMENTS = new LogPatient("segment creation", (client, wal, world) -> {
        for (int i = 0; i < 4; i++) {
            client.commitOne();
            wal.switchSegment();
            world.letPass(Duration.ofMillis(30));
        }
    });
    private static final LogPatient RECYCLING = new LogPatient("recycling and removal", (client, _, world) -> {
        for (int i = 0; i < 6; i++) {
            client.commitMuch(300_000);
            client.checkpoint();
            client.doSomeThings(2);
            world.letPass(Duration.ofMillis(30));
        }
    });
    private static final LogPatient WATERMARK = new LogPatient("watermark", (client, _, world) -> {
        for (int i = 0; i < 5; i++) {
            client.commitOne();
            world.letPass(Duration.ofMillis(130));
        }
    });
    private static final LogPatient CHECKPOINT = new LogPatient("checkpoint", (client, _, _) -> {
        for (int i = 0; i < 2; i++) {
            client.doSomeThings(5);
            client.leaveOpen();
            client.checkpoint();
            client.commitOpen();
        }
    });
    private static final LogPatient SHUTDOWN = new LogPatient("shutdown", (client, _, _) -> {
        client.doSomeThings(5);
        client.shutDown();
    });

    @Test
    void every_promise_is_kept_at_every_disk_call() throws Exception {
        PowerCutTable.Outcome outcome = new PowerCutTable(
                List.of(APPEND, LONG, SECTORS, SEGMENTS, RECYCLING, WATERMARK, CHECKPOINT, SHUTDOWN),
                LIVES + LIVES / 4, UnaryOperator.identity()).run(SEED);

        System.out.println(outcome);
        outcome.assertKept();
    }

    /// Each planted bug must be found, in the operations where it matters, by the same seeds.
    @ParameterizedTest
    @MethodSource("plantedBugs")
    void each_planted_bug_is_caught(String bug, Patient patient, UnaryOperator<Disk> planted) throws Exception {
        PowerCutTable.Outcome outcome = new PowerCutTable(List.of(patient), BUG_LIVES, planted).runUntilBroken(SEED);

        System.out.println(bug + ": " + outcome.lives() + " lives");
        assertThat(outcome.isBroken()).as(bug + " survives" + System.lineSeparator() + outcome).isTrue();
    }

    static List<Arguments> plantedBugs() {
        Predicate<Path> segments = path -> path.getParent().endsWith("pg_wal") || path.endsWith("pg_wal");
        Predicate<Path> control = path -> path.endsWith("pg_control") || path.endsWith("global");
        return List.of(
                disk("no sync of the log", APPEND, Forgotten.SYNC, segments),
                disk("sync_file_range for a sync", APPEND, Forgotten.SYNC_BY_WRITEBACK_ONLY, segments),
                disk("no sync of a new segment's name", SEGMENTS, Forgotten.DIRECTORY_SYNC, segments),
                disk("no sync of the control file", RECYCLING, Forgotten.SYNC, control),
                disk("the cache is believed after a failed sync", LONG, Forgotten.CACHE_DROP, segments),
                disk("a failed sync is made again", APPEND, Forgotten.SYNC_ERROR, segments),
                disk("synced through another descriptor", APPEND, Forgotten.DESCRIPTOR, segments),
                disk("a stale tail is left", SECTORS, Forgotten.ZEROING, segments),
                Arguments.of("xid reused", APPEND.with(LogPatient.Bug.XID_REUSED), UnaryOperator.<Disk>identity()),
                Arguments.of("redo point too late", CHECKPOINT.with(LogPatient.Bug.REDO_TOO_LATE),
                        UnaryOperator.<Disk>identity()));
    }

    private static Arguments disk(String name, LogPatient patient, Forgotten bug, Predicate<Path> where) {
        UnaryOperator<Disk> planted = disk -> new ForgetfulDisk(disk, bug, where);
        return Arguments.of(name, patient, planted);
    }
}
