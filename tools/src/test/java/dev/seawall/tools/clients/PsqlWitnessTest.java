package dev.seawall.tools.clients;

import static org.assertj.core.api.Assertions.assertThat;

import dev.seawall.walwriter.server.ServedLog;
import dev.seawall.witness.PostgresPrograms;
import dev.seawall.witness.PostgresServer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The same statements to Seawall and to a real PostgreSQL 15: psql shows the same.
final class PsqlWitnessTest {

    private static final List<String> STATEMENTS = List.of(
            "select 1 as one, 'two' as two, true as three, null as four, 5000000000 as five, 1.50 as six",
            "select repeat('ab', 3)",
            "select repeat('ab', 3) as \"Mixed Case\", repeat('', 5)",
            "select pg_wal_lsn_diff('16/B374D848', '0/0') as diff, pg_wal_lsn_diff('0/0', '16/B374D848')",
            "select '\\x00ff'::bytea, 'abc'::text, '42'::integer, '42'::bigint, 't'::boolean, '16/b374d848'::pg_lsn",
            "select cast('7' as bigint), bigint '8', 'on'::bool",
            "select pg_walfile_name('0/1000028')",
            "select pg_walfile_name_offset('0/1000028')",
            "select * from pg_walfile_name_offset('0/1000028')",
            "select pg_walfile_name('0/1000000'), pg_walfile_name('1/0')",
            "select pg_is_in_recovery()",
            "select pg_last_wal_receive_lsn(), pg_last_wal_replay_lsn(), pg_last_xact_replay_timestamp()",
            "select current_user, current_database(), session_user",
            "select current_setting('server_encoding'), current_setting('nope', true)",
            "select current_setting('nope')",
            "select pg_logical_emit_message(true, 'p', null)",
            "select pg_logical_emit_message(true)",
            "select pg_logical_emit_message(1, 2, 3)",
            "select no_such_function()",
            "select pg_current_wal_lsn('x')",
            "selec 1",
            "select pg_walfile_name('nonsense')",
            "select 'nonsense'::pg_lsn",
            "select 'nonsense'::integer",
            "select '99999999999'::integer",
            "select * from no_such_view",
            "select no_such_column from pg_stat_wal",
            "begin", "begin", "select repeat('in', 1)", "commit", "commit",
            "start transaction", "rollback", "rollback",
            "begin transaction isolation level serializable read only", "show transaction_isolation",
            "show transaction_read_only", "end",
            "begin", "select nonsense", "select 1", "commit",
            "begin", "set local synchronous_commit = off", "show synchronous_commit", "rollback",
            "show synchronous_commit",
            "set synchronous_commit = local", "show synchronous_commit", "reset synchronous_commit",
            "begin", "set synchronous_commit = off", "rollback", "show synchronous_commit",
            "set synchronous_commit = sometimes", "set nope = 1", "show nope", "reset nope",
            "set application_name = 'witness'", "show application_name", "reset all",
            "set session characteristics as transaction read only", "show default_transaction_read_only",
            "show transaction_read_only",
            "set session characteristics as transaction read write",
            "set time zone 'UTC'", "set names 'UTF8'", "show client_encoding", "show standard_conforming_strings",
            "show DateStyle", "set statement_timeout = 1000", "show statement_timeout", "reset statement_timeout",
            "set server_version = 1",
            "set local application_name = 'x'",
            "discard all", "deallocate all", "deallocate nope",
            "select pg_create_physical_replication_slot('witness')",
            "select pg_create_physical_replication_slot('witness')",
            "select slot_name, plugin, slot_type, temporary, active, restart_lsn, confirmed_flush_lsn from "
                + "pg_replication_slots where slot_name = 'witness'",
            "select pg_create_physical_replication_slot('Not Allowed')",
            "select pg_drop_replication_slot('witness')",
            "select pg_drop_replication_slot('witness')",
            "select slot_name, active from pg_replication_slots where slot_type = 'logical'",
            "select count(*) from pg_stat_replication",
            "select pg_terminate_backend(0)",
            "select pg_backup_stop()",
            "select set_config('application_name', 'again', false)",
            ";", "", "-- a comment", "/* another */ select /* inside */ 1");

    @TempDir
    Path directory;

    @Test
    void psql_shows_the_same() throws IOException {
        Path script = directory.resolve("script.sql");
        StringBuilder text = new StringBuilder("\\set VERBOSITY sqlstate\n");
        List<String> titles = new ArrayList<>();
        for (String statement : STATEMENTS) {
            titles.add(statement);
            text.append("\\echo #").append(titles.size()).append("\n\\warn #").append(titles.size()).append('\n')
                    .append(statement).append(";\n");
        }
        Files.writeString(script, text);
        List<String> ours;
        List<String> theirs;
        try (ServedLog served = ServedLog.create(directory.resolve("c"));
                PostgresServer postgres = PostgresServer.create().start()) {
            ours = blocks(new Psql(served.directory(), served.port(), "postgres").run("-f", script.toString()));
            theirs = blocks(new Psql(postgres.socketDirectory(), postgres.port(), "postgres")
                    .run("-f", script.toString()));
        }
        List<String> differences = new ArrayList<>();
        for (int i = 0; i < titles.size(); i++) {
            if (!ours.get(i).equals(theirs.get(i))) {
                differences.add(titles.get(i) + "\n-- PostgreSQL\n" + theirs.get(i) + "-- Seawall\n" + ours.get(i));
            }
        }
        assertThat(String.join("\n", differences)).isEmpty();
    }

    /// What was said of each statement, on standard output and on standard error.
    private static List<String> blocks(PostgresPrograms.Output output) {
        String[] outs = output.out().split("(?m)^#\\d+\n", -1);
        String[] errs = output.err().replaceAll("(?m)^psql:[^ ]*: ", "").split("(?m)^#\\d+\n", -1);
        assertThat(outs.length).as(output.err()).isEqualTo(STATEMENTS.size() + 1);
        List<String> blocks = new ArrayList<>();
        for (int i = 1; i < outs.length; i++) {
            blocks.add(outs[i] + errs[i]);
        }
        return blocks;
    }
}
