package dev.seawall.tools.archiver;

import static org.assertj.core.api.Assertions.assertThat;

import dev.seawall.archiver.SegmentCheck;
import dev.seawall.archiver.WalFiles;
import dev.seawall.archiver.repository.Codec;
import dev.seawall.archiver.repository.DirectoryRepository;
import dev.seawall.archiver.repository.WalArchive;
import dev.seawall.tools.ExitCode;
import dev.seawall.tools.Program;
import dev.seawall.wal.disk.LinuxDisk;
import dev.seawall.wal.read.MemoryLog;
import dev.seawall.wal.role.SystemWorld;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class ArchiverCommandTest {

    private static final String FIRST = "000000010000000000000001";
    private static final String SECOND = "000000010000000000000002";
    private static final String THIRD = "000000010000000000000003";
    private static final String FOURTH = "000000010000000000000004";

    @TempDir
    Path directory;

    private Path wal;
    private Path repository;
    private String out = "";

    @BeforeEach
    void a_log_and_a_repository() throws IOException {
        wal = Files.createDirectory(directory.resolve("pg_wal"));
        repository = directory.resolve("repository");
        MemoryLog log = MemoryLog.small();
        while (log.end().value() < 4 << 20) {
            log.message(1, new byte[20_000]);
        }
        log.writeTo(new LinuxDisk(), wal, 1);
        assertThat(run("init", "--system-id", Long.toString(MemoryLog.SYSTEM_ID), "--wal-segsize", "1MB")).isZero();
    }

    private int run(String command, String... more) {
        String[] all = new String[more.length + 3];
        all[0] = command;
        all[1] = "--repository";
        all[2] = repository.toString();
        System.arraycopy(more, 0, all, 3, more.length);
        PrintStream before = System.out;
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        System.setOut(new PrintStream(bytes, true, StandardCharsets.UTF_8));
        try {
            return Program.run(new Archiver(), all);
        } finally {
            System.setOut(before);
            out = bytes.toString(StandardCharsets.UTF_8);
        }
    }

    private int push(String name) {
        return run("push", wal.resolve(name).toString());
    }

    private int get(String name) {
        return run("get", name, directory.resolve("got").toString());
    }

    private Path stored(String name) {
        return repository.resolve("wal/00000001/00000000/" + name + ".zst");
    }

    @Test
    void what_is_pushed_can_be_got() throws Exception {
        assertThat(push(FIRST)).isZero();
        assertThat(push(FIRST)).as("again").isZero();

        assertThat(get(FIRST)).isZero();
        assertThat(Files.readAllBytes(directory.resolve("got"))).isEqualTo(Files.readAllBytes(wal.resolve(FIRST)));
    }

    @Test
    void get_says_absent_only_behind_the_archives_end() throws Exception {
        push(FIRST);
        push(THIRD);

        assertThat(get(FOURTH)).as("behind the end").isEqualTo(1);
        assertThat(get(SECOND)).as("a hole").isEqualTo(ExitCode.UNKNOWN.code());
        assertThat(Files.exists(directory.resolve("got"))).isFalse();
    }

    @Test
    void get_says_unknown_for_everything_that_goes_wrong() throws Exception {
        push(FIRST);
        push(SECOND);
        Files.write(stored(FIRST), new byte[100]);
        int unknown = ExitCode.UNKNOWN.code();

        assertThat(get(FIRST)).as("garbage").isEqualTo(unknown);
        assertThat(run("get", SECOND, "/nowhere/file")).as("no such directory").isEqualTo(unknown);
        assertThat(get("no-such-name")).isEqualTo(unknown);
        Files.delete(repository.resolve("seawall-repository"));
        assertThat(get(FOURTH)).as("repository away").isEqualTo(unknown);
        assertThat(Program.run(new Archiver(), "get", FIRST, "x")).as("no repository named").isEqualTo(unknown);
    }

    @Test
    void get_into_another_clusters_directory_is_unknown() throws Exception {
        push(FIRST);
        Path global = Files.createDirectory(directory.resolve("global"));
        Files.write(global.resolve("pg_control"), new byte[8192]);

        assertThat(run("get", FIRST, wal.resolve("RECOVERYXLOG").toString())).isEqualTo(ExitCode.UNKNOWN.code());
        assertThat(push(SECOND)).as("nor is anything archived from it").isEqualTo(ExitCode.CONFLICT.code());
    }

    @Test
    void push_refuses_other_content_damage_and_other_names_below_126() throws Exception {
        push(FIRST);
        byte[] content = Files.readAllBytes(wal.resolve(FIRST));
        byte[] next = Files.readAllBytes(wal.resolve(SECOND));
        content[100_000] ^= 1;
        Files.write(wal.resolve(FIRST), content);
        assertThat(push(FIRST)).as("damaged").isEqualTo(ExitCode.CORRUPT.code());

        Files.write(wal.resolve(THIRD), next);
        assertThat(push(THIRD)).as("another segment").isEqualTo(ExitCode.CORRUPT.code());

        Files.write(wal.resolve("notes.txt"), next);
        assertThat(push("notes.txt")).as("no segment").isBetween(1, 125);
        assertThat(push("00000001000000000000000F")).as("missing").isBetween(1, 125);
        assertThat(run("push", "--level", "99", wal.resolve(SECOND).toString())).isEqualTo(ExitCode.USAGE.code());
    }

    @Test
    void push_of_a_sound_segment_with_other_content_is_a_conflict() throws Exception {
        push(SECOND);
        MemoryLog other = MemoryLog.small();
        while (other.end().value() < 4 << 20) {
            other.message(2, new byte[30_000]);
        }
        other.writeTo(new LinuxDisk(), wal, 1);

        assertThat(push(SECOND)).isEqualTo(ExitCode.CONFLICT.code());
    }

    @Test
    void info_and_list_tell_what_is_there_and_what_is_missing() throws Exception {
        push(FIRST);
        push(THIRD);

        assertThat(run("info")).isZero();
        assertThat(out).contains("System identifier:   " + MemoryLog.SYSTEM_ID)
                .contains("Timeline 1:          2 segments, " + FIRST + " to " + THIRD + ", ends at 0/400000")
                .contains("1, the first is " + SECOND);
        assertThat(run("info", "--json")).isZero();
        assertThat(out).contains("\"holes\":[\"" + SECOND + "\"]").contains("\"end_lsn\":\"0/400000\"");
        assertThat(run("list")).isZero();
        assertThat(out).isEqualTo(FIRST + "\n" + THIRD + "\n");
        assertThat(run("list", "--json")).isZero();
        assertThat(out).isEqualTo("[\"" + FIRST + "\",\"" + THIRD + "\"]\n");
    }

    @Test
    void verify_finds_damage_and_holes() throws Exception {
        push(FIRST);
        push(SECOND);
        push(THIRD);
        assertThat(run("verify")).isZero();
        assertThat(out).isEqualTo("3 files verified, 0 problems\n");

        Files.delete(stored(SECOND));
        byte[] content = Files.readAllBytes(stored(THIRD));
        content[content.length / 2] ^= 1;
        Files.write(stored(THIRD), content);

        assertThat(run("verify")).isEqualTo(ExitCode.CORRUPT.code());
        assertThat(out).contains("hole in the archive: " + SECOND).contains(THIRD).contains("2 problems");
        assertThat(run("verify", "--json")).isEqualTo(ExitCode.CORRUPT.code());
        assertThat(out).contains("\"files\":2");
        assertThat(run("verify", "--backup", "monday")).isEqualTo(ExitCode.NOT_FOUND.code());
    }

    @Test
    void init_refuses_another_clusters_repository() throws Exception {
        assertThat(run("init", "--system-id", "42", "--wal-segsize", "1MB")).isEqualTo(ExitCode.CONFLICT.code());
        assertThat(run("init", "--system-id", Long.toString(MemoryLog.SYSTEM_ID), "--wal-segsize", "1MB")).isZero();
        assertThat(run("init")).as("whose?").isEqualTo(ExitCode.USAGE.code());
    }

    @Test
    void what_the_running_archiver_stored_push_finds_identical() throws Exception {
        LinuxDisk disk = new LinuxDisk();
        DirectoryRepository open = DirectoryRepository.open(disk, new SystemWorld(), repository);
        new WalFiles(disk, new WalArchive(open), open.identity(), new Codec(Codec.Format.GZIP, 6))
                .archive(wal.resolve(FIRST), SegmentCheck.Behind.COMPLETE);

        assertThat(push(FIRST)).isZero();
        assertThat(Files.exists(stored(FIRST))).isFalse();
    }
}
