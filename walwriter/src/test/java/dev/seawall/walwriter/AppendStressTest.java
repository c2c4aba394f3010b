package dev.seawall.walwriter;

import static org.assertj.core.api.Assertions.assertThat;

import dev.seawall.wal.Lsn;
import dev.seawall.wal.TimelineId;
import dev.seawall.wal.disk.Disk;
import dev.seawall.wal.disk.LinuxDisk;
import dev.seawall.wal.read.ReadOutcome;
import dev.seawall.wal.read.WalReader;
import dev.seawall.wal.record.RelationId;
import dev.seawall.wal.record.WalRecord;
import dev.seawall.wal.record.body.LogicalMessage;
import dev.seawall.wal.record.body.TransactionRecord;
import dev.seawall.wal.role.SystemWorld;
import dev.seawall.walwriter.segments.SyncMethod;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// Everything at once on real threads, a ring of 64 kB and segments of 1 MiB: what was acknowledged
/// is what a reader that follows sees, whole, and nothing that was aborted.
class AppendStressTest {

    private static final int THREADS = 12;
    private static final long RUN_NANOS = TimeUnit.SECONDS.toNanos(4);
    private static final long LIMIT_SECONDS = 60;
    private static final int BIG_BYTES = 3 << 20;
    private static final int BLOCKS = 64;
    private static final RelationId RELATION = new RelationId(1663, 5, 16384);

    @TempDir
    Path directory;

    private final long seed = System.nanoTime();
    private final AtomicReference<Throwable> failure = new AtomicReference<>();
    /// Xid of each acknowledged commit, and its end.
    private final Map<Integer, Lsn> acknowledged = new ConcurrentHashMap<>();
    private final Set<Integer> aborted = ConcurrentHashMap.newKeySet();
    private final List<CompletableFuture<?>> futures = new ArrayList<>();
    private volatile long end;
    private volatile boolean isQuiet;

    /// What was seen of the log by the one that follows it.
    private final Map<Integer, Lsn> seenCommits = new HashMap<>();
    private final Set<Integer> seenAborts = ConcurrentHashMap.newKeySet();

    @ParameterizedTest
    @EnumSource(value = SyncMethod.class, names = {"FDATASYNC", "OPEN_DATASYNC"})
    void every_acknowledged_commit_is_seen_by_one_that_follows(SyncMethod method) throws Exception {
        Disk disk = new LinuxDisk();
        WalOptions options = WalOptions.DEFAULT.withSyncMethod(method).withBufferBytes(64 << 10)
                .withWalBytes(5 << 20, 40 << 20);
        try (Wal wal = Wal.open(EmptyLog.in(disk, directory, 731), options, disk, new SystemWorld())) {
            wal.extend(RELATION, BLOCKS);
            AtomicReference<Lsn> followed = new AtomicReference<>(EmptyLog.START);
            CountDownLatch clients = new CountDownLatch(THREADS + 2);
            // Not before: to open a log may take its time.
            end = System.nanoTime() + RUN_NANOS;
            for (int t = 0; t < THREADS; t++) {
                Random random = new Random(seed + t);
                start(t % 2 == 0, clients, () -> client(wal, random));
            }
            start(false, clients, () -> report(wal, followed));
            start(true, clients, () -> switchNowAndThen(wal, new Random(seed - 1)));
            CountDownLatch follower = new CountDownLatch(1);
            start(false, follower, () -> follow(wal, followed));

            assertThat(clients.await(LIMIT_SECONDS, TimeUnit.SECONDS)).as("clients end; seed " + seed).isTrue();
            for (CompletableFuture<?> future : futures) {
                future.get(LIMIT_SECONDS, TimeUnit.SECONDS);
            }
            wal.flush(wal.insertLsn());
            isQuiet = true;
            assertThat(follower.await(LIMIT_SECONDS, TimeUnit.SECONDS)).as("follower ends; seed " + seed).isTrue();
            assertThat(failure.get()).as("seed " + seed).isNull();
            assertThat(wal.failure()).as("seed " + seed).isNull();
        }
        assertThat(acknowledged).as("seed " + seed).isNotEmpty();
        assertThat(seenCommits).as("seed " + seed).isEqualTo(acknowledged);
        assertThat(seenAborts).as("seed " + seed).isEqualTo(aborted);
    }

    private interface Work {
        void run() throws Exception;
    }

    private void start(boolean isVirtual, CountDownLatch done, Work work) {
        Thread.Builder builder = isVirtual ? Thread.ofVirtual() : Thread.ofPlatform().daemon();
        builder.start(() -> {
            try {
                work.run();
            } catch (Throwable t) {
                failure.compareAndSet(null, t);
            } finally {
                done.countDown();
            }
        });
    }

    private boolean isRunning() {
        return System.nanoTime() < end && failure.get() == null;
    }

    private void client(Wal wal, Random random) {
        while (isRunning()) {
            try (Transaction transaction = wal.begin()) {
                int xid = (int) transaction.xid();
                transaction.message("app", content(xid, random));
                if (random.nextInt(3) == 0) {
                    writePages(transaction, random);
                }
                switch (random.nextInt(10)) {
                    case 0 -> {
                        transaction.abort();
                        aborted.add(xid);
                    }
                    case 1, 2, 3 -> acknowledge(xid, transaction.commitAsync());
                    default -> acknowledged.put(xid, transaction.commit());
                }
            }
        }
    }

    private void acknowledge(int xid, CompletableFuture<Lsn> commit) {
        CompletableFuture<?> known = commit.thenAccept(at -> acknowledged.put(xid, at));
        synchronized (futures) {
            futures.add(known);
        }
    }

    /// Bytes that tell whose they are, wherever they are cut.
    private static ByteBuffer content(int xid, Random random) {
        int bytes = switch (random.nextInt(60)) {
            case 0 -> 1 + random.nextInt(BIG_BYTES);
            case 1, 2, 3, 4 -> 1 + random.nextInt(200_000);
            default -> random.nextInt(2_000);
        };
        byte[] content = new byte[bytes];
        Arrays.fill(content, (byte) xid);
        return ByteBuffer.wrap(content);
    }

    private static void writePages(Transaction transaction, Random random) {
        int writes = random.nextInt(20) == 0 ? 300 : 1 + random.nextInt(12);
        for (int i = 0; i < writes; i++) {
            transaction.write(RELATION, random.nextInt(BLOCKS), 24 + random.nextInt(1_000),
                    ByteBuffer.allocate(1 + random.nextInt(7_000)));
        }
    }

    private void switchNowAndThen(Wal wal, Random random) throws InterruptedException {
        while (isRunning()) {
            Thread.sleep(1 + random.nextInt(60));
            Lsn at = wal.switchSegment();
            assertThat(wal.flushLsn().isAtLeast(at)).isTrue();
        }
    }

    /// What a checkpointer would: a redo point that somebody's redo has passed, and older log goes.
    private void report(Wal wal, AtomicReference<Lsn> followed) throws Exception {
        while (isRunning()) {
            Thread.sleep(30);
            Lsn at = wal.layout().startOf(followed.get());
            wal.checkpointed(new CheckpointReport(EmptyLog.SYSTEM_ID, TimelineId.FIRST, at));
        }
    }

    private void follow(Wal wal, AtomicReference<Lsn> followed) throws Exception {
        try (WalReader reader = wal.read(EmptyLog.START)) {
            while (failure.get() == null) {
                boolean isLast = isQuiet;
                reader.limit(wal.flushLsn());
                while (reader.next() instanceof ReadOutcome.Complete(WalRecord record, _)) {
                    see(record);
                    followed.set(record.start());
                }
                if (isLast) {
                    return;
                }
                Thread.sleep(1);
            }
        }
    }

    private void see(WalRecord record) throws Exception {
        if (TransactionRecord.isCommit(record)) {
            assertThat(seenCommits.put(record.xid(), record.end())).as("commits of " + record.xid()).isNull();
        } else if (TransactionRecord.isAbort(record)) {
            seenAborts.add(record.xid());
        } else if (LogicalMessage.is(record) && record.xid() != 0) {
            ByteBuffer content = LogicalMessage.decode(record).content();
            while (content.hasRemaining()) {
                if (content.get() != (byte) record.xid()) {
                    throw new AssertionError("foreign bytes in the message at " + record.start());
                }
            }
        }
    }
}
