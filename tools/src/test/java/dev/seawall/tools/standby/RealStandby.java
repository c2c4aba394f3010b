package dev.seawall.tools.standby;

import static org.assertj.core.api.Assertions.assertThat;

import dev.seawall.wal.Lsn;
import dev.seawall.witness.PostgresPrograms;
import dev.seawall.witness.PostgresServer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/// A real PostgreSQL 15 as hot standby of a cluster of ours.
///
/// Its files are initdb's, for ours has no catalogs: our cluster is made as the twin of it, with its system
/// identifier and its next transaction id, and it is given our control file. All log it then has comes over
/// the wire.
final class RealStandby implements AutoCloseable {

    static final String NAME = "realstandby";
    static final String SLOT = "standby_slot";
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    private final PostgresServer server;
    private final String systemId;
    private final long nextXid;

    private RealStandby(PostgresServer server, String systemId, long nextXid) {
        this.server = server;
        this.systemId = systemId;
        this.nextXid = nextXid;
    }

    static RealStandby create() {
        PostgresServer server = PostgresServer.create("--data-checksums");
        try {
            server.start();
            long nextXid = Long.parseLong(server.sql("select txid_current()")) + 1;
            server.sql("checkpoint");
            server.stop("fast");
            String control = PostgresPrograms.run("pg_controldata", server.data().toString()).orFail();
            String systemId = control.lines().filter(line -> line.startsWith("Database system identifier")).findFirst()
                    .orElseThrow().split(":", 2)[1].strip();
            return new RealStandby(server, systemId, nextXid);
        } catch (RuntimeException | Error e) {
            server.close();
            throw e;
        }
    }

    /// What the primary has to be made with.
    String systemId() {
        return systemId;
    }

    long nextXid() {
        return nextXid;
    }

    PostgresServer server() {
        return server;
    }

    /// Makes it a standby.
    ///
    /// @param control  of the cluster that was made and had never been started
    /// @param conninfo whom to follow; more settings of its own may come behind
    void follow(Path control, String conninfo, String... settings) throws IOException {
        Files.copy(control, server.data().resolve("global/pg_control"), StandardCopyOption.REPLACE_EXISTING);
        try (Stream<Path> old = Files.list(server.wal())) {
            for (Path file : old.filter(Files::isRegularFile).toList()) {
                Files.delete(file);
            }
        }
        Files.createFile(server.data().resolve("standby.signal"));
        server.configure("wal_level=logical", "hot_standby=on", "hot_standby_feedback=on", "max_connections=100",
                "wal_receiver_status_interval=1s", "wal_retrieve_retry_interval=100ms", "autovacuum=off",
                "primary_conninfo='" + conninfo + "'");
        server.configure(settings);
    }

    Lsn replayLsn() {
        return Lsn.parse(server.sql("select pg_last_wal_replay_lsn()"));
    }

    /// How far it has the log for good.
    Lsn receiveLsn() {
        return Lsn.parse(server.sql("select pg_last_wal_receive_lsn()"));
    }

    void awaitReplayed(Lsn lsn) {
        await(() -> !replayLsn().isBefore(lsn), "the standby to replay " + lsn);
    }

    void await(BooleanSupplier what, String name) {
        long end = System.nanoTime() + PATIENCE.toNanos();
        while (!what.getAsBoolean()) {
            assertThat(System.nanoTime() - end).as("waited for %s\n%s", name, server.logText()).isNegative();
            LockSupport.parkNanos(Duration.ofMillis(20).toNanos());
        }
    }

    /// `pg_ctl promote`, and waits until it writes.
    void promote() {
        PostgresPrograms.runUnprivileged("pg_ctl", List.of("-D", server.data().toString(), "-w", "-s",
                "promote")).orFail();
        await(() -> server.sql("select pg_is_in_recovery()").equals("f"), "the promotion");
    }

    /// Its files and what the cluster's clients see are the same pages, checksums left out.
    void assertPagesOf(ServedCluster cluster) throws IOException {
        // Replayed, a checkpoint lets the standby make a restartpoint, which writes its pages.
        cluster.run("checkpoint");
        awaitReplayed(cluster.flushLsn());
        server.sql("checkpoint");
        for (int relation : StandbyLoad.RELATIONS) {
            assertThat(pages(relation)).as("relation %d", relation)
                    .isEqualTo(cluster.pages(relation).stream().map(RealStandby::withoutChecksum).toList());
        }
    }

    /// A relation's pages as they are in its file, in hexadecimal, checksums left out: ours has none.
    private List<String> pages(int relation) throws IOException {
        byte[] file = Files.readAllBytes(server.data().resolve("base/5/" + relation));
        return IntStream.range(0, file.length / 8192)
                .mapToObj(block -> withoutChecksum(HexFormat.of().formatHex(file, block * 8192, (block + 1) * 8192)))
                .toList();
    }

    private static String withoutChecksum(String hex) {
        return hex.substring(0, 16) + "0000" + hex.substring(20);
    }

    @Override
    public void close() {
        server.close();
    }
}
