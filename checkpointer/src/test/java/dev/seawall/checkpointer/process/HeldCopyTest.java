package dev.seawall.checkpointer.process;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.seawall.checkpointer.pages.PageStoreOptions;
import dev.seawall.walwriter.cluster.Checkpointing.Held;
import dev.seawall.walwriter.cluster.NotConnectedException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// Data files held for a plain copy, as a backup by SQL takes it.
final class HeldCopyTest {

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
    void a_plain_copy_of_held_files_taken_under_load_starts_and_has_everything() throws Exception {
        SplittableRandom random = new SplittableRandom(4);
        // So small that redo has to wait while the files are held.
        rig.startProcess(new PageStoreOptions(PageStoreOptions.CACHE_PAGES_MIN, 4, 4, 0));
        ServedWalwriter in = rig.openWalwriter();
        rig.awaitConnected();
        rig.commitSome(in, random, 200);

        Held first = in.checkpointing().holdFiles(true);
        Path copy = rig.temporary.resolve("copy");
        Map<String, Instant> held = times(rig.cluster.resolve("base"));
        rig.commitSome(in, random, 300);
        assertThatThrownBy(() -> in.checkpointing().checkpoint(true)).isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("no checkpoint now: the data files are held for a copy");
        // Redo waits for the release; who shares the hold does not wait for redo.
        Held second = in.checkpointing().holdFiles(true);
        assertThat(second.report()).isEqualTo(first.report());
        second.release();
        TwoProcesses.copy(rig.cluster.resolve("base"), copy.resolve("base"));
        rig.commitSome(in, random, 300);
        assertThat(times(rig.cluster.resolve("base"))).isEqualTo(held);
        first.release();

        rig.verify(in);
        TwoProcesses.copy(rig.cluster.resolve("global"), copy.resolve("global"));
        TwoProcesses.copy(rig.cluster.resolve("pg_wal"), copy.resolve("pg_wal"));
        rig.verifyEmbedded(copy);
        assertThat(in.checkpointing().checkpoint(true)).isNotNull();
    }

    @Test
    void a_hold_ends_with_its_connection() throws Exception {
        rig.startProcess();
        ServedWalwriter in = rig.openWalwriter();
        rig.awaitConnected();
        rig.commitSome(in, new SplittableRandom(5), 20);
        Held held = in.checkpointing().holdFiles(true);
        assertThatThrownBy(() -> in.checkpointing().checkpoint(true)).isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("no checkpoint now");
        rig.closeWalwriter();

        ServedWalwriter next = rig.openWalwriter();
        rig.awaitConnected();
        assertThatThrownBy(held::release).isInstanceOf(NotConnectedException.class);
        assertThat(next.checkpointing().checkpoint(true)).isNotNull();
    }

    private static Map<String, Instant> times(Path directory) throws IOException {
        Map<String, Instant> times = new TreeMap<>();
        try (var files = Files.walk(directory)) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                if (!file.startsWith(directory.resolve("held"))) {
                    times.put(file.toString(), Files.getLastModifiedTime(file).toInstant());
                }
            }
        }
        return times;
    }
}
