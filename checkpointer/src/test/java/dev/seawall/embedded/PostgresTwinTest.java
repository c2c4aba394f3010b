package dev.seawall.embedded;

import static org.assertj.core.api.Assertions.assertThat;

import dev.seawall.checkpointer.pages.PageStoreOptions;
import dev.seawall.wal.Lsn;
import dev.seawall.wal.PageLayout;
import dev.seawall.wal.disk.Disk;
import dev.seawall.wal.disk.LinuxDisk;
import dev.seawall.wal.record.RelationId;
import dev.seawall.wal.role.SystemWorld;
import dev.seawall.wal.role.World;
import dev.seawall.walwriter.Transaction;
import dev.seawall.walwriter.Wal;
import dev.seawall.walwriter.CommitDelay;
import dev.seawall.walwriter.WalOptions;
import dev.seawall.walwriter.start.ClusterInit;
import dev.seawall.witness.PostgresPrograms;
import dev.seawall.witness.PostgresServer;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// A real PostgreSQL 15 server replays our log and ends with the same pages.
///
/// The twin is a server whose log and control file were replaced by ours, which has its system
/// identifier and goes on from its transaction ids: it recovers from our first checkpoint to our
/// restore point.
class PostgresTwinTest {

    private static final int TRANSACTIONS = 100_000;
    private static final int CRASHES = 5;
    private static final int BLOCKS = 40;
    private static final String STOP = "end of the twin";

    @TempDir
    Path temporary;

    private final Disk disk = new LinuxDisk();
    private final World world = new SystemWorld();
    private final Random random = new Random(20_151_122);
    private final List<RelationId> relations = List.of(new RelationId(RelationId.DEFAULT_TABLESPACE, 5, 900_001),
            new RelationId(RelationId.DEFAULT_TABLESPACE, 5, 900_002));

    @Test
    void a_real_server_replays_a_log_of_100_000_transactions_to_the_same_pages() throws Exception {
        Path cluster = temporary.resolve("cluster");
        try (PostgresServer server = PostgresServer.create("--data-checksums")) {
            server.start();
            long nextXid = Long.parseLong(server.sql("select txid_current()")) + 1;
            server.sql("checkpoint");
            server.stop("fast");
            String control = PostgresPrograms.run("pg_controldata", server.data().toString()).orFail();
            long systemId = Long.parseUnsignedLong(field(control, "Database system identifier"));
            Lsn start = new Lsn(0x1000_0000);
            Seawall.init(disk, world, cluster,
                    new ClusterInit.Options(systemId, start, nextXid, PageLayout.DEFAULT, 100));
            Files.copy(cluster.resolve("global/pg_control"), server.data().resolve("global/pg_control"),
                    StandardCopyOption.REPLACE_EXISTING);
            write(cluster);
            hand(cluster.resolve("pg_wal"), server.wal());
            Files.createFile(server.data().resolve("recovery.signal"));
            server.configure("wal_level=logical", "hot_standby=on", "max_connections=100", "restore_command='false'",
                    "recovery_target_name='" + STOP + "'", "recovery_target_action='promote'", "autovacuum=off");
            server.start();
            awaitPromotion(server);
            assertThat(server.logText()).contains("recovery stopping at restore point \"" + STOP + "\"");
            server.sql("checkpoint");
            server.stop("fast");

            for (RelationId relation : relations) {
                assertSamePages(cluster, server.data(), relation);
            }
        }
    }

    private static String field(String control, String name) {
        return control.lines().filter(line -> line.startsWith(name)).findFirst().orElseThrow()
                .split(":", 2)[1].strip();
    }

    private static void awaitPromotion(PostgresServer server) {
        for (int i = 0; i < 600 && !server.sql("select pg_is_in_recovery()").equals("f"); i++) {
            Thread.onSpinWait();
        }
        assertThat(server.sql("select pg_is_in_recovery()")).as(server.logText()).isEqualTo("f");
    }

    private void write(Path cluster) throws Exception {
        SeawallOptions options = SeawallOptions.DEFAULT
                .withPages(PageStoreOptions.of(1 << 20, 256 << 10))
                // Everything must still be there for the twin.
                .withWal(new WalOptions(WalOptions.DEFAULT.flushPath(), 16 << 20, true, true, 80L << 20, 8L << 30,
                        8L << 30, 8L << 30, false, 0.9, 100, CommitDelay.NONE));
        for (int life = 0; life <= CRASHES; life++) {
            // The standby reads that it changed, each time; more than its own it would refuse.
            int connections = life % 2 == 0 ? 100 : 90;
            Seawall seawall = Seawall.open(disk, world, cluster,
                    options.withWal(options.wal().withMaxConnections(connections)), List.of());
            live(seawall.wal(), TRANSACTIONS / (CRASHES + 1) + 1);
            if (life % 2 == 1) {
                seawall.checkpoint();
            }
            if (life < CRASHES) {
                // Unfinished when the end comes.
                Transaction open = seawall.begin();
                open.message("twin", ByteBuffer.allocate(100));
                open.write(relations.getFirst(), 0, 24, ByteBuffer.allocate(8));
                seawall.crash();
            } else {
                seawall.wal().restorePoint(STOP);
                seawall.close();
            }
        }
    }

    private void live(Wal wal, int transactions) {
        for (RelationId relation : relations) {
            wal.extend(relation, wal.blocksOf(relation) + BLOCKS);
        }
        List<CompletableFuture<Lsn>> commits = new ArrayList<>();
        for (int i = 0; i < transactions; i++) {
            Transaction transaction = wal.begin();
            for (int n = random.nextInt(3); n >= 0; n--) {
                transaction.message("twin", ByteBuffer.allocate(random.nextInt(200)));
            }
            for (int n = random.nextInt(5); n > 0; n--) {
                change(wal, transaction);
            }
            if (random.nextInt(10) == 0) {
                transaction.abort();
            } else {
                commits.add(transaction.commitAsync());
            }
            if (random.nextInt(5_000) == 0) {
                wal.switchSegment();
            }
        }
        commits.forEach(CompletableFuture::join);
    }

    private void change(Wal wal, Transaction transaction) {
        RelationId relation = relations.get(random.nextInt(relations.size()));
        byte[] content = new byte[1 + random.nextInt(random.nextInt(50) == 0 ? 4000 : 60)];
        random.nextBytes(content);
        transaction.write(relation, random.nextInt(wal.blocksOf(relation)),
                24 + random.nextInt(8192 - 24 - content.length), ByteBuffer.wrap(content));
    }

    /// Puts our segments in place of the server's.
    private static void hand(Path ours, Path servers) throws IOException {
        try (Stream<Path> old = Files.list(servers)) {
            for (Path file : old.filter(Files::isRegularFile).toList()) {
                Files.delete(file);
            }
        }
        try (Stream<Path> segments = Files.list(ours)) {
            for (Path segment : segments.filter(Files::isRegularFile).toList()) {
                Files.copy(segment, servers.resolve(segment.getFileName()), StandardCopyOption.REPLACE_EXISTING);
            }
        }
    }

    private static void assertSamePages(Path cluster, Path server, RelationId relation) throws IOException {
        String path = "base/" + relation.database() + "/" + relation.relation();
        byte[] ours = withoutChecksums(Files.readAllBytes(cluster.resolve(path)));
        byte[] theirs = withoutChecksums(Files.readAllBytes(server.resolve(path)));
        assertThat(ours.length).isEqualTo(theirs.length).isGreaterThan(BLOCKS * 8192);
        for (int block = 0; block < ours.length / 8192; block++) {
            assertThat(ByteBuffer.wrap(ours, block * 8192, 8192).slice())
                    .as("block %d of %s", block, path)
                    .isEqualTo(ByteBuffer.wrap(theirs, block * 8192, 8192).slice());
        }
    }

    private static byte[] withoutChecksums(byte[] pages) {
        for (int page = 0; page < pages.length; page += 8192) {
            pages[page + 8] = 0;
            pages[page + 9] = 0;
        }
        return pages;
    }
}
