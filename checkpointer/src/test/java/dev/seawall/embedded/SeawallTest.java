package dev.seawall.embedded;

import static org.assertj.core.api.Assertions.assertThat;

import dev.seawall.archiver.backup.BackupManifest;
import dev.seawall.archiver.backup.BackupProgress;
import dev.seawall.recovery.LedgerEngine;
import dev.seawall.recovery.ResourceManager;
import dev.seawall.wal.Lsn;
import dev.seawall.wal.disk.Disk;
import dev.seawall.wal.disk.LinuxDisk;
import dev.seawall.wal.record.RelationId;
import dev.seawall.wal.role.SystemWorld;
import dev.seawall.wal.role.World;
import dev.seawall.walwriter.Transaction;
import dev.seawall.walwriter.start.ClusterInit;
import dev.seawall.witness.PostgresPrograms;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// A whole cluster on a real disk.
class SeawallTest {

    private static final RelationId RELATION = new RelationId(1663, 5, 16384);

    @TempDir
    Path temporary;

    private final Disk disk = new LinuxDisk();
    private final World world = new SystemWorld();
    private Path cluster;

    @BeforeEach
    void init() throws Exception {
        cluster = temporary.resolve("cluster");
        Seawall.init(disk, world, cluster, ClusterInit.Options.of(ClusterInit.systemId(Instant.now(), 1)));
    }

    private Seawall open(SeawallOptions options, ResourceManager... engines) throws Exception {
        return Seawall.open(disk, world, cluster, options, List.of(engines));
    }

    private static ByteBuffer bytes(String text) {
        return ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8));
    }

    private static String page(Seawall seawall, int block, int length) throws Exception {
        ByteBuffer page = ByteBuffer.allocate(8192);
        seawall.readPage(RELATION, block, page);
        byte[] content = new byte[length];
        page.get(24, content);
        return new String(content, StandardCharsets.UTF_8);
    }

    private static void write(Seawall seawall, int block, String text) {
        try (Transaction transaction = seawall.begin()) {
            transaction.write(RELATION, block, 24, bytes(text));
            transaction.commit();
        }
    }

    @Test
    @Timeout(30)
    void what_nobody_waits_for_is_redone_all_the_same_and_at_once_for_whoever_does() throws Exception {
        try (Seawall seawall = open(SeawallOptions.DEFAULT)) {
            seawall.wal().extend(RELATION, 1);
            for (int i = 0; i < 20; i++) {
                write(seawall, 0, "text " + i);
                seawall.redo().awaitApplied(seawall.wal().flushLsn());
            }
            write(seawall, 0, "the last one before a silence");
            Lsn last = seawall.wal().flushLsn();
            while (seawall.redo().applied().isBefore(last)) {
                Thread.sleep(1);
            }
        }
    }

    @Test
    void a_committed_page_change_can_be_read_and_is_there_after_a_clean_stop() throws Exception {
        try (Seawall seawall = open(SeawallOptions.DEFAULT)) {
            seawall.wal().extend(RELATION, 3);
            write(seawall, 2, "hello");
            assertThat(page(seawall, 2, 5)).isEqualTo("hello");
        }
        assertThat(PostgresPrograms.run("pg_controldata", cluster.toString()).orFail()).contains("shut down");
        try (Seawall seawall = open(SeawallOptions.DEFAULT)) {
            assertThat(page(seawall, 2, 5)).isEqualTo("hello");
            assertThat(seawall.wal().blocksOf(RELATION)).isEqualTo(3);
            write(seawall, 2, "again");
            assertThat(page(seawall, 2, 5)).isEqualTo("again");
        }
    }

    @Test
    void closed_again_nothing_happens() throws Exception {
        Seawall seawall = open(SeawallOptions.DEFAULT);
        seawall.close();
        seawall.close();
        try (Seawall crashed = open(SeawallOptions.DEFAULT)) {
            crashed.crash();
        }
    }

    @Test
    void an_aborted_page_change_is_never_seen() throws Exception {
        try (Seawall seawall = open(SeawallOptions.DEFAULT)) {
            seawall.wal().extend(RELATION, 1);
            write(seawall, 0, "first");
            Transaction transaction = seawall.begin();
            transaction.write(RELATION, 0, 24, bytes("wrong"));
            transaction.abort();
            assertThat(page(seawall, 0, 5)).isEqualTo("first");
        }
    }

    @Test
    void checkpoints_and_stops_keep_everything_across_many_rounds() throws Exception {
        for (int round = 0; round < 4; round++) {
            try (Seawall seawall = open(SeawallOptions.DEFAULT)) {
                seawall.wal().extend(RELATION, 10 * (round + 1));
                for (int block = 0; block < 10 * (round + 1); block++) {
                    write(seawall, block, "round" + round);
                }
                seawall.checkpoint();
                write(seawall, 0, "after" + round);
                assertThat(page(seawall, 0, 6)).isEqualTo("after" + round);
                assertThat(page(seawall, 1, 6)).isEqualTo("round" + round);
            }
        }
    }

    @Test
    void an_online_backup_is_complete_with_its_log_in_the_archive() throws Exception {
        SeawallOptions options = SeawallOptions.DEFAULT.withArchive(temporary.resolve("repository"));
        try (Seawall seawall = open(options)) {
            seawall.wal().extend(RELATION, 5);
            write(seawall, 4, "saved");
            BackupManifest manifest = seawall.backup("first", BackupProgress.NONE);
            assertThat(manifest.toString()).contains("first");
            assertThat(seawall.archive().names()).isNotEmpty();
        }
    }
}
