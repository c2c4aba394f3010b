package dev.seawall.tools.waldump;

import static org.assertj.core.api.Assertions.assertThat;

import dev.seawall.wal.disk.LinuxDisk;
import dev.seawall.wal.read.MemoryLog;
import dev.seawall.witness.PostgresPrograms.Output;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class WaldumpArgumentsTest {

    @TempDir
    Path directory;

    @ParameterizedTest
    @ValueSource(strings = {
        "", "-B x -R 1/2/3", "-B 7", "-B 4294967295 -R 1/2/3", "-e 12", "-s 0/", "-F big", "-n many", "-r list",
        "-r nobody", "-r custom127", "-r custom256", "-R 1/2", "-R 0/2/3", "-R 1663/5/0", "-t x", "-x x",
        "--stats=table", "a b c", "-p /does/not/exist", "-p EMPTY", "-p FILE", "-p EMPTY 000000010000000000000009",
        "EMPTY/000000010000000000000009", "/does/not/exist/000000010000000000000001", "--rmgr=list -q"})
    void what_is_wrong_with_an_argument_is_said_as_pg_waldump_says_it(String line) throws Exception {
        Path empty = Files.createDirectories(directory.resolve("empty"));
        Path file = Files.writeString(directory.resolve("file"), "x");
        String[] arguments = line.isEmpty() ? new String[0]
                : line.replace("EMPTY", empty.toString()).replace("FILE", file.toString()).split(" ");

        BothDumps.agreeOn(arguments);
    }

    @ParameterizedTest
    @ValueSource(strings = {"--bogus", "-k", "-qk", "-n", "-qn", "--limit"})
    void an_option_that_is_none_or_lacks_its_value_is_refused_with_a_hint(String option) {
        Output ours = BothDumps.waldump(option);
        Output theirs = BothDumps.pgWaldump(option);

        // getopt calls the program by its path.
        assertThat(ours.err()).isEqualTo(theirs.err().replaceAll("[/a-z0-9]*pg_waldump", "waldump"));
        assertThat(ours.exitCode()).isEqualTo(theirs.exitCode()).isEqualTo(1);
    }

    @Test
    void segment_zero_has_no_start() throws Exception {
        MemoryLog log = MemoryLog.small();
        log.message("one");
        log.writeTo(new LinuxDisk(), directory, 1);
        Files.copy(directory.resolve("000000010000000000000001"), directory.resolve("000000010000000000000000"));

        BothDumps.agreeOn("-p", directory.toString(), "000000010000000000000000");
        BothDumps.agreeOn("-p", directory.toString());
    }

    @Test
    void the_log_is_found_in_a_pg_wal_below_the_directory() throws Exception {
        MemoryLog log = MemoryLog.small();
        log.message("one");
        log.writeTo(new LinuxDisk(), Files.createDirectories(directory.resolve("pg_wal")), 1);

        BothDumps.agreeOn("-p", directory.toString(), "-s", "0/100000");
    }

    @Test
    void following_shows_records_as_they_are_written() throws Exception {
        MemoryLog log = MemoryLog.small();
        log.message("one");
        log.writeTo(new LinuxDisk(), directory, 1);
        CompletableFuture<Output> following = CompletableFuture.supplyAsync(
                () -> BothDumps.waldump("-p", directory.toString(), "-s", "0/100000", "-f", "-n", "2"));

        log.message("two");
        log.writeTo(new LinuxDisk(), directory, 1);

        assertThat(following.get(30, TimeUnit.SECONDS).lines()).hasSize(2).last().asString()
                .endsWith("payload (3 bytes): 74 77 6F");
    }

    @Test
    void help_and_version_are_ours() {
        assertThat(BothDumps.waldump("--help").out()).contains("--bkp-details").contains("Examples:");
        assertThat(BothDumps.waldump("-V").out()).isEqualTo(WaldumpHelp.VERSION);
        assertThat(BothDumps.waldump("-?").exitCode()).isZero();
    }

    @Test
    void json_has_one_object_a_record() throws Exception {
        MemoryLog log = MemoryLog.small();
        log.message("say \"hello\"");
        log.writeTo(new LinuxDisk(), directory, 1);

        Output output = BothDumps.waldump("-p", directory.toString(), "-s", "0/100000", "--json");

        assertThat(output.lines()).singleElement().asString()
                .startsWith("{\"lsn\":\"0/100028\",\"end\":\"0/100068\",\"prev\":\"0/0\",\"rmgr\":\"LogicalMessage\"")
                .contains("\"description\":\"non-transactional, prefix \\\"t\\\"; payload (11 bytes): 73 61")
                .endsWith("\"blocks\":[]}");
    }
}
