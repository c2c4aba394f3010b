package dev.seawall.walwriter.query;

import static org.assertj.core.api.Assertions.assertThat;

import dev.seawall.walwriter.query.view.Views;
import dev.seawall.walwriter.server.ServedLog;
import dev.seawall.witness.PostgresPrograms;
import dev.seawall.witness.PostgresServer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/// The same statements by psql to a real PostgreSQL 15 and to a served log: the same answers, to the
/// letter, and the same errors.
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class SameAsPostgresTest {

    private PostgresServer postgres;
    private ServedLog seawall;

    @TempDir
    Path scratch;

    @BeforeAll
    void start() throws IOException {
        postgres = PostgresServer.create().start();
        seawall = ServedLog.create(Files.createTempDirectory(Path.of("/tmp"), "swq"));
    }

    @AfterAll
    void stop() throws IOException {
        postgres.close();
        seawall.close();
        PostgresPrograms.execute(List.of("rm", "-r", seawall.directory().toString()), Map.of()).orFail();
    }

    /// What psql prints for each statement, errors included.
    private Map<String, String> answers(Path host, List<String> statements, String... options) throws IOException {
        StringBuilder script = new StringBuilder("\\set VERBOSITY verbose\n\\pset null '(null)'\n");
        for (int i = 0; i < statements.size(); i++) {
            script.append("\\echo ##").append(i).append("\n\\warn ##").append(i).append('\n')
                    .append(statements.get(i)).append(";\n");
        }
        Path file = Files.writeString(scratch.resolve("script.sql"), script);
        List<String> command = new ArrayList<>(List.of(PostgresPrograms.find("psql").toString(), "-h", host.toString(),
                "-p", "5432", "-U", "postgres", "-d", "postgres", "-X", "-q", "-f", file.toString()));
        command.addAll(List.of(options));
        var output = PostgresPrograms.execute(command, Map.of("LC_ALL", "C", "PGTZ", "UTC"));
        String[] out = output.out().split("##\\d+\n", -1);
        String[] err = output.err().split("##\\d+\n", -1);
        assertThat(out).as(output.err()).hasSize(statements.size() + 1);
        Map<String, String> answers = new TreeMap<>();
        for (int i = 0; i < statements.size(); i++) {
            answers.put(statements.get(i), out[i + 1] + problem(err[i + 1]));
        }
        return answers;
    }

    /// The first line of an error: state and words, without file, line, position, hint.
    private static String problem(String text) {
        return text.isEmpty() ? "" : text.lines().findFirst().orElse("").replaceFirst("^psql:[^:]*:\\d+: ", "");
    }

    private void expectTheSame(List<String> statements) throws IOException {
        List<String> differences = new ArrayList<>();
        // With columns' names, then values alone, aligned by their types.
        for (String form : List.of("--no-align", "--tuples-only")) {
            Map<String, String> expected = answers(postgres.socketDirectory(), statements, form);
            Map<String, String> found = answers(seawall.directory(), statements, form);
            expected.forEach((statement, answer) -> {
                if (!answer.equals(found.get(statement))) {
                    differences.add(statement + "\n-- PostgreSQL: " + answer + "\n-- Seawall: " + found.get(statement));
                }
            });
        }
        assertThat(differences).isEmpty();
    }

    @Test
    void literals_and_casts() throws IOException {
        expectTheSame(List.of("select 1", "select -1, 2147483648, 9223372036854775808, 1.50, .5, 1e3, 1e-7",
                "select 'x', 'it''s', E'a\\tb', $$q$$, null, true, false", "select 'x'::text, 1::int8, 1::text a",
                "select ' 7 '::int4, '-32768'::int2, '4294967295'::oid, '-1'::oid",
                "select 'x'::int4", "select ''::int8", "select '99999999999'::int4", "select '32768'::int2",
                "select '4294967296'::oid", "select 3000000000::int4", "select 2.5::int4, 3.5::int4, 2.5::int8",
                "select 2.5::float8::int4, 3.5::float8::int4, 1e20::float8::int8",
                "select 't'::bool, 'TRUE'::bool, 'of'::bool, 'on'::bool, ' yes '::bool, '0'::bool", "select 'o'::bool",
                "select 1::bool, 0::bool, true::int4, true::text", "select true::int8", "select 'a'::nothing",
                "select '1.10'::numeric, '1e3'::numeric, '-0.0'::numeric, '.5'::numeric, '1e-20'::numeric",
                "select 'x'::numeric", "select '1e200000'::numeric", "select 1::numeric, 12345678901::numeric::text",
                "select '0/0'::pg_lsn, 'FFFFFFFF/ffffffff'::pg_lsn, '16/B374D848'::pg_lsn, pg_lsn '0/1'",
                "select '0'::pg_lsn", "select '123456789/0'::pg_lsn", "select 'G/0'::pg_lsn",
                "select cast('5' as integer) as five, cast(5 as double precision)",
                "select 'abc'::varchar, 'abc'::name, 'abc'::text::varchar", "select '5'::text::int4",
                "select 'x'::text::int4"));
    }

    @Test
    void floats() throws IOException {
        expectTheSame(List.of(
                "select 1::float8, 0.1::float8, '1e15'::float8, '1e14'::float8, '123456789012345678'::float8",
                "select '1e-4'::float8, '1e-5'::float8, '1.5e-7'::float8, '1e300'::float8, '-2.5e-300'::float8",
                "select 'NaN'::float8, 'Infinity'::float8, '-inf'::float8, '-0'::float8, '5e-324'::float8",
                "select 'x'::float8", "select '1e400'::float8", "select '1e-400'::float8", "select '1d'::float8",
                "select '0.1'::float8::numeric, '1e20'::float8::numeric"));
    }

    @Test
    void bytes() throws IOException {
        expectTheSame(List.of(
                "select ''::bytea, 'abc'::bytea, '\\x00ff'::bytea, '\\x 00 Ff'::bytea, '\\\\\\001z'::bytea",
                "select '\\xg0'::bytea", "select '\\x0'::bytea", "select '\\9'::bytea", "select '\\'::bytea",
                "select '\\xdeadbeef'::bytea::text", "select 'abc'::text::bytea"));
    }

    @Test
    void times() throws IOException {
        expectTheSame(List.of(
                "select '2026-11-22 09:45:49.123+00'::timestamptz, '2026-11-22'::timestamptz, 'epoch'::timestamptz",
                "select '2026-11-22T09:45:49.1234567Z'::timestamptz, '2026-11-22 09:45+02'::timestamptz",
                "select '2026-11-22 09:45:49-03:30'::timestamptz, '1969-12-31 23:59:59.999999+00'::timestamptz",
                "select '12026-01-01 00:00:00+00'::timestamptz, timestamp with time zone '2026-01-01 00:00+00'",
                "select 'x'::timestamptz", "select '2026-13-01'::timestamptz", "select '2026-02-30'::timestamptz",
                "select '00:00:00.000123'::interval, '26:03:04.5'::interval, '-01:00'::interval, '5'::interval",
                "select '90 minutes'::interval, '1.5 s'::interval, '3 hours 2 min 1 sec'::interval, '250 ms'::interval",
                "select 'x'::interval", "select '1 parsec'::interval"));
    }

    @Test
    void functions() throws IOException {
        expectTheSame(List.of("select repeat('ab', 3), repeat('x', 0), repeat('x', -1), repeat(null, 2)",
                "select pg_wal_lsn_diff('1/0', '0/1'), pg_wal_lsn_diff('0/0', 'FFFFFFFF/FFFFFFFF')",
                "select pg_catalog.pg_wal_lsn_diff('0/5', '0/1') as d",
                "select * from pg_wal_lsn_diff('0/5', '0/1')", "select * from pg_wal_lsn_diff('0/5', '0/1') x",
                "select x from pg_wal_lsn_diff('0/5', '0/1') x", "select pg_wal_lsn_diff('0/5', '0/1')::int4",
                "select pg_is_in_recovery(), current_user, session_user, user, current_role, current_catalog",
                "select current_database(), current_schema(), current_schema", "select pg_sleep(0)",
                "select count(*) from pg_sleep(0)", "select count(*)", "select count(*) as n where 1 = 2",
                "select pg_walfile_name(null), pg_walfile_name_offset(null)",
                "select * from pg_walfile_name_offset(null)",
                "select pg_walfile_name('0/1000000'), pg_walfile_name('0/1000001'), pg_walfile_name('1/0')",
                "select pg_walfile_name_offset('0/1000000'), pg_walfile_name_offset('5/FEDCBA98')",
                "select file_offset, file_name from pg_walfile_name_offset('0/1000028')",
                "select set_config('application_name', 'x', false), current_setting('application_name')",
                "select current_setting('nope')", "select current_setting('nope', true)",
                "select pg_cancel_backend(2147483647)",
                "select txid_current_if_assigned(), pg_current_xact_id_if_assigned()"));
    }

    @Test
    void names_that_there_are_not() throws IOException {
        expectTheSame(List.of("select f(1, 'a', null, 1.5, 1::int8)", "select nothing.f()", "select repeat(1, 'x')",
                "select repeat('a')", "select repeat('a', true)", "select pg_wal_lsn_diff('0/1', 5)",
                "select pg_wal_lsn_diff(nope => '0/1', lsn2 => '0/1')", "select * from nothing", "select nothing",
                "select * from nothing.at_all", "select *", "select a.b", "select x.* from pg_sleep(0) y",
                "select nope from pg_stat_wal", "select pg_stat_wal.nope from pg_stat_wal",
                "select wal_records from pg_stat_wal limit -1", "select wal_records, count(*) from pg_stat_wal",
                "select 1 where 1", "select 1 where 1 = '0/1'::pg_lsn", "select 1 where count(*) = 1",
                "select '1'::int4::pg_lsn", "select nonsense nonsense nonsense", "nonsense"));
    }

    @Test
    void conditions_and_limits() throws IOException {
        expectTheSame(List.of("select 1 where true", "select 1 where false",
                "select 1 where null", "select 1 where 't'",
                "select 1 where 1 = 1.0", "select 1 where 'a' < 'b' and 2 > 1 and 1 <> 2 and 1 != 2",
                "select 1 where '0/10'::pg_lsn > '0/9'", "select 1 where null = null", "select 1 where null is null",
                "select 1 where 1 is not null", "select 1 limit 0", "select 1 limit 1", "select 1 limit null",
                "select 1 limit all", "select 1 where 'x'::name = 'x'::text", "select 1 where '\\x01'::bytea < '\\x02'",
                "select 1 where 1::int2 < 2::int8 and 1::oid = 1 and 1.5 > 1::float8",
                "select 1 where '1 min'::interval > '59 s'", "select 1 where '2026-01-01'::timestamptz < '2026-01-02'",
                "select 1 a, 2 \"B c\", 3 as select", "select pg_is_in_recovery() where pg_is_in_recovery()"));
    }

    @Test
    void parameters() throws IOException {
        // psql has no parameters before 16: what Parse makes of them is asked of pgbench by its exit code.
        Path script = Files.writeString(scratch.resolve("p.sql"),
                "\\set n 5\nselect repeat('x', :n) where :n = 5 and 'a' = 'a' limit :n\n");
        for (Path host : List.of(seawall.directory(), postgres.socketDirectory())) {
            PostgresPrograms.run("pgbench", "-h", host.toString(), "-p", "5432", "-U", "postgres", "-n", "-M",
                    "prepared", "-t", "20", "-f", script.toString(), "postgres").orFail();
        }
    }

    /// Of every view that a real server has.
    @Test
    void views_have_the_same_columns_of_the_same_types() throws IOException {
        for (String view : List.of("pg_stat_wal", "pg_stat_archiver", "pg_stat_bgwriter", "pg_stat_replication",
                "pg_replication_slots", "pg_stat_activity", "pg_settings")) {
            // Each column's name, and its type as RowDescription tells it.
            String script = "select * from " + view + " limit 0 \\gdesc";
            Path file = Files.writeString(scratch.resolve("gdesc.sql"), script);
            assertThat(columns(view)).as(view).isEqualTo(PostgresPrograms.run("psql", "-h",
                    postgres.socketDirectory().toString(), "-U", "postgres", "-XAt", "-F", " ", "-f", file.toString())
                    .orFail().strip());
        }
    }

    private static String columns(String view) {
        return Views.ALL.stream().filter(one -> one.name().equals(view)).findFirst().orElseThrow().columns().stream()
                .map(column -> column.name() + " " + column.type().sqlName()).collect(Collectors.joining("\n"));
    }

    @Test
    void views_can_be_selected_from() throws IOException {
        expectTheSame(List.of("select count(*) from pg_stat_wal", "select count(*) from pg_stat_archiver",
                "select count(*) from pg_stat_replication", "select slot_name from pg_replication_slots where active",
                "select archived_count, last_archived_wal from pg_catalog.pg_stat_archiver where failed_count = 0",
                "select pid from pg_stat_replication",
                "select 1 from pg_stat_wal where wal_records < 0",
                "select state, usename, datname, application_name, client_addr, client_port, query"
                        + " from pg_stat_activity where pid = pg_backend_pid()",
                "select a.backend_type from pg_stat_activity as a where a.backend_type = 'client backend' limit 1",
                "select name, setting, unit, vartype, context from pg_settings"
                        + " where name = 'wal_buffers' and setting = ''",
                "select name, unit, vartype, context, enumvals from pg_settings where name = 'max_wal_size'",
                "select name, setting, unit, vartype, context, min_val, max_val, boot_val from pg_settings"
                        + " where name = 'idle_session_timeout'",
                "select name, unit, vartype, context from pg_settings where name = 'checkpoint_timeout'",
                "select name, unit, context from pg_settings where name = 'max_connections'",
                "select name, setting, vartype, context from pg_settings where name = 'application_name'"));
    }

    @Test
    void a_backup_is_described_in_the_same_words() throws IOException {
        String theirs = postgres.client("psql", "-XAt", "-d", "postgres",
                "-c", "select pg_backup_start('nightly', true)",
                "-c", "select labelfile, spcmapfile is null, spcmapfile from pg_backup_stop(false)").orFail();
        try (CalledLog log = new CalledLog()) {
            MadeUpCaller caller = MadeUpCaller.superuser(log, 1);
            Object start = log.value(caller, "select pg_backup_start('nightly', true)");
            List<?> stop = log.select(caller, "select labelfile, spcmapfile from pg_backup_stop(false)").getFirst();

            assertThat(pattern(start + "\n" + stop.getFirst() + "|f|" + stop.getLast())).isEqualTo(pattern(theirs));
        }
    }

    /// What differs from one cluster and moment to another taken out.
    private static String pattern(String text) {
        return text.strip().replaceAll("[0-9A-F]+/[0-9A-F]+", "LSN").replaceAll("[0-9A-F]{24}", "FILE")
                .replaceAll("\\d{4}-\\d\\d-\\d\\d \\d\\d:\\d\\d:\\d\\d [A-Z]+", "TIME");
    }
}
