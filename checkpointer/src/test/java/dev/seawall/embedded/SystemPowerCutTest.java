package dev.seawall.embedded;

import dev.seawall.archiver.backup.BackupProgress;
import dev.seawall.sim.PowerCutTable;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.function.BooleanSupplier;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/// The whole cluster's operations under power cuts, deaths of the process and errors of the disk.
final class SystemPowerCutTest {

    private static final long SEED = 1;
    private static final int LIVES = Integer.getInteger("seawall.lives", 200);

    private static final SystemPatient CHECKPOINT = new SystemPatient("checkpoint", false, life -> {
        try (Seawall seawall = life.open()) {
            for (int i = 0; i < 2; i++) {
                life.client.commit(4);
                life.client.grow();
                seawall.wal().switchSegment();
                seawall.checkpoint();
            }
            life.client.commit(2);
            life.world.letPass(Duration.ofMillis(20));
            seawall.crash();
        }
    });
    private static final SystemPatient DOUBLE_WRITE = new SystemPatient("double-write", false, life -> {
        try (Seawall seawall = life.open()) {
            for (int i = 0; i < 5; i++) {
                life.client.commitPages(14);
            }
            life.client.check(false);
            seawall.crash();
        }
    });
    private static final SystemPatient CONTROL_FILE = new SystemPatient("control file", false, life -> {
        for (int i = 0; i < 2; i++) {
            try (Seawall _ = life.open()) {
                life.client.commit(2);
            }
        }
    });
    private static final SystemPatient ARCHIVE = new SystemPatient("archive", true, life -> {
        try (Seawall seawall = life.open()) {
            for (int i = 0; i < 3; i++) {
                life.client.commit(3);
                seawall.wal().switchSegment();
                life.world.letPass(Duration.ofMillis(150));
            }
            seawall.checkpoint();
            life.world.letPass(Duration.ofMillis(150));
            seawall.crash();
        }
    });
    private static final SystemPatient BACKUP = new SystemPatient("backup", true, life -> {
        try (Seawall seawall = life.open()) {
            life.client.commit(3);
            BooleanSupplier isDone = life.commitMeanwhile(6);
            try {
                seawall.backup("first", BackupProgress.NONE);
                life.promises.backup("first");
            } finally {
                life.world.park(isDone);
            }
            seawall.crash();
        }
    });

    private static final CopyPatient RESTORE = new CopyPatient("restore", false, UnaryOperator.identity());
    private static final CopyPatient PROMOTION = new CopyPatient("promotion", true, UnaryOperator.identity());
    private static final InitPatient INIT = new InitPatient("cluster init");

    private static final PrintStream ERR = System.err;

    /// The product logs what befalls it, thousands of times here.
    @BeforeAll
    static void hushTheLog() {
        System.setErr(new PrintStream(OutputStream.nullOutputStream(), false, StandardCharsets.UTF_8));
    }

    @AfterAll
    static void hearTheLog() {
        System.setErr(ERR);
    }

    @Test
    void every_promise_is_kept_at_every_disk_call() throws Exception {
        PowerCutTable.Outcome outcome = new PowerCutTable(
                List.of(CHECKPOINT, DOUBLE_WRITE, CONTROL_FILE, ARCHIVE, BACKUP, RESTORE, PROMOTION, INIT),
                LIVES, UnaryOperator.identity()).run(SEED);

        System.out.println(outcome);
        outcome.assertKept();
    }
}
