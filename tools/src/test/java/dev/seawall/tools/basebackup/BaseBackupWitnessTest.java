package dev.seawall.tools.basebackup;

import static org.assertj.core.api.Assertions.assertThat;

import dev.seawall.tools.Captured;
import dev.seawall.tools.Directories;
import dev.seawall.tools.walctl.Walctl;
import dev.seawall.tools.walreplay.Walreplay;
import dev.seawall.wal.Lsn;
import dev.seawall.wal.disk.LinuxDisk;
import dev.seawall.wal.role.SystemWorld;
import dev.seawall.walwriter.client.WireClient;
import dev.seawall.walwriter.start.ControlStore;
import dev.seawall.witness.PostgresPrograms;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// pg_basebackup at the daemons, which are committed to all the while; pg_verifybackup looks at what it has
/// made, and then the copy is started.
final class BaseBackupWitnessTest {

    private static final Pattern LABEL = Pattern.compile("START WAL LOCATION: (\\S+) \\(file ([0-9A-F]{24})\\)");

    private static Path home;
    private static Path cluster;
    private static PageLoad load;
    private static int copies;

    @BeforeAll
    static void start() throws IOException {
        // Short, for the socket's path.
        home = Files.createTempDirectory(Path.of("/tmp"), "swb");
        cluster = home.resolve("c");
        walctl("init", "-D", cluster.toString(), "--wal-segsize", "1MB", "--wal-sync-method", "open_datasync");
        // So little memory and log that both are taken in the course of every backup.
        Files.writeString(cluster.resolve("seawall.conf"), "listen_addresses = ''\narchive_mode = on\n"
                + "shared_buffers = 128kB\nmin_wal_size = 2MB\nmax_wal_size = 4MB\n"
                + "archive_repository = '" + home.resolve("repository") + "'\n", StandardOpenOption.APPEND);
        walctl("start", "-D", cluster.toString());
        load = new PageLoad(cluster);
    }

    @AfterAll
    static void stop() throws Exception {
        try {
            load.end();
            walctl("stop", "-D", cluster.toString(), "-m", "fast");
        } finally {
            Directories.remove(home);
        }
    }

    private static String walctl(String... arguments) {
        Captured ran = Captured.run(new Walctl(), arguments);
        assertThat(ran.code()).as("walctl %s: %s%s", List.of(arguments), ran.out(), ran.err()).isZero();
        return ran.out();
    }

    private static List<String> command(Path into, String options) {
        List<String> command = new ArrayList<>(List.of(PostgresPrograms.find("pg_basebackup").toString(),
                "-h", cluster.toString(), "-D", into.toString(), "-c", "fast", "--no-sync"));
        command.addAll(List.of(options.split(" ")));
        return command;
    }

    private static Path backup(String options) {
        Path into = home.resolve("b" + ++copies);
        PostgresPrograms.execute(command(into, options), Map.of("LC_ALL", "C")).orFail();
        return into;
    }

    private static void verify(Path copy, String... options) {
        List<String> arguments = new ArrayList<>(List.of(options));
        arguments.add(copy.toString());
        assertThat(PostgresPrograms.run("pg_verifybackup", arguments).orFail())
                .isEqualTo("backup successfully verified\n");
    }

    private static void unpack(Path archive, Path into) {
        PostgresPrograms.execute(List.of("tar", "-xf", archive.toString(), "-C", into.toString()), Map.of()).orFail();
    }

    /// The directory that a backup in tar format makes.
    private static Path unpacked(Path backup) throws IOException {
        Path into = Files.createDirectory(backup.resolve("unpacked"));
        try (Stream<Path> archives = Files.list(backup)) {
            for (Path archive : archives.filter(file -> file.toString().contains(".tar")).sorted().toList()) {
                unpack(archive, archive.getFileName().toString().startsWith("pg_wal") ? into.resolve("pg_wal") : into);
            }
        }
        Files.copy(backup.resolve("backup_manifest"), into.resolve("backup_manifest"));
        return into;
    }

    @ParameterizedTest
    @ValueSource(strings = {
        "-Fp -X fetch --manifest-checksums=SHA512 -l nightly",
        "-Fp -X stream -C -S of_a_copy --compress=server-gzip:5",
        "-Fp -X fetch --compress=server-lz4 --manifest-checksums=NONE --max-rate=8M"})
    void a_plain_backup_is_verified_and_starts(String options) throws Exception {
        long before = load.acknowledged();
        Path copy = backup(options);

        verify(copy);
        PageLoad.checkCopy(copy, before);
        assertThat(copy.resolve("backup_label")).doesNotExist();
    }

    @ParameterizedTest
    @ValueSource(strings = {
        "-Ft -X fetch --compress=server-zstd:level=2 --manifest-force-encode",
        "-Ft -X stream -z --manifest-checksums=SHA224"})
    void a_backup_in_tar_format_is_verified_and_starts(String options) throws Exception {
        long before = load.acknowledged();
        Path copy = unpacked(backup(options));

        verify(copy);
        PageLoad.checkCopy(copy, before);
    }

    /// It waits until its log is archived, and is recovered from there.
    @Test
    void a_backup_without_log_says_what_is_missing_and_is_recovered_from_the_archive() throws Exception {
        long before = load.acknowledged();
        Path copy = backup("-Fp -X none");
        verify(copy, "--no-parse-wal");

        Captured refused = Captured.run(new Walctl(), "start", "-D", copy.toString());
        assertThat(refused.code()).isNotZero();
        assertThat(refused.err()).contains("could not locate required checkpoint record of base backup")
                .contains("walreplay -r REPOSITORY -D DIR --continue");
        Captured recovered = Captured.run(new Walreplay(), "-r", home.resolve("repository").toString(), "-D",
                copy.toString(), "--continue");
        assertThat(recovered.code()).as(recovered.err()).isZero();

        PageLoad.checkCopy(copy, before);
    }

    @Test
    void a_backup_for_a_standby_says_whom_to_follow() throws Exception {
        Path copy = backup("-Fp -X stream -R --no-manifest");

        assertThat(copy.resolve("standby.signal")).isEmptyFile();
        assertThat(Files.readString(copy.resolve("postgresql.auto.conf"))).startsWith("primary_conninfo = 'user=");
    }

    /// What belongs to the running cluster stays there; and a copy does not archive.
    @Test
    void a_backup_has_what_a_start_needs_and_nothing_of_this_moment() throws Exception {
        Path copy = backup("-Fp -X fetch");

        try (Stream<Path> files = Files.list(copy)) {
            assertThat(files.map(file -> file.getFileName().toString())).containsExactlyInAnyOrder("backup_label",
                    "backup_manifest", "base", "global", "pg_replslot", "pg_tblspc", "pg_wal", "seawall.conf");
        }
        assertThat(Files.readString(copy.resolve("backup_label"))).startsWith("START WAL LOCATION: 0/")
                .contains("BACKUP METHOD: streamed\nBACKUP FROM: primary\n")
                .contains("LABEL: pg_basebackup base backup\n");
        assertThat(Files.readString(copy.resolve("seawall.conf"))).endsWith("archive_mode = off\n");
        assertThat(copy.resolve("pg_replslot")).isEmptyDirectory();
    }

    /// There is more to send than a socket holds of it for a client that stands still.
    @Test
    void checkpoints_redo_page_reads_and_removal_of_log_go_on_while_a_slow_client_is_sent_a_backup() throws Exception {
        Path copy = home.resolve("slow");
        long before = load.acknowledged();
        Process client = new ProcessBuilder(command(copy, "-Fp -X stream --max-rate=256")).inheritIO().start();
        try (WireClient psql = load.connect()) {
            Matcher label = received(copy.resolve("backup_label"));
            signal(client, "STOP");
            String kept = label.group(2);
            long atStart = load.acknowledged();
            // More pages than there is memory for, each of them read with all that was acknowledged.
            while (load.acknowledged() < atStart + PageLoad.BLOCKS) {
                long known = load.acknowledged();
                assertThat(load.read(psql, known)).isGreaterThanOrEqualTo(known);
            }
            psql.query("CHECKPOINT");
            assertThat(redoPoint()).isGreaterThan(Lsn.parse(label.group(1)));
            // As soon as what is older is archived.
            for (long end = System.nanoTime() + 30_000_000_000L; !oldestSegment().equals(kept); ) {
                assertThat(System.nanoTime()).as("%s is kept, not %s", kept, oldestSegment()).isLessThan(end);
                psql.query("CHECKPOINT");
            }
            assertThat(walctl("status", "-D", cluster.toString())).as("still sent")
                    .containsPattern("Base backup, pid \\d+: +streaming database files, .* sent");
        }
        signal(client, "CONT");

        assertThat(client.waitFor()).isZero();
        verify(copy);
        PageLoad.checkCopy(copy, before);
    }

    /// The first file of a backup, as soon as it is there.
    private static Matcher received(Path label) throws IOException {
        Matcher matcher = LABEL.matcher("");
        for (long end = System.nanoTime() + 30_000_000_000L; !matcher.find(); ) {
            assertThat(System.nanoTime()).as("%s is received", label).isLessThan(end);
            matcher = LABEL.matcher(Files.exists(label) ? Files.readString(label) : "");
        }
        return matcher;
    }

    private static void signal(Process process, String signal) {
        PostgresPrograms.execute(List.of("kill", "-" + signal, String.valueOf(process.pid())), Map.of()).orFail();
    }

    private static Lsn redoPoint() throws IOException {
        return ControlStore.peek(new LinuxDisk(), new SystemWorld(), cluster).checkpoint().redo();
    }

    private static String oldestSegment() throws IOException {
        try (Stream<Path> files = Files.list(cluster.resolve("pg_wal"))) {
            return files.map(file -> file.getFileName().toString()).filter(name -> name.matches("[0-9A-F]{24}"))
                    .min(Comparator.naturalOrder()).orElseThrow();
        }
    }

    @Test
    void two_backups_at_once_share_what_they_copy() throws Exception {
        long before = load.acknowledged();
        CompletableFuture<Path> other = CompletableFuture.supplyAsync(() -> backupAt(home.resolve("other")));
        Path copy = backup("-Fp -X fetch --max-rate=1M");

        PageLoad.checkCopy(copy, before);
        PageLoad.checkCopy(other.get(), before);
    }

    private static Path backupAt(Path into) {
        PostgresPrograms.execute(command(into, "-Fp -X fetch --max-rate=1M"), Map.of("LC_ALL", "C")).orFail();
        return into;
    }

    @Test
    void a_client_that_goes_away_lets_go_of_the_data_files() throws Exception {
        Process client = new ProcessBuilder(command(home.resolve("cut"), "-Fp -X fetch --max-rate=32 -P"))
                .redirectErrorStream(true).redirectOutput(home.resolve("cut.log").toFile()).start();
        try (WireClient psql = load.connect()) {
            await(psql, "SELECT count(*) FROM pg_stat_progress_basebackup WHERE phase = 'streaming database files'"
                    + " AND backup_total > 300000 AND tablespaces_total = 1", "1");
            long before = load.acknowledged();
            await(psql, "SELECT count(*) FROM pg_stat_activity WHERE backend_type = 'walsender' AND application_name"
                    + " = 'pg_basebackup'", "1");
            client.destroy();
            client.waitFor();

            await(psql, "SELECT count(*) FROM pg_stat_progress_basebackup", "0");
            assertThat(load.acknowledged()).isGreaterThanOrEqualTo(before);
            assertThat(psql.query("CHECKPOINT").tag()).isEqualTo("CHECKPOINT");
        }
    }

    /// Asks until the answer is this one.
    private static void await(WireClient client, String sql, String value) throws IOException {
        for (long end = System.nanoTime() + 30_000_000_000L; !client.query(sql).value().equals(value); ) {
            assertThat(System.nanoTime()).as(sql).isLessThan(end);
        }
    }
}
