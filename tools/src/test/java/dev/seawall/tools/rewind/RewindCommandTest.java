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
import dev.seawall.tools.walctl.Walctl;
import dev.seawall.wal.Lsn;
import dev.seawall.wal.PageLayout;
import dev.seawall.wal.disk.Disk;
import dev.seawall.wal.disk.LinuxDisk;
import dev.seawall.wal.role.SystemWorld;
import dev.seawall.wal.role.World;
import dev.seawall.walwriter.SegmentSource;
import dev.seawall.walwriter.Transaction;
import dev.seawall.walwriter.process.WalServer;
import dev.seawall.walwriter.start.ClusterInit;
import dev.seawall.walwriter.timeline.TimelineChoice;
import dev.seawall.witness.PostgresPrograms;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
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
        String control = PostgresPrograms.execute(List.of(PostgresPrograms.find("pg_controldata").toString(),
                old.toString()), Map.of("LC_ALL", "C")).out();
        assertThat(control).containsPattern("Database cluster state: +in archive recovery\n")
                .containsPattern("Minimum recovery ending location: +" + fork + "\n")
                .containsPattern("Min recovery ending loc's timeline: +1\n");
        PostgresPrograms.Output log = waldump(old.resolve("pg_wal"));
        assertThat(log.err()).containsPattern("invalid record length at " + fork + ": wanted 24, got 0");
        assertThat(log.out()).doesNotContain("nobody else has this");
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

    @Test
    void one_whose_data_files_are_beyond_is_refused_with_what_to_do() throws IOException {
        Path old = home.resolve("beyond");
        copy(home.resolve("o"), old);
        try (Seawall alone = open(old)) {
            commit(alone, "and a clean stop");
        }

        Captured refused = rewind(old);

        assertThat(refused.code()).isEqualTo(ExitCode.DIVERGED.code());
        assertThat(refused.err()).startsWith("walctl rewind: cannot rewind: base/ has changes up to ")
                .contains("pg_basebackup -R");
        open(old).close();
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
