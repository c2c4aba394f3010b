package dev.seawall.embedded;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.seawall.recovery.CommittedTransaction;
import dev.seawall.recovery.ResourceManager;
import dev.seawall.wal.Lsn;
import dev.seawall.wal.disk.Disk;
import dev.seawall.wal.disk.LinuxDisk;
import dev.seawall.wal.role.SystemWorld;
import dev.seawall.wal.role.World;
import dev.seawall.walwriter.Transaction;
import dev.seawall.walwriter.start.ClusterInit;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Without checkpoints the log only grows: a checkpointer that died ends the cluster, and is heard of.
class DeadCheckpointerTest {

    @TempDir
    Path temporary;

    /// Cannot make its state durable.
    private static final class BrokenEngine implements ResourceManager {

        @Override
        public String name() {
            return "broken";
        }

        @Override
        public void open(Disk disk, Path home, World world) {}

        @Override
        public void redo(CommittedTransaction transaction, Lsn commitLsn) {}

        @Override
        public Lsn checkpoint() throws IOException {
            throw new IOException("the engine's disk is gone");
        }

        @Override
        public Lsn applied() {
            return Lsn.INVALID;
        }

        @Override
        public void awaitApplied(Lsn lsn) {}

        @Override
        public void close() {}
    }

    @Test
    void a_checkpointer_that_died_fails_the_log_and_leaves_nobody_waiting() throws Exception {
        LinuxDisk disk = new LinuxDisk();
        World world = new SystemWorld();
        Path cluster = temporary.resolve("cluster");
        Seawall.init(disk, world, cluster, ClusterInit.Options.of(ClusterInit.systemId(Instant.now(), 1)));
        try (Seawall seawall = Seawall.open(disk, world, cluster, SeawallOptions.DEFAULT,
                List.of(new BrokenEngine()))) {
            CountDownLatch told = new CountDownLatch(1);
            seawall.wal().onFailure(told::countDown);
            try (Transaction transaction = seawall.begin()) {
                transaction.message("broken", ByteBuffer.allocate(10));
                transaction.commit();
            }
            assertThatThrownBy(seawall::checkpoint).isInstanceOf(IOException.class);

            assertThat(told.await(10, TimeUnit.SECONDS)).isTrue();
            assertThat(seawall.wal().failure()).isNotNull();
            assertThatThrownBy(seawall::checkpoint).isInstanceOf(IOException.class);
        }
    }
}
