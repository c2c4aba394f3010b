package dev.seawall.walwriter.sender;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.seawall.wal.Lsn;
import dev.seawall.walwriter.CommitWait;
import dev.seawall.walwriter.NotReplicatedException;
import dev.seawall.walwriter.Transaction;
import dev.seawall.walwriter.client.Address;
import dev.seawall.walwriter.client.Login;
import dev.seawall.walwriter.client.WireClient;
import dev.seawall.walwriter.cluster.SyncCommits;
import dev.seawall.walwriter.cluster.SyncCommits.Level;
import dev.seawall.walwriter.sender.Receivers.Receiver;
import dev.seawall.walwriter.syncrep.StandbyNames;
import dev.seawall.witness.PostgresPrograms;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// Commits that wait for pg_receivewal --synchronous.
final class SynchronousTest {

    private static final String EMIT = "SELECT pg_logical_emit_message(true, 'app', 'x')";

    private StreamedLog log;
    private Receivers receivers;

    @BeforeEach
    void open() throws IOException {
        log = StreamedLog.create();
        receivers = Receivers.of(log);
        log.wal().commitWait(log.replication().syncRep());
    }

    @AfterEach
    void close() throws IOException {
        receivers.close();
        log.wal().commitWait(CommitWait.NONE);
        log.close();
    }

    private void require(String names) {
        log.replication().syncRep().configure(StandbyNames.parse(names), Level.FLUSH);
    }

    private SyncCommits.Status status() {
        return log.replication().waiting().status();
    }

    private WireClient client() throws IOException {
        return WireClient.connect(new Address.UnixSocket(log.served().socket()), Login.of("tester", "test"));
    }

    private Receiver follow(String name) throws Exception {
        Receiver receiver = receivers.start(name, "--synchronous");
        Receivers.await(name + " to be synchronous", () -> status().synchronous().contains(name));
        return receiver;
    }

    /// A client that commits and then goes.
    private CompletableFuture<String> commit(String... before) {
        CompletableFuture<String> done = new CompletableFuture<>();
        Thread.ofVirtual().start(() -> {
            try (WireClient client = client()) {
                for (String statement : before) {
                    client.query(statement);
                }
                done.complete(client.query(EMIT).value());
            } catch (IOException | RuntimeException e) {
                done.completeExceptionally(e);
            }
        });
        return done;
    }

    private void awaitWaiting(int count) throws InterruptedException {
        Receivers.await(count + " to wait", () -> status().waiting() == count);
    }

    @Test
    void a_commit_returns_when_the_receiver_has_it_and_waits_while_it_is_killed() throws Exception {
        require("FIRST 1 (r)");
        Receiver receiver = follow("r");
        Lsn end = Lsn.parse(commit().get(30, TimeUnit.SECONDS));
        assertThat(log.replication().list().getFirst().flush().isAtLeast(end)).isTrue();
        assertThat(log.replication().list().getFirst()).returns(1, one -> one.syncPriority())
                .returns("sync", one -> one.syncState());

        receiver.kill();
        Receivers.await("its end to be noticed", () -> log.replication().list().isEmpty());
        CompletableFuture<String> waiting = commit();
        awaitWaiting(1);
        assertThat(status()).returns(1, one -> one.missing()).returns(List.of("r"), one -> one.absent())
                .returns(List.of(), one -> one.synchronous());
        try (WireClient other = client()) {
            assertThat(other.query("SELECT waiting, missing, absent FROM seawall_sync_replication").rows())
                    .containsExactly(List.of("1", "1", "r"));
            assertThat(other.query("SELECT query FROM pg_stat_activity WHERE wait_event = 'SyncRep'").rows())
                    .containsExactly(List.of(EMIT));
        }
        // Who asks for less waits for nobody.
        assertThat(commit("SET synchronous_commit = local").get(30, TimeUnit.SECONDS)).isNotNull();
        assertThat(commit("SET synchronous_commit = off").get(30, TimeUnit.SECONDS)).isNotNull();
        assertThat(waiting).isNotDone();
        receivers.start("r", "--synchronous");
        assertThat(waiting.get(60, TimeUnit.SECONDS)).isNotNull();
        assertThat(status().waiting()).isZero();
    }

    @Test
    void a_standby_that_comes_or_a_setting_that_goes_lets_all_return_at_once() throws Exception {
        require("ANY 2 (a, b)");
        follow("a");
        List<CompletableFuture<String>> waiting = new ArrayList<>();
        for (int i = 0; i < 50; i++) {
            waiting.add(commit());
        }
        awaitWaiting(50);
        follow("b");
        for (CompletableFuture<String> one : waiting) {
            one.get(60, TimeUnit.SECONDS);
        }
        require("3 (a, b, c)");
        CompletableFuture<String> last = commit();
        CompletableFuture<String> flushed = new CompletableFuture<>();
        Thread.ofVirtual().start(() -> {
            try (WireClient client = client()) {
                flushed.complete(client.query("SELECT pg_logical_emit_message(false, 'app', 'x', true)").value());
            } catch (IOException e) {
                flushed.completeExceptionally(e);
            }
        });
        awaitWaiting(2);
        require("");
        assertThat(last.get(30, TimeUnit.SECONDS)).isNotNull();
        assertThat(flushed.get(30, TimeUnit.SECONDS)).isNotNull();
    }

    private Process psql(Path output) throws IOException {
        return new ProcessBuilder(PostgresPrograms.find("psql").toString(), "-h", log.served().directory().toString(),
                "-U", "tester", "-XAt", "-d", "test", "-c", EMIT).redirectErrorStream(true)
                .redirectOutput(output.toFile()).start();
    }

    @Test
    void psql_cancels_the_wait_and_the_commit_stands() throws Exception {
        require("nobody");
        Path output = log.beside("psql").resolve("said");
        Process psql = psql(output);
        awaitWaiting(1);
        new ProcessBuilder("kill", "-INT", String.valueOf(psql.pid())).start().waitFor();

        assertThat(psql.waitFor(30, TimeUnit.SECONDS)).isTrue();
        assertThat(Files.readString(output)).contains(
                "WARNING:  canceling wait for synchronous replication due to user request",
                "DETAIL:  The transaction has already committed locally, but might not have been replicated to the"
                + " standby.").doesNotContain("ERROR", "FATAL");
        assertThat(status().waiting()).isZero();
    }

    @Test
    void a_session_that_is_terminated_is_not_told_that_its_commit_failed() throws Exception {
        require("nobody");
        Path output = log.beside("psql").resolve("said");
        Process psql = psql(output);
        awaitWaiting(1);
        log.served().server().terminate();

        assertThat(psql.waitFor(30, TimeUnit.SECONDS)).isTrue();
        assertThat(Files.readString(output)).contains(
                "WARNING:  canceling the wait for synchronous replication and terminating connection",
                "server closed the connection unexpectedly").doesNotContain("FATAL", "ERROR");
    }

    private Transaction written() {
        Transaction transaction = log.wal().begin();
        transaction.message("app", ByteBuffer.allocate(100));
        return transaction;
    }

    @Test
    void embedded_commits_wait_too() throws Exception {
        require("a");
        CompletableFuture<Lsn> first = written().commitAsync();
        awaitWaiting(1);
        assertThat(written().commitHere()).isLessThanOrEqualTo(log.wal().flushLsn());
        follow("a");
        Lsn end = first.get(30, TimeUnit.SECONDS);
        assertThat(log.replication().list().getFirst().flush().isAtLeast(end)).isTrue();
        assertThat(written().commit()).isLessThanOrEqualTo(log.wal().flushLsn());

        require("b");
        CompletableFuture<Lsn> second = written().commitAsync();
        awaitWaiting(1);
        log.replication().close();
        assertThatThrownBy(() -> second.get(30, TimeUnit.SECONDS)).isInstanceOf(ExecutionException.class)
                .hasCauseInstanceOf(NotReplicatedException.class);
    }

    @Test
    void a_failure_of_the_log_ends_the_wait() throws Exception {
        require("a");
        CompletableFuture<Lsn> waiting = written().commitAsync();
        awaitWaiting(1);
        log.wal().fail(new IOException("the disk is gone"));
        assertThatThrownBy(() -> waiting.get(30, TimeUnit.SECONDS)).isInstanceOf(ExecutionException.class)
                .hasCauseInstanceOf(NotReplicatedException.class);
    }
}
