package dev.seawall.tools.walreplay;

import static dev.seawall.tools.walreplay.Ran.walreplay;
import static org.assertj.core.api.Assertions.assertThat;

import dev.seawall.archiver.backup.BackupProgress;
import dev.seawall.embedded.Seawall;
import dev.seawall.embedded.SeawallOptions;
import dev.seawall.wal.Lsn;
import dev.seawall.wal.PageLayout;
import dev.seawall.wal.SegmentName;
import dev.seawall.wal.disk.Disk;
import dev.seawall.wal.disk.LinuxDisk;
import dev.seawall.wal.record.RelationId;
import dev.seawall.wal.role.SystemWorld;
import dev.seawall.wal.role.World;
import dev.seawall.walwriter.Transaction;
import dev.seawall.walwriter.start.ClusterInit;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The command on a cluster of twelve transactions, a message and a page change each; the backup
/// behind the 3rd, the restore point "half" behind the 6th.
final class WalreplayTest {

    private static final RelationId RELATION = new RelationId(1663, 5, 16384);
    private static final int COMMITS = 12;
    private static final Lsn[] ENDS = new Lsn[COMMITS + 1];
    private static final long[] XIDS = new long[COMMITS + 1];

    @TempDir
    private static Path shared;
    private static Path cluster;
    private static Path repository;

    @TempDir
    private Path temporary;

    @BeforeAll
    static void live() throws IOException {
        Disk disk = new LinuxDisk();
        World world = new SystemWorld();
        cluster = shared.resolve("cluster");
        repository = shared.resolve("repository");
        Seawall.init(disk, world, cluster, new ClusterInit.Options(ClusterInit.systemId(Instant.now(), 1),
                new Lsn(PageLayout.SEGMENT_BYTES_MIN), 3, new PageLayout(PageLayout.SEGMENT_BYTES_MIN), 100));
        SeawallOptions options = SeawallOptions.DEFAULT.withArchive(repository);
        try (Seawall seawall = Seawall.open(disk, world, cluster, options, List.of())) {
            seawall.wal().extend(RELATION, 1);
            for (int i = 1; i <= COMMITS; i++) {
                commit(seawall, i);
                if (i == 3) {
                    seawall.backup("first", BackupProgress.NONE);
                } else if (i == 6) {
                    seawall.wal().flush(seawall.wal().restorePoint("half"));
                } else if (i == 9) {
                    seawall.wal().switchSegment();
                }
            }
            seawall.wal().flush(seawall.wal().message("loose", bytes("tab\tand\nline, \"quoted\"")));
            Lsn end = seawall.wal().switchSegment();
            String last = new SegmentName(seawall.wal().history().timeline(),
                    seawall.wal().layout().segmentOf(end.plus(-1))).fileName(seawall.wal().layout());
            for (int i = 0; i < 1000 && !holds(seawall, last); i++) {
                world.park(() -> false, 20_000_000);
            }
        }
    }

    private static boolean holds(Seawall seawall, String name) {
        try {
            return seawall.archive().holds(name);
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    private static void commit(Seawall seawall, int i) {
        try (Transaction transaction = seawall.begin(); Transaction aborted = seawall.begin()) {
            aborted.message("numbers", bytes("aborted"));
            transaction.message(i % 2 == 0 ? "numbers.even" : "numbers", bytes(Integer.toString(i)));
            transaction.write(RELATION, 0, 100, bytes(Integer.toString(i)));
            XIDS[i] = transaction.xid();
            ENDS[i] = transaction.commit();
        }
    }

    private static ByteBuffer bytes(String text) {
        return ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8));
    }

    private static List<String> upTo(int n) {
        return IntStream.rangeClosed(1, n).mapToObj(Integer::toString).toList();
    }

    @Test
    void messages_are_printed_in_commit_order_with_lsn_xid_and_time() {
        Ran ran = walreplay("--messages", "-w", cluster);
        assertThat(ran.exitCode()).describedAs(ran.err()).isZero();
        assertThat(ran.contents()).startsWith(upTo(COMMITS).toArray(String[]::new)).hasSize(COMMITS + 1);
        assertThat(ran.lines().getFirst()).matches(
                "0/[0-9A-F]+  " + XIDS[1] + "  20[0-9T:.-]+Z  numbers: 1");
        assertThat(ran.lines().getLast()).endsWith("  0  -  loose: tab\\tand\\nline, \"quoted\"");
        assertThat(ran.err()).contains("13 messages from ").contains("the log ends");
    }

    @Test
    void json_has_an_object_a_message() {
        Ran ran = walreplay("--messages", "--json", "-w", cluster.resolve("pg_wal"), "--target-xid", XIDS[1]);
        assertThat(ran.out()).matches("\\{\"lsn\":\"0/[0-9A-F]+\",\"xid\":" + XIDS[1]
                + ",\"time\":\"[^\"]+\",\"commit_lsn\":\"" + ENDS[1]
                + "\",\"prefix\":\"numbers\",\"content\":\"1\"}\n");
    }

    @Test
    void an_archive_gives_the_same_messages() {
        assertThat(walreplay("--messages", "-r", repository).out())
                .isEqualTo(walreplay("--messages", "-w", cluster).out());
    }

    @Test
    void a_prefix_chooses_itself_and_what_is_below_it() {
        assertThat(walreplay("--messages", "-w", cluster, "--prefix", "numbers.even").contents())
                .containsExactly("2", "4", "6", "8", "10", "12");
        assertThat(walreplay("--messages", "-w", cluster, "--prefix", "number").out()).isEmpty();
    }

    @Test
    void every_kind_of_target_stops_where_it_says() {
        assertThat(messages("--target-name", "half")).isEqualTo(upTo(6));
        assertThat(messages("--target-xid", XIDS[4])).isEqualTo(upTo(4));
        assertThat(messages("--target-xid", XIDS[4], "--exclusive")).isEqualTo(upTo(3));
        assertThat(messages("--target-lsn", ENDS[4], "--exclusive")).isEqualTo(upTo(4));
        assertThat(messages("--target-time", "2020-01-01 00:00:00Z")).isEmpty();
    }

    private static List<String> messages(Object... target) {
        Object[] all = Stream.concat(Stream.of("--messages", "-w", cluster), Stream.of(target)).toArray();
        Ran ran = walreplay(all);
        assertThat(ran.exitCode()).describedAs(ran.err()).isZero();
        return ran.contents();
    }

    @Test
    void a_target_that_is_not_met_exits_with_7() {
        Ran ran = walreplay("--messages", "-w", cluster, "--target-name", "never");
        assertThat(ran.exitCode()).isEqualTo(7);
        assertThat(ran.err()).contains("recovery target not reached: restore point \"never\"").contains("HINT");
    }

    @Test
    void a_start_leaves_out_what_was_before() {
        assertThat(walreplay("--messages", "-w", cluster, "--start", ENDS[10]).contents()).startsWith("11", "12");
    }

    @Test
    void a_dry_run_says_backup_log_and_stop() throws IOException {
        Ran ran = walreplay("--dry-run", "-r", repository, "--target-name", "half");
        assertThat(ran.exitCode()).describedAs(ran.err()).isZero();
        assertThat(ran.out()).contains("Base backup:    first: timeline 1").contains("Would restore:")
                // The backup's redo point may lie before its newest commits.
                .containsPattern("([3-6]) commits, \\1 messages, [3-7] page records")
                .contains("at restore point \"half\"")
                .contains("Last commit:    transaction " + XIDS[6]);
        Ran json = walreplay("--dry-run", "--json", "-r", repository, "--target-name", "half");
        assertThat(json.out()).startsWith("{\"backup\":\"first\",").contains("\"stop_reason\":\"at restore point");
        try (Stream<Path> none = Files.list(temporary)) {
            assertThat(none).isEmpty();
        }
    }

    @Test
    void a_dry_run_of_an_impossible_target_exits_with_7() {
        assertThat(walreplay("--dry-run", "-r", repository, "--target-name", "never").exitCode()).isEqualTo(7);
        Ran early = walreplay("--dry-run", "-r", repository, "--target-time", "2020-01-01 00:00:00Z");
        assertThat(early.exitCode()).isEqualTo(7);
        assertThat(early.err()).contains("no base backup ends before");
    }

    @Test
    void recovery_into_a_directory_gives_a_cluster_with_exactly_the_first_half() throws IOException {
        Path copy = temporary.resolve("copy");
        Ran ran = walreplay("-r", repository, "-D", copy, "--timeline", "current", "--target-name", "half");
        assertThat(ran.exitCode()).describedAs(ran.err()).isZero();
        assertThat(ran.out()).contains("at restore point \"half\"").contains("on timeline ");
        ByteBuffer page = ByteBuffer.allocate(8192);
        try (Seawall seawall = Seawall.open(
                new LinuxDisk(), new SystemWorld(), copy, SeawallOptions.DEFAULT, List.of())) {
            seawall.readPage(RELATION, 0, page);
            assertThat((char) page.get(100)).isEqualTo('6');
            commit(seawall, 7);
        }
        assertThat(walreplay("--messages", "-w", copy).contents()).endsWith("6", "7").doesNotContain("8");
    }

    @Test
    void the_log_of_a_recovered_cluster_may_be_on_another_disk() throws IOException {
        Path copy = temporary.resolve("copy");
        Path log = temporary.resolve("log");
        Ran ran = walreplay("-r", repository, "-D", copy, "--waldir", log, "--timeline", "current",
                "--target-name", "half");
        assertThat(ran.exitCode()).describedAs(ran.err()).isZero();
        assertThat(Files.readSymbolicLink(copy.resolve("pg_wal"))).isEqualTo(log);
        try (Seawall seawall = Seawall.open(
                new LinuxDisk(), new SystemWorld(), copy, SeawallOptions.DEFAULT, List.of())) {
            commit(seawall, 7);
        }
        assertThat(walreplay("--messages", "-w", log).contents()).endsWith("6", "7").doesNotContain("8");

        Path other = temporary.resolve("other");
        assertThat(walreplay("-r", repository, "-D", other, "--waldir", log, "--timeline", "current").err())
                .contains("--waldir \"" + log + "\" is not empty");
        assertThat(other).doesNotExist();
    }

    @Test
    void a_recovery_that_was_shut_down_goes_on() {
        Path copy = temporary.resolve("copy");
        Ran first = walreplay("-r", repository, "-D", copy, "--timeline", "current", "--target-name", "half",
                "--action", "shutdown", "--json");
        assertThat(first.exitCode()).describedAs(first.err()).isZero();
        assertThat(first.out()).contains("\"action\":\"shutdown\"").contains("\"timeline\":1}");
        Ran second = walreplay("-r", repository, "-D", copy, "--timeline", "current", "--continue",
                "--target-xid", XIDS[8]);
        assertThat(second.exitCode()).describedAs(second.err()).isZero();
        assertThat(second.out()).contains("after transaction " + XIDS[8]);
    }

    @Test
    void a_directory_that_is_not_empty_is_refused() throws IOException {
        Files.writeString(temporary.resolve("precious"), "mine");
        Ran ran = walreplay("-r", repository, "-D", temporary);
        assertThat(ran.exitCode()).isEqualTo(4);
        assertThat(ran.err()).contains("not empty");
        assertThat(temporary.resolve("precious")).hasContent("mine");
    }

    @Test
    void wrong_usage_exits_with_2_and_a_hint() {
        for (Object[] line : List.<Object[]>of(
                new Object[] {"-w", cluster},
                new Object[] {"--messages"},
                new Object[] {"--messages", "-w", cluster, "-r", repository},
                new Object[] {"--messages", "-w", cluster, "--waldir", temporary},
                new Object[] {"-r", repository, "-D", temporary, "--waldir", temporary, "--continue"},
                new Object[] {"--messages", "-w", cluster, "--target-xid", "9", "--target-lsn", "0/1"},
                new Object[] {"--messages", "-w", cluster, "--target-name", "half", "--exclusive"},
                new Object[] {"--messages", "-w", cluster, "--target-time", "noon"},
                new Object[] {"--messages", "-w", cluster, "--timeline", "newest"},
                new Object[] {"--messages", "-w", cluster, "--start", "here"})) {
            Ran ran = walreplay(line);
            assertThat(ran.exitCode()).describedAs(List.of(line) + ran.err()).isEqualTo(2);
            assertThat(ran.err()).contains("HINT");
        }
    }

    @Test
    void what_is_not_there_exits_with_1() {
        assertThat(walreplay("--messages", "-w", temporary).exitCode()).isEqualTo(1);
        // A repository that is not there may only not be mounted.
        assertThat(walreplay("--dry-run", "-r", temporary.resolve("none")).exitCode()).isEqualTo(4);
        assertThat(walreplay("--messages", "-w", cluster, "--timeline", "7").exitCode()).isEqualTo(1);
    }

    @Test
    void help_teaches_and_names_the_exit_codes() {
        Ran ran = walreplay("--help");
        assertThat(ran.exitCode()).isZero();
        assertThat(ran.out()).contains("Examples:")
                .contains("Exit codes:").contains("   7");
    }
}
