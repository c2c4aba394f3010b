package dev.seawall.tools.waldump;

import static org.assertj.core.api.Assertions.assertThat;

import dev.seawall.wal.PageLayout;
import dev.seawall.wal.SegmentName;
import dev.seawall.witness.PostgresPrograms.Output;
import dev.seawall.witness.PostgresServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/// The log of a real server, read by waldump as by pg_waldump.
final class RealServerWitnessTest {

    /// Line up to the record's name, what its manager says of it, and its blocks.
    private static final Pattern LINE = Pattern.compile(
            "(rmgr: (\\S+) .*?, desc: (?:UNKNOWN \\([0-9a-f]+\\)|\\S+)) (.*?)((?:, blkref #.*)?)");

    private static PostgresServer server;

    @BeforeAll
    static void fill() {
        server = PostgresServer.create("--data-checksums").configure("wal_level=logical", "max_wal_size=4GB",
                "max_prepared_transactions=5", "track_commit_timestamp=on", "wal_keep_size=2GB",
                "checkpoint_timeout=1h").start();
        server.client("pgbench", "-i", "-s", "1", "-q", "postgres").orFail();
        server.sql("checkpoint");
        server.client("pgbench", "-c", "4", "-t", "50", "-n", "postgres").orFail();
        for (String method : List.of("pglz", "lz4", "zstd")) {
            server.sql("checkpoint; set wal_compression=" + method + "; update pgbench_accounts set abalance = 1"
                    + " where aid % 400 = 0");
        }
        manyIndexes();
        oddTransactions();
        server.sql("create table big(id int, v text); insert into big select i, repeat('wal ', 60) || i"
                + " from generate_series(1, 40000) i");
        server.sql("select pg_switch_wal()");
        server.sql("vacuum freeze pgbench_accounts");
        server.sql("checkpoint");
        server.sql("select pg_create_restore_point('the end')");
        // Stopped: or it would go on writing between one dump and the other.
        server.stop("fast");
    }

    private static void manyIndexes() {
        server.sql("create table t(id serial primary key, a int[], p point, r int4range, s text)");
        server.sql("create index on t using gin(a); create index on t using gist(p);"
                + " create index on t using spgist(s); create index on t using brin(id);"
                + " create index on t using hash(s)");
        server.sql("insert into t(a, p, r, s) select array[i, i+1], point(i, i), int4range(i, i+5), 'text ' || i"
                + " from generate_series(1, 2000) i");
        server.sql("delete from t where id % 3 = 0");
        server.sql("vacuum t");
        server.sql("update t set s = s || '!' where id % 5 = 0");
        server.sql("truncate t");
        server.sql("drop table t");
    }

    private static void oddTransactions() {
        server.sql("create table odd(id int)");
        server.sql("begin; insert into odd values (1); savepoint s; insert into odd values (2);"
                + " rollback to s; insert into odd values (3); commit");
        server.sql("begin; insert into odd values (4); prepare transaction 'one'");
        server.sql("commit prepared 'one'");
        server.sql("begin; create table gone(id int); prepare transaction 'two'");
        server.sql("rollback prepared 'two'");
        server.sql("begin; create table never(id int); insert into never values (1); rollback");
        server.sql("begin; select id from odd for share; lock table odd; commit");
        server.sql("select pg_logical_emit_message(true, 'app', 'in a transaction'),"
                + " pg_logical_emit_message(false, 'app', 'outside')");
        server.sql("create database other");
        server.sql("drop database other");
        server.sql("select pg_replication_origin_create('elsewhere')");
        server.sql("select pg_replication_origin_drop('elsewhere')");
    }

    @AfterAll
    static void stop() {
        server.close();
    }

    private static String firstLsn() {
        try (Stream<Path> files = Files.list(server.wal())) {
            String first = files.map(file -> file.getFileName().toString()).filter(SegmentName::isSegmentName)
                    .sorted().findFirst().orElseThrow();
            SegmentName name = SegmentName.parse(first, PageLayout.DEFAULT).orElseThrow();
            return PageLayout.DEFAULT.startOf(name.number()).toString();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /// What both print of the whole log.
    private record Dumps(List<String> ours, List<String> theirs) {

        static Dumps of(String... options) {
            List<String> all = new ArrayList<>(List.of("-p", server.wal().toString(), "-s", firstLsn()));
            all.addAll(List.of(options));
            Output theirs = BothDumps.pgWaldump(all.toArray(String[]::new));
            Output ours = BothDumps.waldump(all.toArray(String[]::new));
            assertThat(ours.err()).isEqualTo(theirs.err().replace("pg_waldump", "waldump"));
            assertThat(ours.exitCode()).isEqualTo(theirs.exitCode());
            return new Dumps(ours.lines(), theirs.lines());
        }
    }

    @Test
    void every_record_has_the_place_length_xid_manager_name_and_blocks_that_pg_waldump_sees() {
        Dumps dumps = Dumps.of();

        assertThat(dumps.theirs).hasSizeGreaterThan(20_000);
        assertThat(dumps.ours).hasSameSizeAs(dumps.theirs);
        for (int i = 0; i < dumps.theirs.size(); i++) {
            Matcher our = matched(dumps.ours.get(i));
            Matcher their = matched(dumps.theirs.get(i));
            if (!our.group(1).equals(their.group(1)) || !our.group(4).equals(their.group(4))) {
                assertThat(dumps.ours.get(i)).isEqualTo(dumps.theirs.get(i));
            }
        }
    }

    @Test
    void of_what_seawall_writes_too_every_word_is_pg_waldumps() {
        for (String manager : List.of("XLOG", "Transaction", "Storage", "CLOG", "Standby", "LogicalMessage")) {
            Dumps dumps = Dumps.of("-r", manager);

            assertThat(dumps.theirs).as(manager).isNotEmpty();
            assertThat(dumps.ours).as(manager).isEqualTo(dumps.theirs);
        }
    }

    @Test
    void details_of_blocks_and_statistics_are_pg_waldumps() {
        for (String option : List.of("--stats", "--stats=record")) {
            Dumps dumps = Dumps.of(option);
            assertThat(dumps.ours).isEqualTo(dumps.theirs);
        }
        Dumps dumps = Dumps.of("-b");
        List<String> details = dumps.theirs.stream().filter(line -> line.startsWith("\t")).toList();
        assertThat(details).anyMatch(line -> line.contains("method: zstd"))
                .anyMatch(line -> line.contains("method: lz4"));
        assertThat(dumps.ours.stream().filter(line -> line.startsWith("\t"))).isEqualTo(details);
    }

    private static Matcher matched(String line) {
        Matcher matcher = LINE.matcher(line);
        assertThat(matcher.matches()).as(line).isTrue();
        return matcher;
    }
}
