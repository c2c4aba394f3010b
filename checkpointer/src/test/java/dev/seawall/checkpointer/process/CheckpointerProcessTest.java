package dev.seawall.checkpointer.process;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.seawall.embedded.Seawall;
import dev.seawall.embedded.SeawallOptions;
import dev.seawall.wal.ControlFile;
import dev.seawall.wal.Lsn;
import dev.seawall.wal.WalCorruptException;
import dev.seawall.walwriter.CheckpointReport;
import dev.seawall.walwriter.client.Address;
import dev.seawall.walwriter.client.ServerException;
import dev.seawall.walwriter.cluster.NotConnectedException;
import dev.seawall.walwriter.link.ClientChannel;
import dev.seawall.walwriter.link.LinkMessage;
import dev.seawall.walwriter.start.ClusterInit;
import dev.seawall.walwriter.start.DirectoryLock;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// The checkpointer as a process, with walwriters that come and go.
final class CheckpointerProcessTest {

    private TwoProcesses rig;

    @BeforeEach
    void create() throws Exception {
        rig = new TwoProcesses();
    }

    @AfterEach
    void clean() throws Exception {
        rig.close();
    }

    @Test
    void what_is_committed_is_redone_and_checkpointed_by_the_other_process() throws Exception {
        rig.startProcess();
        ServedWalwriter in = rig.openWalwriter();
        rig.awaitConnected();
        rig.commitSome(in, new SplittableRandom(1), 200);

        rig.verify(in);
        Lsn durable = in.wal().flushLsn();
        CheckpointReport report = in.checkpointing().checkpoint(true);

        assertThat(report.redo()).isGreaterThanOrEqualTo(durable);
        assertThat(in.wal().redoPoint()).isEqualTo(report.redo());
        rig.await(() -> in.checkpointing().activity().requested() == 1, "activity is told");
        assertThat(in.checkpointing().activity().redoPoint()).isEqualTo(report.redo());
        assertThat(rig.process.status()).contains("following timeline 1", "checkpoint at " + report.redo());
    }

    @Test
    void what_makes_no_sense_is_refused_with_the_reason_and_the_process_goes_on() throws Exception {
        ServedWalwriter in = rig.openWalwriter();
        rig.startProcess();
        rig.awaitConnected();
        rig.commitSome(in, new SplittableRandom(1), 1);

        Lsn durable = in.wal().flushLsn();
        assertThatThrownBy(() -> in.checkpointing().readPage(TwoProcesses.RELATION, TwoProcesses.BLOCKS, durable,
                ByteBuffer.allocate(8192))).isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("no block " + TwoProcesses.BLOCKS);
        rig.verify(in);
    }

    @Test
    void after_a_clean_stop_the_log_says_so_and_the_same_process_follows_the_next_walwriter() throws Exception {
        rig.startProcess();
        SplittableRandom random = new SplittableRandom(2);
        for (int round = 0; round < 3; round++) {
            ServedWalwriter in = rig.openWalwriter();
            rig.awaitConnected();
            rig.commitSome(in, random, 50);
            rig.verify(in);
            if (round == 1) {
                in.checkpointing().checkpoint(true);
            }
            CheckpointReport report = in.shutDown();
            rig.walwriter = null;

            assertThat(rig.controlFile().state()).isEqualTo(ControlFile.State.SHUT_DOWN);
            assertThat(rig.controlFile().checkpoint().redo()).isGreaterThanOrEqualTo(report.redo());
        }
        rig.closeProcess();
        rig.verifyEmbedded(rig.cluster);
    }

    @Test
    void nothing_acknowledged_is_lost_whichever_of_the_two_is_ended_when() throws Exception {
        long seed = System.nanoTime();
        SplittableRandom random = new SplittableRandom(seed);
        ServedWalwriter in = rig.openWalwriter();
        for (int round = 0; round < 25; round++) {
            rig.commitSome(in, random, random.nextInt(60));
            switch (random.nextInt(6)) {
                case 0 -> {
                    rig.closeWalwriter();
                    rig.commitSome(in = rig.openWalwriter(), random, 1);
                }
                case 1 -> rig.closeProcess();
                case 2 -> rig.startProcessAgain();
                case 3 -> tryCheckpoint(in);
                case 4 -> {
                    rig.startProcessAgain();
                    rig.world.park(() -> false, random.nextInt(30_000_000));
                }
                default -> in.wal().switchSegment();
            }
        }
        rig.startProcessAgain();
        rig.awaitConnected();
        rig.verify(in);
        in.checkpointing().checkpoint(true);
        rig.closeProcess();
        rig.closeWalwriter();
        rig.verifyEmbedded(rig.cluster);
        assertThat(rig.failure.get()).as("seed " + seed).isNull();
    }

    @Test
    void a_second_checkpointer_is_refused_by_the_walwriter_and_by_the_lock_on_base() throws Exception {
        rig.openWalwriter();
        rig.startProcess();
        rig.awaitConnected();

        assertThatThrownBy(() -> ServedWalwriter.at(rig.cluster).open("SERVE CHECKPOINTER " + LinkMessage.VERSION))
                .isInstanceOfSatisfying(ServerException.class, e -> assertThat(e.sqlState()).isEqualTo("55006"));
        rig.closeWalwriter();
        assertThatThrownBy(() -> Seawall.open(rig.disk, rig.world, rig.cluster, SeawallOptions.DEFAULT, List.of()))
                .isInstanceOf(DirectoryLock.InUseException.class).hasMessageContaining("base");
    }

    @Test
    void links_are_for_superusers_of_the_same_release() throws Exception {
        rig.openWalwriter();

        assertThatThrownBy(() -> ClientChannel.open(Address.in(rig.cluster, 5432), ServedWalwriter.login("nobody"),
                "SERVE CHECKPOINTER " + LinkMessage.VERSION))
                .isInstanceOf(ServerException.class).hasMessageContaining("superuser");
        assertThatThrownBy(() -> ServedWalwriter.at(rig.cluster).open("SERVE CHECKPOINTER 1"))
                .isInstanceOf(ServerException.class).hasMessageContaining("version 1");
        assertThatThrownBy(() -> ServedWalwriter.at(rig.cluster).open("serve archiver"))
                .isInstanceOf(ServerException.class).hasMessageContaining("version unknown");
    }

    @Test
    void a_base_of_another_day_is_refused_even_when_the_log_has_gone_on_meanwhile() throws Exception {
        Path before = rig.temporary.resolve("before");
        TwoProcesses.copy(rig.cluster, before);
        SplittableRandom random = new SplittableRandom(3);
        ServedWalwriter in = rig.openWalwriter();
        rig.startProcess();
        rig.awaitConnected();
        rig.commitSome(in, random, 300);
        in.checkpointing().checkpoint(true);
        rig.closeProcess();
        rig.closeWalwriter();
        // The log of the day before under the base of today, and more written to it than there was, in two runs.
        for (String part : List.of("pg_wal", "global")) {
            TwoProcesses.delete(rig.cluster.resolve(part));
            TwoProcesses.copy(before.resolve(part), rig.cluster.resolve(part));
        }
        for (int run = 0; run < 2; run++) {
            rig.commitSome(rig.openWalwriter(), random, 400);
            rig.closeWalwriter();
        }
        rig.openWalwriter();

        rig.startProcess();

        rig.await(() -> rig.failure.get() != null, "the process fails");
        assertThat(rig.failure.getAndSet(null)).isInstanceOf(WalCorruptException.class)
                .hasMessageContaining("base/ does not belong to this log").hasMessageContaining("but the log ends at");
    }

    @Test
    void another_cluster_at_the_same_socket_ends_the_process() throws Exception {
        rig.openWalwriter();
        rig.startProcess();
        rig.awaitConnected();
        rig.closeWalwriter();
        TwoProcesses.delete(rig.cluster.resolve("pg_wal"));
        TwoProcesses.delete(rig.cluster.resolve("global"));
        Path other = rig.temporary.resolve("other");
        Seawall.init(rig.disk, rig.world, other, ClusterInit.Options.of(ClusterInit.systemId(Instant.now(), 2)));
        TwoProcesses.copy(other.resolve("pg_wal"), rig.cluster.resolve("pg_wal"));
        TwoProcesses.copy(other.resolve("global"), rig.cluster.resolve("global"));
        TwoProcesses.delete(rig.cluster.resolve("pg_replslot"));

        rig.openWalwriter();

        rig.await(() -> rig.failure.get() != null, "the process fails");
        assertThat(rig.failure.getAndSet(null)).isInstanceOf(WalCorruptException.class)
                .hasMessageContaining("is of another cluster");
    }

    private static void tryCheckpoint(ServedWalwriter in) throws IOException {
        try {
            in.checkpointing().checkpoint(true);
        } catch (NotConnectedException e) {
            assertThat(e).hasMessageContaining("checkpointer");
        }
    }
}
