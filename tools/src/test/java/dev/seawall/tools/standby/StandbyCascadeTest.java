package dev.seawall.tools.standby;

import static org.assertj.core.api.Assertions.assertThat;

import dev.seawall.tools.Directories;
import dev.seawall.witness.PostgresPrograms;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// Who streams from a standby goes on through its promotion, on the new timeline: a Seawall, a real PostgreSQL
/// 15, and pg_receivewal.
final class StandbyCascadeTest {

    private Path home;
    private RealStandby real;
    private ServedCluster primary;
    private ServedCluster standby;
    private ServedCluster next;
    private Process receivewal;

    @BeforeEach
    void a_primary_a_standby_of_it_and_three_who_follow_that() throws IOException {
        home = Files.createTempDirectory(Path.of("/tmp"), "swc");
        real = RealStandby.create();
        primary = ServedCluster.init(home, real.systemId(), real.nextXid(), "wal_keep_size = 1GB\n");
        Path control = Files.copy(primary.cluster().resolve("global/pg_control"), home.resolve("pg_control"));
        primary.start();
        standby = primary.standby("s", "wal_retrieve_retry_interval = 200ms\n");
        next = primary.standby("n", "wal_retrieve_retry_interval = 200ms\n");
        Files.writeString(next.cluster().resolve("postgresql.auto.conf"),
                "primary_conninfo = '" + standby.connInfo("n") + "'\n");
        standby.start();
        standby.awaitReplayed(primary.flushLsn());
        next.start();
        real.follow(control, standby.connInfo(RealStandby.NAME));
        real.server().start();
        Path received = Files.createDirectory(home.resolve("w"));
        receivewal = new ProcessBuilder(PostgresPrograms.find("pg_receivewal").toString(), "-D", received.toString(),
                "-d", standby.connInfo("w"), "-s", "1", "--no-sync").redirectErrorStream(true)
                .redirectOutput(home.resolve("w.log").toFile()).start();
        for (String name : List.of("n", "w", RealStandby.NAME)) {
            standby.await("select state from pg_stat_replication where application_name = '" + name + "'",
                    "streaming");
        }
    }

    @AfterEach
    void nothing_is_left_running() throws Exception {
        receivewal.destroyForcibly().waitFor();
        try (RealStandby _ = real; ServedCluster _ = primary; ServedCluster _ = standby; ServedCluster last = next) {
            assertThat(last).isNotNull();
        } finally {
            Directories.remove(home);
        }
    }

    @Test
    void whoever_follows_a_standby_follows_it_to_the_timeline_of_its_promotion() throws Exception {
        load(primary, 4);
        primary.ask("select pg_switch_wal()");
        standby.awaitReplayed(primary.flushLsn());
        primary.kill();
        standby.walctl("promote");
        load(standby, 5);
        String left = standby.ask("select pg_walfile_name(pg_switch_wal())");
        assertThat(left).startsWith("00000002");

        next.awaitReplayed(standby.flushLsn());
        for (int relation : StandbyLoad.RELATIONS) {
            assertThat(next.pages(relation)).isEqualTo(standby.pages(relation));
        }
        assertThat(next.ask("select received_tli from pg_stat_wal_receiver")).isEqualTo("2");
        real.assertPagesOf(standby);
        assertThat(real.server().sql("select received_tli from pg_stat_wal_receiver")).isEqualTo("2");
        standby.await(() -> Files.exists(home.resolve("w").resolve(left)), "have its log received up to " + left);
        assertReceived();
    }

    private static void load(ServedCluster cluster, long seed) throws Exception {
        try (StandbyLoad load = new StandbyLoad(cluster, seed)) {
            load.await(300);
            load.stop();
        }
    }

    /// Byte for byte what the standby has, of both timelines.
    private void assertReceived() throws IOException {
        Path own = standby.cluster().resolve("pg_wal");
        List<String> timelines = new ArrayList<>();
        try (Stream<Path> files = Files.list(home.resolve("w"))) {
            for (Path file : files.filter(path -> !path.toString().endsWith(".partial")).toList()) {
                assertThat(file).hasSameBinaryContentAs(own.resolve(file.getFileName()));
                timelines.add(file.getFileName().toString().substring(0, 8));
            }
        }
        assertThat(timelines).contains("00000001", "00000002");
        assertThat(home.resolve("w/00000002.history")).exists();
    }
}
