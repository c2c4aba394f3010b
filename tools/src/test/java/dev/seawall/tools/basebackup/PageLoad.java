package dev.seawall.tools.basebackup;

import static org.assertj.core.api.Assertions.assertThat;

import dev.seawall.embedded.Seawall;
import dev.seawall.embedded.SeawallOptions;
import dev.seawall.settings.Settings;
import dev.seawall.tools.control.RunningWalwriter;
import dev.seawall.wal.disk.LinuxDisk;
import dev.seawall.wal.record.RelationId;
import dev.seawall.wal.role.SystemWorld;
import dev.seawall.walwriter.client.WireClient;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/// Commits that never stop, one a number, each onto the page whose turn it is, with a checkpoint now and
/// then: so a copy's pages tell which commits it has, and whether those are all up to one of them.
final class PageLoad {

    private static final int RELATION = 7000;
    static final int BLOCKS = 64;
    private static final int OFFSET = 100;

    private final Path cluster;
    private final Thread committer;
    private final AtomicReference<@Nullable Throwable> failure = new AtomicReference<>();
    private volatile long acknowledged;
    private volatile boolean isEnding;

    PageLoad(Path cluster) throws IOException {
        this.cluster = cluster;
        try (WireClient client = connect()) {
            client.query("SELECT page_extend(" + RELATION + ", " + BLOCKS + ")");
        }
        committer = Thread.ofPlatform().name("page-load").start(this::commit);
    }

    WireClient connect() throws IOException {
        LinuxDisk disk = new LinuxDisk();
        return RunningWalwriter.connect(disk, cluster, Settings.load(disk, cluster, Map.of(), Map.of())).orElseThrow();
    }

    private void commit() {
        try (WireClient client = connect()) {
            for (long n = 1; !isEnding; n++) {
                client.query("SELECT page_write(" + RELATION + ", " + n % BLOCKS + ", " + OFFSET + ", '\\x"
                        + "%016x".formatted(n) + "')");
                acknowledged = n;
                if (n % 500 == 0) {
                    client.query("CHECKPOINT");
                }
            }
        } catch (IOException | RuntimeException e) {
            failure.set(e);
        }
    }

    /// The last commit that was acknowledged.
    long acknowledged() {
        assertThat(failure.get()).isNull();
        return acknowledged;
    }

    /// What the page of a commit says: this one's number, or that of a later one.
    long read(WireClient client, long n) throws IOException {
        return Long.parseLong(client.query("SELECT page_read(" + RELATION + ", " + n % BLOCKS + ", " + OFFSET
                + ", 8)").value().substring(2), 16);
    }

    /// Opens a copy, which must have all commits up to one of them, and that one not before `least`; and can
    /// be committed to.
    static void checkCopy(Path copy, long least) throws IOException {
        Settings settings = Settings.load(new LinuxDisk(), copy, Map.of(), Map.of());
        try (Seawall opened = Seawall.open(new LinuxDisk(), new SystemWorld(), copy,
                SeawallOptions.of(settings, copy), List.of())) {
            RelationId relation = new RelationId(RelationId.DEFAULT_TABLESPACE, 5, RELATION);
            long[] found = new long[BLOCKS];
            long last = 0;
            ByteBuffer page = ByteBuffer.allocate(8192).order(ByteOrder.BIG_ENDIAN);
            for (int block = 0; block < BLOCKS; block++) {
                opened.readPage(relation, block, page.clear());
                found[block] = page.getLong(OFFSET);
                last = Math.max(last, found[block]);
            }
            assertThat(last).isGreaterThanOrEqualTo(least);
            for (int block = 0; block < BLOCKS; block++) {
                long expected = last - Math.floorMod(last - block, BLOCKS);
                assertThat(found[block]).as("block %d of a copy up to commit %d", block, last)
                        .isEqualTo(Math.max(0, expected));
            }
            opened.wal().restorePoint("it takes commits");
            opened.checkpoint();
        }
    }

    /// Ends them.
    void end() throws InterruptedException {
        isEnding = true;
        committer.join();
        assertThat(failure.get()).isNull();
    }
}
