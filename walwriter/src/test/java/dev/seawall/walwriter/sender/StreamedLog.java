package dev.seawall.walwriter.sender;

import dev.seawall.settings.Settings;
import dev.seawall.wal.Lsn;
import dev.seawall.wal.PageLayout;
import dev.seawall.wal.SegmentName;
import dev.seawall.wal.SegmentNumber;
import dev.seawall.wal.disk.LinuxDisk;
import dev.seawall.walwriter.Wal;
import dev.seawall.walwriter.client.Address;
import dev.seawall.walwriter.client.Login;
import dev.seawall.walwriter.client.WireClient;
import dev.seawall.walwriter.server.ServedLog;
import dev.seawall.walwriter.slots.ReplicationSlots;
import dev.seawall.walwriter.start.ClusterInit;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// A served log whose streaming is on, in a directory that goes with it.
final class StreamedLog implements AutoCloseable {

    private final Path home;
    private final boolean isOwner;
    private final AtomicReference<@Nullable Replication> made = new AtomicReference<>();
    private final Duration timeout;
    private final ServedLog served;

    /// @param segmentBytes 0: there is a cluster
    private StreamedLog(Path home, int segmentBytes, Duration timeout, UnaryOperator<Settings> settings)
            throws IOException {
        this.home = home;
        this.isOwner = segmentBytes > 0;
        this.timeout = timeout;
        Path cluster = home.resolve("c");
        if (segmentBytes > 0) {
            ClusterInit.create(new LinuxDisk(), cluster, ClusterInit.Options.of(7_000_000_000_000_000_001L,
                    new PageLayout(segmentBytes)), Instant.now());
        }
        this.served = ServedLog.open(cluster, settings, this::streaming);
    }

    /// A new one with segments of 1 MiB, so that there are soon many.
    static StreamedLog create() throws IOException {
        return create(PageLayout.SEGMENT_BYTES_MIN, Duration.ofMinutes(1));
    }

    static StreamedLog create(int segmentBytes, Duration timeout) throws IOException {
        // Short, because a Unix socket's path may have only 107 bytes.
        return new StreamedLog(Files.createTempDirectory(Path.of("/tmp"), "swstr"), segmentBytes, timeout,
                UnaryOperator.identity());
    }

    /// A new one with segments of 1 MiB.
    static StreamedLog create(UnaryOperator<Settings> settings) throws IOException {
        return new StreamedLog(Files.createTempDirectory(Path.of("/tmp"), "swstr"), PageLayout.SEGMENT_BYTES_MIN,
                Duration.ofMinutes(1), settings);
    }

    /// The same cluster, once it was closed, as another process would open it. The first one removes it.
    StreamedLog reopen() throws IOException {
        return new StreamedLog(home, 0, timeout, UnaryOperator.identity());
    }

    private ServedLog.Streaming streaming(ServedLog.Parts parts) {
        Replication replication = new Replication(parts.wal(), parts.slots(), parts.subscriptions(), parts.disk(),
                parts.world(), parts.directory(), 10, () -> timeout, task -> Thread.ofVirtual().start(task));
        made.set(replication);
        return new ServedLog.Streaming(List.of(replication), replication);
    }

    Replication replication() {
        Replication replication = made.get();
        if (replication == null) {
            throw new AssertionError("not opened");
        }
        return replication;
    }

    ServedLog served() {
        return served;
    }

    Wal wal() {
        return served.wal();
    }

    ReplicationSlots slots() {
        return served.slots();
    }

    /// A directory beside the cluster, made.
    Path beside(String name) throws IOException {
        return Files.createDirectories(home.resolve(name));
    }

    WireClient connect() throws IOException {
        return WireClient.connect(new Address.UnixSocket(served.socket()),
                Login.of("tester", "test").withReplication(Login.Replication.PHYSICAL));
    }

    /// Logs a message, durably.
    Lsn append(int bytes) {
        Lsn end = wal().message("app", ByteBuffer.allocate(bytes));
        wal().flush(end);
        return end;
    }

    /// Clients that commit until it is closed.
    AutoCloseable committing(int clients) {
        AtomicBoolean isStopping = new AtomicBoolean();
        List<Thread> threads = new ArrayList<>();
        for (int i = 0; i < clients; i++) {
            int bytes = 100 + 700 * i;
            threads.add(Thread.ofVirtual().start(() -> {
                while (!isStopping.get()) {
                    append(bytes);
                }
            }));
        }
        return () -> {
            isStopping.set(true);
            for (Thread thread : threads) {
                thread.join();
            }
        };
    }

    String segment(Lsn lsn) {
        return new SegmentName(wal().history().timeline(), wal().layout().segmentOf(lsn)).fileName(wal().layout());
    }

    byte[] file(String segment) throws IOException {
        return Files.readAllBytes(served.directory().resolve("pg_wal").resolve(segment));
    }

    /// The log's bytes as its files have them.
    byte[] bytes(Lsn from, Lsn to) throws IOException {
        byte[] all = new byte[(int) to.minus(from)];
        for (int at = 0; at < all.length; ) {
            Lsn lsn = from.plus(at);
            int offset = wal().layout().offsetInSegment(lsn);
            int count = Math.min(all.length - at, wal().layout().segmentBytes() - offset);
            System.arraycopy(file(segment(lsn)), offset, all, at, count);
            at += count;
        }
        return all;
    }

    Lsn startOf(String segment) {
        SegmentNumber number = SegmentName.parse(segment, wal().layout()).orElseThrow().number();
        return wal().layout().startOf(number);
    }

    /// What differs first between a stored segment, whole or zero-padded behind `end`, and ours; empty if nothing.
    String difference(String segment, byte[] stored, Lsn end) throws IOException {
        byte[] ours = file(segment);
        Lsn to = Lsn.min(end, startOf(segment).plus(ours.length));
        int count = (int) Math.max(0, to.minus(startOf(segment)));
        int at = Arrays.mismatch(ours, 0, count, stored, 0, Math.min(count, stored.length));
        return at < 0 ? "" : segment + " differs at offset " + at + " of " + count;
    }

    @Override
    public void close() throws IOException {
        try (Replication _ = replication()) {
            served.close();
        }
        if (isOwner) {
            try (Stream<Path> files = Files.walk(home)) {
                for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                    Files.delete(file);
                }
            }
        }
    }

    /// Closes the cluster and leaves its files, for [#reopen].
    void stop() throws IOException {
        try (Replication _ = replication()) {
            served.close();
        }
    }
}
