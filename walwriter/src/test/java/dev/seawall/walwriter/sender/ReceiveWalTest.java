package dev.seawall.walwriter.sender;

import static org.assertj.core.api.Assertions.assertThat;

import dev.seawall.wal.Lsn;
import dev.seawall.wal.PageLayout;
import dev.seawall.witness.PostgresPrograms;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// PostgreSQL's pg_receivewal as the receiver: what it stores must be our files, byte for byte.
final class ReceiveWalTest {

    private static final long PATIENCE_SECONDS = 60;

    private StreamedLog log;
    private final List<Process> started = new ArrayList<>();

    @BeforeEach
    void open() throws IOException {
        log = StreamedLog.create();
    }

    @AfterEach
    void close() throws IOException {
        started.forEach(Process::destroyForcibly);
        log.close();
    }

    private Process receive(String... arguments) throws IOException {
        List<String> command = new ArrayList<>(List.of(PostgresPrograms.find("pg_receivewal").toString(), "-h",
                log.served().directory().toString(), "-p", "5432", "-U", "tester", "-v"));
        command.addAll(List.of(arguments));
        Path said = log.beside("said").resolve("receiver" + started.size());
        ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(said.toFile());
        builder.environment().put("LC_ALL", "C");
        Process process = builder.start();
        started.add(process);
        return process;
    }

    /// A receiver that has begun: what is logged from now on is its.
    private Process follow(String... arguments) throws Exception {
        Process receiver = receive(arguments);
        await("it to begin", () -> !log.replication().list().isEmpty());
        return receiver;
    }

    private String said(Process process) throws IOException {
        return Files.readString(log.beside("said").resolve("receiver" + started.indexOf(process)));
    }

    /// Ends it as a person would.
    private void interrupt(Process process) throws Exception {
        new ProcessBuilder("kill", "-INT", String.valueOf(process.pid())).start().waitFor();
        assertThat(process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS)).isTrue();
        assertThat(process.exitValue()).as(said(process)).isZero();
    }

    private void await(String what, Condition condition) throws Exception {
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(PATIENCE_SECONDS);
        while (!condition.holds()) {
            assertThat(System.nanoTime()).as("waited for " + what).isLessThan(end);
            Thread.sleep(10);
            Process last = started.getLast();
            assertThat(last.isAlive()).as("waited for " + what + "\n" + said(last)).isTrue();
        }
    }

    private interface Condition {
        boolean holds() throws Exception;
    }

    private static List<String> files(Path directory) throws IOException {
        try (Stream<Path> entries = Files.list(directory)) {
            return entries.map(entry -> entry.getFileName().toString()).sorted().toList();
        }
    }

    private void awaitNobody() throws InterruptedException {
        while (!log.replication().list().isEmpty()) {
            Thread.sleep(10);
        }
    }

    /// Waits until the receiver has written all there is now.
    private Lsn awaitReceived(Path into) throws Exception {
        Lsn end = log.wal().flushLsn();
        await("all to be received", () -> {
            Path partial = into.resolve(log.segment(end) + ".partial");
            return Files.exists(partial)
                    && log.difference(log.segment(end), Files.readAllBytes(partial), end).isEmpty();
        });
        return end;
    }

    /// Commits until so many more segments are full.
    private void fill(int segments) throws Exception {
        Lsn target = log.wal().flushLsn().plus((long) segments * log.wal().layout().segmentBytes());
        try (AutoCloseable _ = log.committing(8)) {
            while (log.wal().flushLsn().isBefore(target)) {
                log.append(200_000);
            }
        }
    }

    private void assertStored(Path directory, Lsn end) throws IOException {
        int whole = 0;
        for (String file : files(directory)) {
            if (file.equals("archive_status")) {
                continue;
            }
            byte[] stored;
            try (var in = Files.newInputStream(directory.resolve(file));
                    var plain = file.contains(".gz") ? new GZIPInputStream(in) : in) {
                stored = plain.readAllBytes();
            }
            String segment = file.substring(0, 24);
            boolean isPartial = file.contains("partial");
            whole += isPartial ? 0 : 1;
            assertThat(log.difference(segment, stored, isPartial ? end : Lsn.MAX)).isEmpty();
            if (!isPartial) {
                assertThat(stored).hasSize(log.wal().layout().segmentBytes());
            }
        }
        assertThat(whole).isGreaterThan(0);
    }

    @Test
    void segments_are_stored_byte_for_byte_under_concurrent_commits() throws Exception {
        log.close();
        log = StreamedLog.create(PageLayout.SEGMENT_BYTES_DEFAULT, Duration.ofMinutes(1));
        Path into = log.beside("wal");
        Process receiver = follow("-D", into.toString());
        fill(3);
        log.wal().switchSegment();
        log.append(1000);
        Lsn end = awaitReceived(into);
        interrupt(receiver);

        assertThat(files(into)).hasSizeGreaterThanOrEqualTo(4);
        assertStored(into, end);
    }

    @Test
    void a_slot_is_made_followed_and_dropped() throws Exception {
        Path into = log.beside("wal");
        assertThat(receive("--slot=s1", "--create-slot").waitFor()).isZero();
        assertThat(log.slots().find("s1")).isPresent();
        Process again = receive("--slot=s1", "--create-slot");
        assertThat(again.waitFor()).isEqualTo(1);
        assertThat(said(again)).contains("replication slot \"s1\" already exists");
        Process receiver = follow("-D", into.toString(), "--slot=s1", "--synchronous");
        fill(2);
        Lsn end = awaitReceived(into);
        await("the slot to follow", () -> log.slots().find("s1").orElseThrow().restart().isAtLeast(end));
        Process inUse = receive("--slot=s1", "--drop-slot");
        assertThat(inUse.waitFor()).isEqualTo(1);
        assertThat(said(inUse)).contains("replication slot \"s1\" is active for PID");
        interrupt(receiver);
        assertStored(into, end);
        await("the slot to be free", () -> log.slots().find("s1").orElseThrow().activePid() == 0);
        assertThat(receive("--slot=s1", "--drop-slot").waitFor()).isZero();
        assertThat(log.slots().find("s1")).isEmpty();
    }

    @Test
    void a_compressing_receiver_stores_the_same() throws Exception {
        Path into = log.beside("wal");
        Process receiver = follow("-D", into.toString(), "-Z", "gzip:1");
        fill(1);
        Lsn end = log.wal().flushLsn();
        await("all to be sent", () ->
                log.replication().list().stream().anyMatch(sender -> sender.sent().isAtLeast(end)));
        interrupt(receiver);

        assertThat(files(into)).anyMatch(file -> file.endsWith(".gz"));
        // What a compressed partial file holds is not to be read before it is whole.
        for (String file : files(into)) {
            if (file.contains("partial")) {
                Files.delete(into.resolve(file));
            }
        }
        assertStored(into, end);
    }

    @Test
    void a_receiver_that_is_killed_goes_on_where_its_files_end() throws Exception {
        Path into = log.beside("wal");
        Lsn end = Lsn.INVALID;
        for (int i = 0; i < 4; i++) {
            Process receiver = follow("-D", into.toString());
            fill(1);
            end = awaitReceived(into);
            if (i < 3) {
                receiver.destroyForcibly().waitFor();
                awaitNobody();
                assertThat(files(into)).anyMatch(file -> file.endsWith(".partial"));
            } else {
                interrupt(receiver);
            }
        }
        assertStored(into, end);
        assertThat(files(into).getFirst()).startsWith(log.segment(new Lsn(log.wal().layout().segmentBytes())));
    }

    @Test
    void a_receiver_finds_the_log_again_after_a_restart() throws Exception {
        Path into = log.beside("wal");
        Process receiver = follow("-D", into.toString());
        fill(1);
        log.wal().fence();
        Lsn end = log.wal().flushLsn();
        assertThat(log.replication().drain(end, Duration.ofSeconds(10))).isTrue();
        log.stop();
        try (StreamedLog second = log.reopen()) {
            Lsn later = second.append(100);
            await("the receiver to come back", () ->
                    second.replication().list().stream().anyMatch(sender -> sender.sent().isAtLeast(later)));
            interrupt(receiver);
            for (String file : files(into)) {
                assertThat(second.difference(file.substring(0, 24), Files.readAllBytes(into.resolve(file)), later))
                        .isEmpty();
            }
        }
    }
}
