package dev.seawall.walwriter.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.seawall.settings.ServerSettings;
import dev.seawall.walwriter.sender.Replication;
import dev.seawall.walwriter.server.Abuse.Kind;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// Clients that misbehave in every way there is, thousands of them, and one beside them that commits.
///
/// `-Dseawall.abuse=N` tries each kind N times as often.
@Timeout(600)
final class ProtocolAbuseTest {

    private static final int TIMES = Integer.getInteger("seawall.abuse", 1);
    private static final int CROWD = 1000;
    private static final int ATTACKERS = 8;
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final Duration WRITE_TIMEOUT = Duration.ofSeconds(2);

    @TempDir
    Path directory;

    private final long seed = Long.getLong("seawall.seed", System.nanoTime() & 0xFFFF_FFFFL);
    private final Map<String, Integer> tried = new TreeMap<>();
    private final List<RawClient> kept = new ArrayList<>();

    private ServedLog serve() throws IOException {
        return ServedLog.create(directory, settings -> settings
                .with(ServerSettings.MAX_CONNECTIONS, CROWD + 200)
                .with(ServerSettings.CLIENT_WRITE_TIMEOUT, WRITE_TIMEOUT)
                .with(ServerSettings.AUTHENTICATION_TIMEOUT, Duration.ofSeconds(20)), parts -> {
            Replication replication = new Replication(parts.wal(), parts.slots(), parts.subscriptions(), parts.disk(),
                    parts.world(), parts.directory(), 10, () -> Duration.ofSeconds(2),
                    task -> Thread.ofVirtual().start(task));
            return new ServedLog.Streaming(List.of(replication), replication);
        });
    }

    @Test
    void a_client_that_commits_beside_all_this_does_not_notice() throws Exception {
        System.out.println("protocol abuse, seed " + seed);
        try (ServedLog served = serve()) {
            int before;
            // Classes, pools and the like: what is there after some of it is there for good.
            attack(served, 1, 20);
            tried.clear();
            try (Bystander alone = new Bystander(served.socket(), 0)) {
                LockSupport.parkNanos(Duration.ofSeconds(1).toNanos());
                alone.stop();
                before = alone.acknowledged();
                System.out.println("without abuse: " + alone);
            }
            awaitNobody(served);
            Footprint footprint = Footprint.now();

            int beside;
            try (Bystander bystander = new Bystander(served.socket(), before)) {
                crowd(served);
                Map<String, Integer> ends = attack(served, TIMES, 1);
                System.out.println("ends of the connections: " + ends);
                assertCrowdIsServed();
                bystander.stop();
                beside = bystander.acknowledged();
                System.out.println("with abuse:    " + bystander);
            }
            for (RawClient client : kept) {
                client.close();
            }
            kept.clear();
            System.out.println("tried: " + tried + ", " + tried.values().stream().mapToInt(i -> i).sum() + " in all");

            assertThat(beside).as("commits beside the abuse").isGreaterThan(100);
            awaitNobody(served);
            assertBackTo(footprint);
            List<String> committed = LogContent.committed(directory, served.wal(), Bystander.PREFIX);
            assertThat(committed).isEqualTo(IntStream.range(0, before + beside).mapToObj(String::valueOf).toList());
            try (RawClient late = RawClient.loggedIn(served.socket())) {
                assertThat(RawClient.types(late.ask("select pg_current_wal_lsn()"))).isEqualTo("TDCZ");
            }
        }
    }

    private void tried(String kind, int count) {
        tried.merge(kind, count, Integer::sum);
    }

    /// Connections that stay: idle ones, ones that never log in, ones that stopped in the middle.
    private void crowd(ServedLog served) throws IOException {
        for (int i = 0; i < CROWD; i++) {
            kept.add(RawClient.loggedIn(served.socket()));
        }
        tried("logged in and idle", CROWD);
        for (int i = 0; i < CROWD; i++) {
            kept.add(RawClient.connect(served.socket()));
        }
        tried("never logged in", CROWD);
        for (int i = 0; i < 50; i++) {
            RawClient half = RawClient.loggedIn(served.socket());
            half.send(Packet.of('Q').raw("sel".getBytes(java.nio.charset.StandardCharsets.US_ASCII)).bytes(1000 + i));
            kept.add(half);
        }
        tried("stopped within a message", 50);
    }

    private void assertCrowdIsServed() throws IOException {
        for (RawClient client : kept.subList(0, CROWD)) {
            assertThat(RawClient.types(client.ask("show port"))).isEqualTo("TDCZ");
        }
    }

    /// @param divisor for a part of it
    private Map<String, Integer> attack(ServedLog served, int times, int divisor) throws Exception {
        Abuse abuse = new Abuse(served.socket());
        List<Thread> slow = divisor > 1 ? List.of() : slowOnes(served);
        ConcurrentLinkedQueue<Runnable> attacks = new ConcurrentLinkedQueue<>();
        ConcurrentLinkedQueue<Throwable> failures = new ConcurrentLinkedQueue<>();
        List<Runnable> ordered = new ArrayList<>();
        for (Kind kind : abuse.kinds()) {
            int count = kind.count() * times / divisor;
            tried(kind.name(), count);
            for (int i = 0; i < count; i++) {
                long own = seed + kind.name().hashCode() + i;
                ordered.add(() -> {
                    try {
                        kind.attack().run(new Random(own));
                    } catch (IOException | RuntimeException | AssertionError e) {
                        failures.add(new AssertionError(kind.name() + ", random numbers of " + own + ": " + e, e));
                    }
                });
            }
        }
        java.util.Collections.shuffle(ordered, new Random(seed));
        attacks.addAll(ordered);
        List<Thread> threads = new ArrayList<>(slow);
        for (int i = 0; i < ATTACKERS; i++) {
            threads.add(Thread.ofPlatform().name("attacker-" + i).daemon().start(() -> {
                for (Runnable attack = attacks.poll(); attack != null; attack = attacks.poll()) {
                    attack.run();
                }
            }));
        }
        for (Thread thread : threads) {
            assertThat(thread.join(PATIENCE.multipliedBy(times))).as("%s has ended", thread).isTrue();
        }
        assertThat(failures).as("seed " + seed).isEmpty();
        assertThat(slowFailures).as("seed " + seed).isEmpty();
        return abuse.ends();
    }

    private final ConcurrentLinkedQueue<Throwable> slowFailures = new ConcurrentLinkedQueue<>();

    private Thread slow(String name, int count, Abuse.Attack attack) {
        tried(name, count);
        AtomicInteger number = new AtomicInteger();
        List<Thread> each = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            each.add(Thread.ofPlatform().daemon().unstarted(() -> {
                try {
                    attack.run(new Random(seed + number.getAndIncrement()));
                } catch (IOException | RuntimeException | AssertionError e) {
                    if (!(e instanceof IOException io && RawClient.isReset(io))) {
                        slowFailures.add(new AssertionError(name + ": " + e, e));
                    }
                }
            }));
        }
        return Thread.ofPlatform().name(name).daemon().start(() -> {
            each.forEach(Thread::start);
            for (Thread thread : each) {
                try {
                    thread.join();
                } catch (InterruptedException e) {
                    throw new AssertionError(e);
                }
            }
        });
    }

    private List<Thread> slowOnes(ServedLog served) {
        Path socket = served.socket();
        return List.of(
                slow("writes a byte at a time", 20, random -> slowWriter(socket)),
                slow("asks for much and never reads", 10, random -> neverReads(socket)),
                slow("pipelines 100,000 queries without reading", 2, random -> pipeline(socket)),
                slow("prepares 10,000 statements", 2, random -> prepares(socket)),
                slow("sends messages of 8 MiB", 20, random -> large(socket)),
                slow("connects and hangs up 500 times", 4, random -> flood(socket)));
    }

    private static void slowWriter(Path socket) throws IOException {
        byte[] all = Packet.join(Packet.startup(RawClient.VERSION_3_0, "user", "slow"), Packet.query("show port"),
                Packet.terminate());
        try (RawClient client = RawClient.connect(socket)) {
            for (byte single : all) {
                client.send(new byte[] {single});
                LockSupport.parkNanos(Duration.ofMillis(60).toNanos());
            }
            assertThat(RawClient.types(client.rest())).endsWith("ZTDCZ");
        }
    }

    private static void neverReads(Path socket) throws IOException {
        try (RawClient client = RawClient.loggedIn(socket)) {
            client.send(Packet.query("select repeat('a', 10000000)"));
            // The server's words until it gave up waiting for us; then it hung up in the middle.
            LockSupport.parkNanos(WRITE_TIMEOUT.plusSeconds(2).toNanos());
            client.endRaw();
        }
    }

    private static void pipeline(Path socket) throws IOException {
        byte[] query = Packet.query("select pg_current_wal_lsn()");
        byte[] many = Packet.join(java.util.Collections.nCopies(1000, query).toArray(byte[][]::new));
        try (RawClient client = RawClient.loggedIn(socket)) {
            for (int i = 0; i < 100; i++) {
                client.send(many);
            }
        }
    }

    private static void prepares(Path socket) throws IOException {
        try (RawClient client = RawClient.loggedIn(socket)) {
            for (int i = 0; i < 10; i++) {
                for (int j = 0; j < 1000; j++) {
                    client.send(Packet.parse("statement " + i + " " + j, "select " + j + ", 'a'"));
                }
                assertThat(RawClient.types(client.ask(Packet.sync()))).isEqualTo("1".repeat(1000) + "Z");
            }
            assertThat(RawClient.error(client.ask(Packet.parse("one more", "select 1"),
                    Packet.sync()))).isEqualTo("53400");
            assertThat(RawClient.types(client.ask("select 1"))).isEqualTo("TDCZ");
        }
    }

    private static void large(Path socket) throws IOException {
        try (RawClient client = RawClient.loggedIn(socket)) {
            String text = "select pg_logical_emit_message(true, 'abuse', '" + "a".repeat(8 << 20) + "')";
            assertThat(RawClient.types(client.ask(text))).isEqualTo("TDCZ");
        }
    }

    private static void flood(Path socket) throws IOException {
        for (int i = 0; i < 500; i++) {
            RawClient.connect(socket).close();
        }
    }

    private static void awaitNobody(ServedLog served) {
        assertThat(served.server().awaitAll(PATIENCE)).as("all connections have ended").isTrue();
        assertThat(served.server().backends().clients()).isZero();
    }

    private void assertBackTo(Footprint before) throws IOException {
        Footprint after = Footprint.now();
        long end = System.nanoTime() + PATIENCE.toNanos();
        while (!isNear(after, before) && System.nanoTime() < end) {
            LockSupport.parkNanos(Duration.ofMillis(200).toNanos());
            after = Footprint.now();
        }
        System.out.println("before: " + before + "; after: " + after);
        assertThat(isNear(after, before)).as("before %s, after %s, seed %d", before, after, seed).isTrue();
    }

    private static boolean isNear(Footprint after, Footprint before) {
        return after.threads() <= before.threads() + 4 && after.heapBytes() < before.heapBytes() + (16 << 20)
                && after.descriptors() <= before.descriptors() + 8;
    }
}
