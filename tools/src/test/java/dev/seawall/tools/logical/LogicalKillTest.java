package dev.seawall.tools.logical;

import static org.assertj.core.api.Assertions.assertThat;

import dev.seawall.tools.Captured;
import dev.seawall.tools.Directories;
import dev.seawall.tools.control.RunningDaemon;
import dev.seawall.tools.daemon.DaemonRole;
import dev.seawall.tools.walctl.Walctl;
import dev.seawall.walwriter.client.Address;
import dev.seawall.walwriter.client.Login;
import dev.seawall.walwriter.client.WireClient;
import dev.seawall.walwriter.wire.SqlException;
import dev.seawall.witness.PostgresPrograms;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/// kill -9 of the walwriter and of pg_recvlogical in turn, under commits and aborts.
///
/// `-Dseawall.logical.kills=50` makes a longer run of it.
@Timeout(value = 20, unit = TimeUnit.MINUTES, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
final class LogicalKillTest {

    private static final int KILLS = Integer.getInteger("seawall.logical.kills", 4);
    private static final Pattern MESSAGE = Pattern.compile(
            "\\{\"action\":\"M\".*\"lsn\":\"([0-9A-F/]+)\".*\"content\":\"(\\w+)\"\\}");

    private final List<String> acknowledged = new ArrayList<>();
    private final Set<String> unknown = new HashSet<>();
    private final List<Path> received = new ArrayList<>();
    private Path home;
    private Path cluster;
    private int next;

    @BeforeEach
    void begin() throws IOException {
        // Short, for the socket's path.
        home = Files.createTempDirectory(Path.of("/tmp"), "swk");
        cluster = home.resolve("c");
        walctl("init", "--wal-sync-method", "fdatasync");
        Files.writeString(cluster.resolve("seawall.conf"), """
                listen_addresses = ''
                min_wal_size = 32MB
                max_wal_size = 64MB
                checkpoint_timeout = 5s
                logical_decoding_work_mem = 64kB
                """, StandardOpenOption.APPEND);
        walctl("start");
    }

    @AfterEach
    void end() throws IOException {
        try {
            if (!RunningDaemon.all(cluster).isEmpty()) {
                walctl("stop", "-m", "immediate");
            }
        } finally {
            Directories.remove(home);
        }
    }

    private void walctl(String... command) {
        List<String> arguments = new ArrayList<>(List.of(command));
        arguments.addAll(1, List.of("-D", cluster.toString()));
        Captured ran = Captured.run(new Walctl(), arguments.toArray(String[]::new));
        assertThat(ran.code()).as("walctl %s: %s%s", arguments, ran.out(), ran.err()).isZero();
    }

    private WireClient connect() throws IOException {
        return WireClient.connect(new Address.UnixSocket(cluster.resolve(".s.PGSQL.5432")),
                Login.of(System.getProperty("user.name"), "test").withTimeout(Duration.ofSeconds(20)));
    }

    private List<String> recvlogical(String... arguments) {
        List<String> command = new ArrayList<>(List.of(PostgresPrograms.find("pg_recvlogical").toString(),
                "-h", cluster.toString(), "-U", System.getProperty("user.name"), "-d", "postgres", "--slot", "k"));
        command.addAll(List.of(arguments));
        return command;
    }

    private Process receive() throws IOException {
        Path file = home.resolve("received." + received.size());
        received.add(file);
        return new ProcessBuilder(recvlogical("--start", "-f", file.toString(), "-F", "1", "-s", "1"))
                .redirectErrorStream(true).redirectOutput(home.resolve("out").toFile()).start();
    }

    @Test
    void every_acknowledged_commit_is_received_in_order_and_no_aborted_one() throws Exception {
        long seed = System.nanoTime() % 1_000_000;
        System.out.println("logical kills with seed " + seed);
        SplittableRandom random = new SplittableRandom(seed);
        PostgresPrograms.execute(recvlogical("--create-slot", "-P", "seawall_json"), Map.of()).orFail();
        Process receiver = receive();
        for (int kill = 0; kill < KILLS; kill++) {
            Thread victim = Thread.ofPlatform().start(kill % 2 == 0 ? () -> kill(random.nextInt(300)) : () -> { });
            commits(random);
            victim.join();
            if (kill % 2 == 1) {
                receiver.destroyForcibly().waitFor();
            } else {
                walctl("start");
            }
            if (!receiver.isAlive()) {
                receiver = receive();
            }
        }
        commits(random);
        receiver.destroyForcibly().waitFor();
        // The slot is free when its walwriter has seen the connection end.
        String end;
        try (WireClient client = connect()) {
            while (client.query("select active from pg_replication_slots where slot_name = 'k'").value().equals("t")) {
                Thread.onSpinWait();
            }
            end = client.query("select pg_current_wal_flush_lsn()").value();
        }
        Path last = home.resolve("received.last");
        received.add(last);
        PostgresPrograms.execute(recvlogical("--start", "-f", last.toString(), "-E", end), Map.of()).orFail();
        check();
    }

    private void kill(int afterMillis) {
        LockSupport.parkNanos(Duration.ofMillis(afterMillis).toNanos());
        try {
            RunningDaemon.find(cluster, DaemonRole.WALWRITER)
                    .flatMap(daemon -> ProcessHandle.of(daemon.process().pid()))
                    .ifPresent(process -> {
                        process.destroyForcibly();
                        process.onExit().join();
                    });
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /// Until it has done enough, or the server is gone.
    private void commits(SplittableRandom random) {
        String content = "";
        try (WireClient client = connect()) {
            for (int i = 0; i < 150; i++) {
                content = "m" + next++ + "x".repeat(random.nextInt(50));
                client.query("begin");
                client.query("select pg_logical_emit_message(true, 'k', '" + content + "')");
                if (random.nextInt(4) == 0) {
                    client.query("rollback");
                } else {
                    unknown.add(content);
                    client.query("commit");
                    unknown.remove(content);
                    acknowledged.add(content);
                }
            }
        } catch (IOException | SqlException e) {
            // Killed in the middle: what was under way is known when it was received, or was not.
            assertThat(e).isNotNull();
        }
    }

    private void check() throws IOException {
        Map<String, String> byPosition = new LinkedHashMap<>();
        for (Path file : received) {
            for (String line : Files.exists(file) ? Files.readAllLines(file) : List.<String>of()) {
                Matcher message = MESSAGE.matcher(line);
                if (message.matches()) {
                    byPosition.putIfAbsent(message.group(1), message.group(2));
                }
            }
        }
        List<String> known = new ArrayList<>(byPosition.values());
        known.removeAll(unknown);
        assertThat(known).containsExactlyElementsOf(acknowledged);
    }
}
