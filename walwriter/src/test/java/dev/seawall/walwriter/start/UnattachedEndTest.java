package dev.seawall.walwriter.start;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.seawall.wal.Lsn;
import dev.seawall.wal.WalCorruptException;
import dev.seawall.wal.disk.DiskFile;
import dev.seawall.wal.disk.SimulatedDisk;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

final class UnattachedEndTest {

    private static final Path CLUSTER = Path.of("/cluster");
    private static final Path FILE = CLUSTER.resolve("global/unattached_end");

    private final SimulatedDisk disk = new SimulatedDisk(1);
    private ClusterFixture cluster;

    @BeforeEach
    void create() throws IOException {
        cluster = new ClusterFixture(disk, CLUSTER);
    }

    /// The log grows by a record, and a walwriter starts and ends.
    private UnattachedEnd startAfterAnotherRecord() throws IOException {
        cluster.log.message("more");
        cluster.write();
        try (StartedLog started = LogStart.start(disk, CLUSTER)) {
            return UnattachedEnd.keep(disk, started);
        }
    }

    @Test
    void the_first_starts_end_is_kept_over_restarts_until_a_checkpointer_is_attached() throws IOException {
        Lsn first = startAfterAnotherRecord().end();
        assertThat(first).isEqualTo(cluster.log.end());

        UnattachedEnd third = startAfterAnotherRecord();
        assertThat(startAfterAnotherRecord().end()).isEqualTo(first);
        assertThat(third.end()).isEqualTo(first);

        third.attached();
        assertThat(third.end()).isEqualTo(Lsn.MAX);
        assertThat(startAfterAnotherRecord().end()).isEqualTo(cluster.log.end());
    }

    @Test
    void what_is_kept_or_given_up_is_so_after_a_power_cut() throws IOException {
        Lsn first = startAfterAnotherRecord().end();
        disk.crash();
        disk.restart();
        UnattachedEnd second = startAfterAnotherRecord();
        assertThat(second.end()).isEqualTo(first);

        second.attached();
        disk.crash();
        disk.restart();
        assertThat(disk.exists(FILE)).isFalse();
    }

    @Test
    void a_start_that_compares_at_once_keeps_nothing_of_its_own() throws IOException {
        cluster.log.message("more");
        cluster.write();
        try (StartedLog started = LogStart.start(disk, CLUSTER)) {
            assertThat(UnattachedEnd.of(disk, started).end()).isEqualTo(cluster.log.end());
        }
        assertThat(disk.exists(FILE)).isFalse();
    }

    @Test
    void a_damaged_file_is_refused() throws IOException {
        startAfterAnotherRecord();
        try (DiskFile file = disk.open(FILE, Set.of())) {
            file.write(ByteBuffer.wrap(new byte[] {1}), 17);
            file.sync();
        }
        disk.syncDirectory(FILE.getParent());

        assertThatThrownBy(this::startAfterAnotherRecord).isInstanceOf(WalCorruptException.class)
                .hasMessageContaining("unattached_end");
    }
}
