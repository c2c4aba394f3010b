package dev.seawall.checkpointer.process;

import static org.assertj.core.api.Assertions.assertThat;

import dev.seawall.checkpointer.CheckpointOptions;
import dev.seawall.checkpointer.pages.PageStoreOptions;
import dev.seawall.embedded.Seawall;
import dev.seawall.embedded.SeawallOptions;
import dev.seawall.recovery.LedgerEngine;
import dev.seawall.recovery.redo.HeldLimits;
import dev.seawall.wal.ControlFile;
import dev.seawall.wal.Lsn;
import dev.seawall.wal.disk.Disk;
import dev.seawall.wal.disk.LinuxDisk;
import dev.seawall.wal.record.RelationId;
import dev.seawall.wal.role.SystemWorld;
import dev.seawall.wal.role.World;
import dev.seawall.walwriter.Transaction;
import dev.seawall.walwriter.WalOptions;
import dev.seawall.walwriter.start.ClusterInit;
import dev.seawall.walwriter.start.ControlStore;
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

/// A walwriter and a checkpointer as processes would be, in one JVM, over the real server's Unix socket on a
/// real disk; and what was acknowledged, to compare with.
final class TwoProcesses implements AutoCloseable {

    static final RelationId RELATION = new RelationId(1663, 5, 16384);
    static final int BLOCKS = 40;
    private static final Duration LONG = Duration.ofSeconds(20);

    final Disk disk = new LinuxDisk();
    final World world = new SystemWorld();
    final AtomicReference<@Nullable Throwable> failure = new AtomicReference<>();
    final Path temporary;
    final Path cluster;
    @Nullable ServedWalwriter walwriter;
    @Nullable CheckpointerProcess process;
    private final Map<Integer, String> pages = new TreeMap<>();
    private final Map<String, Long> balances = new TreeMap<>();
    private LedgerEngine ledger = new LedgerEngine();

    /// A new cluster.
    TwoProcesses() throws IOException {
        // A socket's path must be short.
        temporary = Files.createTempDirectory(Path.of("/tmp"), "link");
        cluster = temporary.resolve("c");
        Seawall.init(disk, world, cluster, ClusterInit.Options.of(ClusterInit.systemId(Instant.now(), 1)));
    }

    /// Ends both and removes everything; fails if the checkpointer's failed unseen.
    @Override
    public void close() throws IOException {
        try {
            closeProcess();
            closeWalwriter();
            assertThat(failure.get()).as("failure of the process").isNull();
        } finally {
            delete(temporary);
        }
    }

    static void delete(Path directory) throws IOException {
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

    ServedWalwriter openWalwriter() throws IOException {
        ServedWalwriter opened = ServedWalwriter.open(disk, world, cluster, WalOptions.DEFAULT);
        walwriter = opened;
        return opened;
    }

    void closeWalwriter() throws IOException {
        if (walwriter != null) {
            walwriter.close();
            walwriter = null;
        }
    }

    CheckpointerProcess startProcess() {
        return startProcess(PageStoreOptions.of(1 << 20, 0));
    }

    CheckpointerProcess startProcess(PageStoreOptions options) {
        ProcessOptions all = new ProcessOptions(new CheckpointOptions(Duration.ofMinutes(5), 1L << 30, 0.5),
                options, HeldLimits.DEFAULT, 64 << 10, () -> Duration.ZERO);
        CheckpointerProcess started = CheckpointerProcess.start(disk, world, world, cluster, all, () -> {
            ledger = new LedgerEngine();
            return List.of(ledger);
        }, ServedWalwriter.at(cluster), new CheckpointerProcess.Host(failure::set, () -> { }));
        process = started;
        return started;
    }

    void closeProcess() throws IOException {
        if (process != null) {
            process.close();
            process = null;
        }
    }

    void await(BooleanSupplier condition, String what) {
        boolean holds = world.park(condition, 1) || awaitSlowly(condition);
        assertThat(holds).as(what + "; failure: " + failure.get()).isTrue();
    }

    private boolean awaitSlowly(BooleanSupplier condition) {
        long end = System.nanoTime() + LONG.toNanos();
        while (!condition.getAsBoolean() && System.nanoTime() < end) {
            world.park(() -> false, 2_000_000);
        }
        return condition.getAsBoolean();
    }

    void awaitConnected() {
        ServedWalwriter there = walwriter;
        await(() -> there.checkpointing().isConnected(), "a checkpointer is connected");
    }

    private static ByteBuffer bytes(String text) {
        return ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8));
    }

    /// An acknowledged transaction: a page and an account.
    void commit(ServedWalwriter in, int block, String text, String account, long amount) {
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

    void commitSome(ServedWalwriter in, SplittableRandom random, int count) {
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
    void verify(ServedWalwriter in) throws IOException {
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
    void verifyEmbedded(Path directory) throws IOException {
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

    ControlFile controlFile() throws IOException {
        try (ControlStore control = ControlStore.open(disk, cluster)) {
            return control.controlFile();
        }
    }

    void startProcessAgain() throws IOException {
        if (process == null) {
            startProcess();
        }
    }

    static void copy(Path from, Path to) throws IOException {
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
