package dev.seawall.checkpointer.process;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.seawall.checkpointer.CheckpointOptions;
import dev.seawall.checkpointer.pages.PageStoreOptions;
import dev.seawall.embedded.Seawall;
import dev.seawall.embedded.SeawallOptions;
import dev.seawall.recovery.LedgerEngine;
import dev.seawall.recovery.redo.HeldLimits;
import dev.seawall.wal.ControlFile;
import dev.seawall.wal.Lsn;
import dev.seawall.wal.WalCorruptException;
import dev.seawall.wal.disk.Disk;
import dev.seawall.wal.disk.LinuxDisk;
import dev.seawall.wal.record.RelationId;
import dev.seawall.wal.role.SystemWorld;
import dev.seawall.wal.role.World;
import dev.seawall.walwriter.CheckpointReport;
import dev.seawall.walwriter.Transaction;
import dev.seawall.walwriter.WalOptions;
import dev.seawall.walwriter.client.ServerException;
import dev.seawall.walwriter.cluster.NotConnectedException;
import dev.seawall.walwriter.link.ClientChannel;
import dev.seawall.walwriter.client.Address;
import dev.seawall.walwriter.start.ClusterInit;
import dev.seawall.walwriter.start.ControlStore;
import dev.seawall.walwriter.start.DirectoryLock;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// The two processes, in one JVM, over the real server's Unix socket on a real disk.
final class CheckpointerProcessTest {

    private static final RelationId RELATION = new RelationId(1663, 5, 16384);
    private static final int BLOCKS = 40;
    private static final Duration LONG = Duration.ofSeconds(20);

    private final Disk disk = new LinuxDisk();
    private final World world = new SystemWorld();
    private final AtomicReference<@Nullable Throwable> failure = new AtomicReference<>();
    private final Map<Integer, String> pages = new TreeMap<>();
    private final Map<String, Long> balances = new TreeMap<>();
    private LedgerEngine ledger = new LedgerEngine();
    private Path temporary;
    private Path cluster;
    private @Nullable ServedWalwriter walwriter;
    private @Nullable CheckpointerProcess process;

    @BeforeEach
    void init() throws Exception {
        // A socket's path must be short.
        temporary = Files.createTempDirectory(Path.of("/tmp"), "link");
        cluster = temporary.resolve("c");
        Seawall.init(disk, world, cluster, ClusterInit.Options.of(ClusterInit.systemId(Instant.now(), 1)));
    }

    @AfterEach
    void clean() throws Exception {
        try {
            closeProcess();
            closeWalwriter();
            assertThat(failure.get()).as("failure of the process").isNull();
        } finally {
            delete(temporary);
        }
    }

    private static void delete(Path directory) throws IOException {
        Files.walkFileTree(directory, new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
                Files.delete(file);
                return FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult postVisitDirectory(Path visited, @Nullable IOException failed) throws IOException {
                Files.delete(visited);
                return FileVisitResult.CONTINUE;
            }
        });
    }

    private ServedWalwriter openWalwriter() throws IOException {
        ServedWalwriter opened = ServedWalwriter.open(disk, world, cluster, WalOptions.DEFAULT);
        walwriter = opened;
        return opened;
    }

    private void closeWalwriter() throws IOException {
        if (walwriter != null) {
            walwriter.close();
            walwriter = null;
        }
    }

    private CheckpointerProcess startProcess() {
        return startProcess(PageStoreOptions.of(1 << 20, 0));
    }

    private CheckpointerProcess startProcess(PageStoreOptions options) {
        ProcessOptions all = new ProcessOptions(new CheckpointOptions(Duration.ofMinutes(5), 1L << 30, 0.5),
                options, HeldLimits.DEFAULT, 64 << 10);
        CheckpointerProcess started = CheckpointerProcess.start(disk, world, world, cluster, all, () -> {
            ledger = new LedgerEngine();
            return List.of(ledger);
        }, ServedWalwriter.at(cluster), new CheckpointerProcess.Host(failure::set, () -> { }));
        process = started;
        return started;
    }

    private void closeProcess() throws IOException {
        if (process != null) {
            process.close();
            process = null;
        }
    }

    private void await(BooleanSupplier condition, String what) {
        assertThat(world.park(condition, 1) || awaitSlowly(condition)).as(what + "; failure: " + failure.get()).isTrue();
    }

    private boolean awaitSlowly(BooleanSupplier condition) {
        long end = System.nanoTime() + LONG.toNanos();
        while (!condition.getAsBoolean() && System.nanoTime() < end) {
            world.park(() -> false, 2_000_000);
        }
        return condition.getAsBoolean();
    }

    private void awaitConnected() {
        ServedWalwriter there = walwriter;
        await(() -> there.checkpointing().isConnected(), "a checkpointer is connected");
    }

    private static ByteBuffer bytes(String text) {
        return ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8));
    }

    /// An acknowledged transaction: a page and an account.
    private void commit(ServedWalwriter in, int block, String text, String account, long amount) {
        if (in.wal().blocksOf(RELATION) < BLOCKS) {
            in.wal().extend(RELATION, BLOCKS);
        }
        try (Transaction transaction = in.wal().begin()) {
            transaction.write(RELATION, block, 24, bytes(text));
            transaction.message(LedgerEngine.ADD, bytes(account + " " + amount));
            transaction.commit();
        }
        pages.put(block, text);
        balances.merge(account, amount, Long::sum);
    }

    private void commitSome(ServedWalwriter in, SplittableRandom random, int count) {
        for (int i = 0; i < count; i++) {
            commit(in, random.nextInt(BLOCKS), String.format("%032x", random.nextLong()),
                    "account" + random.nextInt(5), random.nextInt(100));
        }
    }

    private static String text(ByteBuffer page, int length) {
        byte[] content = new byte[length];
        page.get(24, content);
        return new String(content, StandardCharsets.UTF_8);
    }

    /// What was acknowledged is what the checkpointer has.
    private void verify(ServedWalwriter in) throws IOException {
        Lsn end = in.wal().flushLsn();
        for (Map.Entry<Integer, String> expected : pages.entrySet()) {
            ByteBuffer page = ByteBuffer.allocate(8192);
            in.checkpointing().readPage(RELATION, expected.getKey(), end, page);
            assertThat(text(page, expected.getValue().length())).as("block " + expected.getKey())
                    .isEqualTo(expected.getValue());
        }
        assertThat(ledger.balances()).isEqualTo(balances);
    }

    /// What was acknowledged is what embedded Seawall finds.
    private void verifyEmbedded(Path directory) throws IOException {
        LedgerEngine engine = new LedgerEngine();
        try (Seawall seawall = Seawall.open(disk, world, directory, SeawallOptions.DEFAULT, List.of(engine))) {
            for (Map.Entry<Integer, String> expected : pages.entrySet()) {
                ByteBuffer page = ByteBuffer.allocate(8192);
                seawall.readPage(RELATION, expected.getKey(), page);
                assertThat(text(page, expected.getValue().length())).isEqualTo(expected.getValue());
            }
            assertThat(engine.balances()).isEqualTo(balances);
        }
    }

    private ControlFile controlFile() throws IOException {
        try (ControlStore control = ControlStore.open(disk, cluster)) {
            return control.controlFile();
        }
    }

    @Test
    void what_is_committed_is_redone_and_checkpointed_by_the_other_process() throws Exception {
        startProcess();
        ServedWalwriter in = openWalwriter();
        awaitConnected();
        commitSome(in, new SplittableRandom(1), 200);

        verify(in);
        Lsn durable = in.wal().flushLsn();
        CheckpointReport report = in.checkpointing().checkpoint(true);

        assertThat(report.redo()).isGreaterThanOrEqualTo(durable);
        assertThat(in.wal().redoPoint()).isEqualTo(report.redo());
        await(() -> in.checkpointing().activity().requested() == 1, "activity is told");
        assertThat(in.checkpointing().activity().redoPoint()).isEqualTo(report.redo());
        assertThat(process.status()).contains("following timeline 1", "checkpoint at " + report.redo());
    }

    @Test
    void what_makes_no_sense_is_refused_with_the_reason_and_the_process_goes_on() throws Exception {
        ServedWalwriter in = openWalwriter();
        startProcess();
        awaitConnected();
        commitSome(in, new SplittableRandom(1), 1);

        assertThatThrownBy(() -> in.checkpointing().readPage(RELATION, BLOCKS, in.wal().flushLsn(),
                ByteBuffer.allocate(8192))).isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("no block " + BLOCKS);
        verify(in);
    }

    @Test
    void after_a_clean_stop_the_log_says_so_and_the_same_process_follows_the_next_walwriter() throws Exception {
        startProcess();
        SplittableRandom random = new SplittableRandom(2);
        for (int round = 0; round < 3; round++) {
            ServedWalwriter in = openWalwriter();
            awaitConnected();
            commitSome(in, random, 50);
            verify(in);
            if (round == 1) {
                in.checkpointing().checkpoint(true);
            }
            CheckpointReport report = in.shutDown();
            walwriter = null;

            assertThat(controlFile().state()).isEqualTo(ControlFile.State.SHUT_DOWN);
            assertThat(controlFile().checkpoint().redo()).isGreaterThanOrEqualTo(report.redo());
        }
        closeProcess();
        verifyEmbedded(cluster);
    }

    @Test
    void nothing_acknowledged_is_lost_whichever_of_the_two_is_ended_when() throws Exception {
        long seed = System.nanoTime();
        SplittableRandom random = new SplittableRandom(seed);
        ServedWalwriter in = openWalwriter();
        for (int round = 0; round < 25; round++) {
            commitSome(in, random, random.nextInt(60));
            switch (random.nextInt(6)) {
                case 0 -> {
                    closeWalwriter();
                    commitSome(in = openWalwriter(), random, 1);
                }
                case 1 -> closeProcess();
                case 2 -> startProcessAgain();
                case 3 -> tryCheckpoint(in);
                case 4 -> {
                    startProcessAgain();
                    world.park(() -> false, random.nextInt(30_000_000));
                }
                default -> in.wal().switchSegment();
            }
        }
        startProcessAgain();
        awaitConnected();
        verify(in);
        in.checkpointing().checkpoint(true);
        closeProcess();
        closeWalwriter();
        verifyEmbedded(cluster);
        assertThat(failure.get()).as("seed " + seed).isNull();
    }

    private void startProcessAgain() throws IOException {
        if (process == null) {
            startProcess();
        }
    }

    private static void tryCheckpoint(ServedWalwriter in) throws IOException {
        try {
            in.checkpointing().checkpoint(true);
        } catch (NotConnectedException e) {
            assertThat(e).hasMessageContaining("checkpointer");
        }
    }

    @Test
    void a_second_checkpointer_is_refused_by_the_walwriter_and_by_the_lock_on_base() throws Exception {
        openWalwriter();
        startProcess();
        awaitConnected();

        assertThatThrownBy(() -> ServedWalwriter.at(cluster).open("SERVE CHECKPOINTER 1"))
                .isInstanceOfSatisfying(ServerException.class, e -> assertThat(e.sqlState()).isEqualTo("55006"));
        closeWalwriter();
        assertThatThrownBy(() -> Seawall.open(disk, world, cluster, SeawallOptions.DEFAULT, List.of()))
                .isInstanceOf(DirectoryLock.InUseException.class).hasMessageContaining("base");
    }

    @Test
    void links_are_for_superusers_of_the_same_release() throws Exception {
        openWalwriter();

        assertThatThrownBy(() -> ClientChannel.open(Address.in(cluster, 5432), ServedWalwriter.login("nobody"),
                "SERVE CHECKPOINTER 1")).isInstanceOf(ServerException.class).hasMessageContaining("superuser");
        assertThatThrownBy(() -> ServedWalwriter.at(cluster).open("SERVE CHECKPOINTER 2"))
                .isInstanceOf(ServerException.class).hasMessageContaining("version 2");
        assertThatThrownBy(() -> ServedWalwriter.at(cluster).open("serve archiver"))
                .isInstanceOf(ServerException.class).hasMessageContaining("version unknown");
    }

    @Test
    void a_base_of_another_day_is_refused_even_when_the_log_has_gone_on_meanwhile() throws Exception {
        Path before = temporary.resolve("before");
        copy(cluster, before);
        SplittableRandom random = new SplittableRandom(3);
        ServedWalwriter in = openWalwriter();
        startProcess();
        awaitConnected();
        commitSome(in, random, 300);
        in.checkpointing().checkpoint(true);
        closeProcess();
        closeWalwriter();
        // The log of the day before under the base of today, and more written to it than there was, in two runs.
        for (String part : List.of("pg_wal", "global")) {
            delete(cluster.resolve(part));
            copy(before.resolve(part), cluster.resolve(part));
        }
        for (int run = 0; run < 2; run++) {
            commitSome(openWalwriter(), random, 400);
            closeWalwriter();
        }
        openWalwriter();

        startProcess();

        await(() -> failure.get() != null, "the process fails");
        assertThat(failure.getAndSet(null)).isInstanceOf(WalCorruptException.class)
                .hasMessageContaining("base/ does not belong to this log").hasMessageContaining("but the log ends at");
    }

    @Test
    void another_cluster_at_the_same_socket_ends_the_process() throws Exception {
        openWalwriter();
        startProcess();
        awaitConnected();
        closeWalwriter();
        delete(cluster.resolve("pg_wal"));
        delete(cluster.resolve("global"));
        Path other = temporary.resolve("other");
        Seawall.init(disk, world, other, ClusterInit.Options.of(ClusterInit.systemId(Instant.now(), 2)));
        copy(other.resolve("pg_wal"), cluster.resolve("pg_wal"));
        copy(other.resolve("global"), cluster.resolve("global"));
        delete(cluster.resolve("pg_replslot"));

        openWalwriter();

        await(() -> failure.get() != null, "the process fails");
        assertThat(failure.getAndSet(null)).isInstanceOf(WalCorruptException.class)
                .hasMessageContaining("is of another cluster");
    }

    @Test
    void a_plain_copy_of_held_files_taken_under_load_starts_and_has_everything() throws Exception {
        SplittableRandom random = new SplittableRandom(4);
        // So small that redo has to wait while the files are held.
        startProcess(new PageStoreOptions(PageStoreOptions.CACHE_PAGES_MIN, 4, 4, 0));
        ServedWalwriter in = openWalwriter();
        awaitConnected();
        commitSome(in, random, 200);

        in.checkpointing().holdFiles(true);
        Path copy = temporary.resolve("copy");
        Map<String, Instant> held = times(cluster.resolve("base"));
        commitSome(in, random, 300);
        assertThatThrownBy(() -> in.checkpointing().holdFiles(true)).isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("no checkpoint now: the data files are held for a copy");
        copy(cluster.resolve("base"), copy.resolve("base"));
        commitSome(in, random, 300);
        assertThat(times(cluster.resolve("base"))).isEqualTo(held);
        in.checkpointing().releaseFiles();

        verify(in);
        copy(cluster.resolve("global"), copy.resolve("global"));
        copy(cluster.resolve("pg_wal"), copy.resolve("pg_wal"));
        verifyEmbedded(copy);
        assertThat(in.checkpointing().checkpoint(true)).isNotNull();
    }

    @Test
    void a_hold_ends_with_its_connection() throws Exception {
        startProcess();
        ServedWalwriter in = openWalwriter();
        awaitConnected();
        commitSome(in, new SplittableRandom(5), 20);
        in.checkpointing().holdFiles(true);
        assertThatThrownBy(() -> in.checkpointing().checkpoint(true)).isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("no checkpoint now");
        closeWalwriter();

        ServedWalwriter next = openWalwriter();
        awaitConnected();
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

    private static void copy(Path from, Path to) throws IOException {
        Files.createDirectories(to);
        try (var files = Files.walk(from)) {
            for (Path file : files.toList()) {
                Path target = to.resolve(from.relativize(file).toString());
                if (Files.isDirectory(file)) {
                    Files.createDirectories(target);
                } else if (Files.isRegularFile(file)) {
                    Files.copy(file, target);
                }
            }
        }
    }
}
