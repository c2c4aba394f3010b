package dev.seawall.tools.rewind;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.seawall.embedded.RecoveringFiles;
import dev.seawall.embedded.Seawall;
import dev.seawall.embedded.SeawallOptions;
import dev.seawall.recovery.ResourceManager;
import dev.seawall.recovery.target.PointInTimeRecovery;
import dev.seawall.recovery.target.RecoveryPlan;
import dev.seawall.recovery.target.RecoveryTarget;
import dev.seawall.settings.LiveSettings;
import dev.seawall.settings.Settings;
import dev.seawall.tools.Captured;
import dev.seawall.tools.Directories;
import dev.seawall.tools.ExitCode;
import dev.seawall.tools.control.RunningWalwriter;
import dev.seawall.tools.walctl.Walctl;
import dev.seawall.wal.Lsn;
import dev.seawall.wal.PageLayout;
import dev.seawall.wal.disk.Disk;
import dev.seawall.wal.disk.LinuxDisk;
import dev.seawall.wal.role.SystemWorld;
import dev.seawall.wal.role.World;
import dev.seawall.walwriter.SegmentSource;
import dev.seawall.walwriter.Transaction;
import dev.seawall.walwriter.client.WireClient;
import dev.seawall.walwriter.process.WalServer;
import dev.seawall.walwriter.start.ClusterInit;
import dev.seawall.walwriter.timeline.TimelineChoice;
import dev.seawall.witness.PostgresPrograms;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.ServiceLoader;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/// The command between two real directories, with PostgreSQL's programs as witnesses of what is left.
final class RewindCommandTest {

    private static final Disk DISK = new LinuxDisk();
    private static final World WORLD = new SystemWorld();
    private static final long SYSTEM = 7_000_000_000_000_000_017L;

    private static Path home;
    private static Path promoted;
    private static Seawall seawall;
    private static WalServer server;
    private static Lsn fork = Lsn.INVALID;

    /// A cluster that was stopped, and a copy of it that was promoted and serves.
    @BeforeAll
    static void promote() throws IOException {
        // Short, for the socket's path.
        home = Files.createTempDirectory(Path.of("/tmp"), "sw");
        Path old = home.resolve("o");
        promoted = home.resolve("n");
        Seawall.init(DISK, WORLD, old,
                ClusterInit.Options.of(SYSTEM, new PageLayout(PageLayout.SEGMENT_BYTES_MIN)));
        Files.writeString(old.resolve("seawall.conf"), "listen_addresses = ''\n");
        try (Seawall before = open(old)) {
            commit(before, "both have this");
        }
        copy(old, promoted);
        RecoveryPlan plan = new RecoveryPlan(DISK, WORLD, promoted,
                (name, _) -> new SegmentSource.Fetched.Absent("there is no archive for " + name),
                new TimelineChoice.Latest(), new RecoveryTarget.Latest(), Optional.empty());
        try (PointInTimeRecovery recovery = PointInTimeRecovery.begin(plan,
                RecoveringFiles.opener(DISK, WORLD, promoted, SeawallOptions.DEFAULT, engines()))) {
            recovery.run();
            recovery.promote(_ -> true, false).close();
        }
        seawall = open(promoted);
        server = seawall.serve(LiveSettings.load(() -> Settings.load(DISK, promoted, Map.of(), Map.of())));
        commit(seawall, "the new primary's");
        fork = seawall.wal().history().branches().getLast().switchPoint();
    }

    @AfterAll
    static void close() throws IOException {
        try (Seawall last = seawall; WalServer first = server) {
            assertThat(last).isNotSameAs(first);
        } finally {
            Directories.remove(home);
        }
    }

    private static Seawall open(Path directory) throws IOException {
        return Seawall.open(DISK, WORLD, directory, SeawallOptions.DEFAULT);
    }

    /// As the command finds them.
    private static List<ResourceManager> engines() {
        return ServiceLoader.load(ResourceManager.class).stream().map(ServiceLoader.Provider::get).toList();
    }

    private static Lsn commit(Seawall seawall, String text) {
        try (Transaction transaction = seawall.begin()) {
            transaction.message("orders", ByteBuffer.wrap(text.getBytes(UTF_8)));
            return transaction.commit();
        }
    }

    private static void copy(Path from, Path to) throws IOException {
        try (Stream<Path> files = Files.walk(from)) {
            for (Path file : files.toList()) {
                Files.copy(file, to.resolve(from.relativize(file).toString()));
            }
        }
    }

    /// The old primary, which went on and died.
    private static Path died(String name) throws IOException {
        Path old = home.resolve(name);
        copy(home.resolve("o"), old);
        try (Seawall alone = open(old)) {
            commit(alone, "nobody else has this");
            commit(alone, "nor this");
            alone.wal().fail(new IOException("the machine is gone"));
        }
        return old;
    }

    private static Captured rewind(Path old, String... options) {
        return Captured.run(new Walctl(), Stream.concat(Stream.of("rewind", "-D", old.toString(), "--source-server",
                "host=" + promoted + " user=" + System.getProperty("user.name")), Stream.of(options))
                .toArray(String[]::new));
    }

    @Test
    void the_old_primary_gives_up_what_is_its_alone_and_becomes_a_standby() throws IOException {
        Path old = died("d");

        Captured dry = rewind(old, "--dry-run");
        assertThat(dry.out()).as(dry.err())
                .startsWith("servers diverged at WAL location " + fork + " on timeline 1\n"
                        + "would be given up: 2 commits between " + fork + " and ")
                .contains("\n  transaction ").contains("  messages: orders\n").contains("nothing was changed");
        assertThat(dry.code()).isZero();

        Captured done = rewind(old, "-R");
        assertThat(done.out()).as(done.err()).contains("\ngiven up: 2 commits between " + fork).endsWith("walctl start"
                + " -D DIR\n");
        assertThat(done.code()).isZero();
        assertThat(old.resolve("standby.signal")).isEmptyFile();
        assertThat(old.resolve("postgresql.auto.conf")).content().contains("primary_conninfo = 'host=" + promoted);
        assertLogEndsAtTheFork(old);
        assertTheLostLogIsReadable(old);
    }

    private static void assertLogEndsAtTheFork(Path old) {
        assertThat(controlData(old)).containsPattern("Database cluster state: +in archive recovery\n")
                .containsPattern("Minimum recovery ending location: +" + fork + "\n")
                .containsPattern("Min recovery ending loc's timeline: +1\n");
        PostgresPrograms.Output log = waldump(old.resolve("pg_wal"));
        assertThat(log.err()).containsPattern("invalid record length at " + fork + ": wanted 24, got 0");
        assertThat(log.out()).doesNotContain("nobody else has this");
    }

    private static String controlData(Path cluster) {
        return PostgresPrograms.execute(List.of(PostgresPrograms.find("pg_controldata").toString(),
                cluster.toString()), Map.of("LC_ALL", "C")).out();
    }

    private static void assertTheLostLogIsReadable(Path old) throws IOException {
        Path aside = old.resolve("diverged-1-" + fork.toString().replace('/', '_'));
        assertThat(waldump(aside).out()).contains("prefix \"orders\"").contains("COMMIT");
        assertThat(aside.resolve("lost_commits.txt")).content().startsWith("2 commits between " + fork);
    }

    /// The log of a directory with one segment, from its first record on.
    private static PostgresPrograms.Output waldump(Path directory) {
        return PostgresPrograms.execute(List.of(PostgresPrograms.find("pg_waldump").toString(),
                "-p", directory.toString(), "-s", new Lsn(PageLayout.SEGMENT_BYTES_MIN + 40).toString()),
                Map.of("LC_ALL", "C"));
    }

    @Test
    void one_that_has_nothing_of_its_own_needs_no_rewind() throws IOException {
        Path old = home.resolve("same");
        copy(home.resolve("o"), old);

        Captured done = rewind(old, "-R", "--json");

        assertThat(done.out()).as(done.err())
                .contains("\"rewound\":false").contains("\"lsn\":\"" + fork + "\"");
        assertThat(done.code()).isZero();
        assertThat(old.resolve("standby.signal")).exists();
    }

    /// A clean stop: its last checkpoint has put into base/ what nobody else has.
    private static Path beyond(String name) throws IOException {
        Path old = home.resolve(name);
        copy(home.resolve("o"), old);
        try (Seawall alone = open(old)) {
            commit(alone, "and a clean stop");
        }
        return old;
    }

    @Test
    void one_whose_data_files_are_beyond_gets_a_copy_of_the_new_ones_and_follows_as_a_standby() throws IOException {
        query(promoted, "SELECT page_extend(7, 3)");
        query(promoted, "SELECT page_write(7, 1, 100, '\\x0102'::bytea)");
        Path old = beyond("b");

        Captured dry = rewind(old, "--dry-run");
        assertThat(dry.code()).as(dry.err()).isZero();
        assertThat(dry.out()).containsPattern("base/ has changes up to 0/\\w+, beyond the divergence at " + fork
                + ": base/ would be replaced by a copy from the source server\n").contains("nothing was changed");
        open(old).close();

        Captured done = rewind(old, "-R", "-P");
        assertThat(done.code()).as(done.err()).isZero();
        assertThat(done.out()).containsPattern("^base/ has changes up to 0/\\w+, beyond the divergence at " + fork
                + ": base/ is replaced by a copy").contains("\ngiven up: 1 commit between " + fork)
                .contains("base/ is a copy of the source server's now.");
        assertThat(done.err()).containsPattern("[0-9]+/[0-9]+ kB \\(100%\\)\n$");
        assertThat(controlData(old)).containsPattern("Database cluster state: +in archive recovery\n")
                .containsPattern("Latest checkpoint's TimeLineID: +2\n")
                .containsPattern("Min recovery ending loc's timeline: +2\n");
        assertThat(waldump(old.resolve("diverged-1-" + fork.toString().replace('/', '_'))).out())
                .contains("prefix \"orders\"");
        follow(old);
    }

    private static void follow(Path old) throws IOException {
        try {
            assertThat(Captured.run(new Walctl(), "start", "-D", old.toString()).code()).isZero();
            query(promoted, "SELECT page_write(7, 2, 200, '\\x03'::bytea)");
            awaitReplay(old, query(promoted, "SELECT pg_current_wal_flush_lsn()"));
            for (int block = 0; block < 3; block++) {
                String page = "SELECT page_read(7, " + block + ", 24)";
                assertThat(query(old, page)).isEqualTo(query(promoted, page));
            }
            assertASourceThatGivesNoCopy(old);
        } finally {
            Captured.run(new Walctl(), "stop", "-D", old.toString(), "-m", "immediate");
        }
    }

    /// A standby.
    private static void assertASourceThatGivesNoCopy(Path standby) throws IOException {
        Path other = beyond("s");

        Captured refused = Captured.run(new Walctl(), "rewind", "-D", other.toString(), "--source-server",
                "host=" + standby + " user=" + System.getProperty("user.name"));

        assertThat(refused.code()).as(refused.out()).isEqualTo(ExitCode.DIVERGED.code());
        assertThat(refused.err()).contains("walctl rewind: cannot rewind: base/ has changes up to ")
                .contains(", and a copy could not be made: ").contains("HINT: Nothing was changed.");
        open(other).close();
        assertThat(other.resolve("rewind_copy")).doesNotExist();
    }

    private static String query(Path cluster, String sql) throws IOException {
        try (WireClient client = RunningWalwriter.connect(DISK, cluster,
                Settings.load(DISK, cluster, Map.of(), Map.of())).orElseThrow()) {
            return String.valueOf(client.query(sql).rows().getFirst().getFirst());
        }
    }

    private static void awaitReplay(Path standby, String lsn) throws IOException {
        long until = WORLD.nanoTime() + Duration.ofSeconds(60).toNanos();
        String replayed = "null";
        while (replayed.equals("null") || Lsn.parse(replayed).isBefore(Lsn.parse(lsn))) {
            assertThat(WORLD.nanoTime()).as("the standby has redone %s", lsn).isLessThan(until);
            WORLD.park(() -> false, Duration.ofMillis(50).toNanos());
            replayed = query(standby, "SELECT pg_last_wal_replay_lsn()");
        }
    }

    @Test
    void nothing_is_rewound_to_follow_another_system_or_nobody() throws IOException {
        Path foreign = home.resolve("foreign");
        Seawall.init(DISK, WORLD, foreign,
                ClusterInit.Options.of(SYSTEM + 1, new PageLayout(PageLayout.SEGMENT_BYTES_MIN)));

        Captured refused = rewind(foreign);
        assertThat(refused.code()).isEqualTo(ExitCode.DIVERGED.code());
        assertThat(refused.err()).contains("the other server's system identifier is " + SYSTEM);

        Captured nobody = Captured.run(new Walctl(), "rewind", "-D", foreign.toString(), "--source-server",
                "host=" + home + "/nowhere");
        assertThat(nobody.code()).isEqualTo(ExitCode.IO.code());
        Captured nonsense = Captured.run(new Walctl(), "rewind", "-D", foreign.toString(), "--source-server", "db2");
        assertThat(nonsense.code()).isEqualTo(ExitCode.USAGE.code());
        assertThat(nonsense.err()).contains("--source-server: missing \"=\"");
    }
}
