package dev.seawall.tools.clients;

import static org.assertj.core.api.Assertions.assertThat;

import dev.seawall.walwriter.server.ServedLog;
import dev.seawall.witness.PostgresPrograms;
import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Every statement and function there is, as psql shows it.
final class PsqlStatementsTest {

    private static ServedLog served;
    private static Psql psql;

    @BeforeAll
    static void serve(@TempDir Path directory) throws IOException {
        served = ServedLog.create(directory.resolve("c"));
        psql = new Psql(served.directory(), served.port(), "tester");
    }

    @AfterAll
    static void stop() throws IOException {
        served.close();
    }

    /// The second column is a regular expression for the rows.
    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            select pg_logical_emit_message(true, 'p', 'text')                    | 0/[0-9A-F]+
            select pg_logical_emit_message(false, 'p', '\\x00ff'::bytea)         | 0/[0-9A-F]+
            select pg_logical_emit_message(false, 'p', 'flushed', true)          | 0/[0-9A-F]+
            select pg_logical_emit_message(true,'x',repeat('a',200))             | 0/[0-9A-F]+
            select pg_logical_emit_message(true, null, 'text')                   | ``
            select repeat('ab', 3)                                               | ababab
            select repeat('ab', -1)                                              | ``
            select pg_current_wal_lsn()                                          | 0/[0-9A-F]+
            select pg_current_wal_insert_lsn()                                   | 0/[0-9A-F]+
            select pg_current_wal_flush_lsn()                                    | 0/[0-9A-F]+
            select pg_create_restore_point('before')                             | 0/[0-9A-F]+
            select pg_walfile_name('0/1000028')                                  | 000000010000000000000001
            select * from pg_walfile_name_offset('0/1000028')                    | 000000010000000000000001.40
            select pg_walfile_name_offset('0/1000028')                           | \\(000000010000000000000001,40\\)
            select pg_wal_lsn_diff('1/0', '0/FFFFFFFF')                          | 1
            select pg_is_in_recovery()                                           | f
            select pg_last_wal_receive_lsn()                                     | ``
            select pg_last_wal_replay_lsn()                                      | ``
            select pg_last_xact_replay_timestamp()                               | ``
            select pg_switch_wal()                                               | 0/[0-9A-F]+
            select page_extend(900, 2)                                           | 2
            select page_count(900)                                               | 2
            select page_write(900, 1, 100, '\\x0102'::bytea)                     | ``
            """)
    void a_function_of_the_log_answers(String sql, String expected) {
        answers(sql, expected);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            select version()                                                     | PostgreSQL 15.*Seawall.*
            select current_setting('max_connections')                            | 100
            select current_setting('no_such', true)                              | ``
            select set_config('application_name', 'me', false)                   | me
            select current_user                                                  | tester
            select current_database()                                            | postgres
            select pg_terminate_backend(999999)                                  | f
            show synchronous_commit                                              | on
            show server_version_num                                              | 150000
            show wal_segment_size                                                | 16MB
            select 1 as one, 'two', true, null                                   | 1.two.t.
            select now()::text                                                   | 20\\d\\d-.*\\+00
            set statement_timeout = '2min'; show statement_timeout               | 2min
            begin; rollback                                                      | ``
            set synchronous_commit = off; show synchronous_commit                | off
            set local synchronous_commit = off; show synchronous_commit          | off
            set work_to = 1                                                      | !42704
            reset all; discard all                                               | ``
            select pg_create_physical_replication_slot('psql_slot')              | \\(psql_slot,\\)
            select slot_name, active from pg_replication_slots where slot_name <> 'seawall_checkpointer' | psql_slot.f
            select pg_create_physical_replication_slot('psql_slot')              | !42710
            select pg_replication_slot_advance('psql_slot', pg_current_wal_lsn()) | !55000
            select pg_drop_replication_slot('psql_slot')                         | ``
            select slot_name, active from pg_replication_slots where slot_name <> 'seawall_checkpointer' | ``
            select * from pg_create_physical_replication_slot('kept', true)      | kept.0/[0-9A-F]+
            select pg_replication_slot_advance('kept', pg_current_wal_flush_lsn()) | \\(kept,0/[0-9A-F]+\\)
            select pg_drop_replication_slot('kept')                              | ``
            select wal_records, wal_bytes from pg_stat_wal where wal_records > 0 | [1-9]\\d*.[1-9]\\d*
            select archived_count from pg_stat_archiver                          | 0
            select count(*) from pg_stat_replication                             | 0
            select count(*) from pg_stat_checkpointer                            | 1
            select usename, state from pg_stat_activity                          | tester.active
            select setting from pg_settings where name = 'max_connections'       | 100
            """)
    void a_statement_answers(String sql, String expected) {
        answers(sql, expected);
    }

    private static void answers(String sql, String expected) {
        PostgresPrograms.Output output = psql.rows("-c", sql);
        if (expected != null && expected.startsWith("!")) {
            assertThat(output.err()).contains("ERROR:  " + expected.substring(1));
        } else {
            assertThat(output.err()).doesNotContain("ERROR");
            assertThat(output.out().strip()).matches(expected == null ? "" : expected);
        }
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            create table t (a int)                                 | 0A000
            insert into t values (1)                               | 0A000
            update t set a = 1                                     | 0A000
            vacuum                                                 | 0A000
            copy t from stdin                                      | 0A000
            savepoint a                                            | 0A000
            prepare p as select 1                                  | 0A000
            listen channel                                         | 0A000
            select 1 union select 2                                | 0A000
            select 1 + 1                                           | 0A000
            select (select 1)                                      | 0A000
            select * from pg_class                                 | 42P01
            selec                                                  | 42601
            select 'unterminated                                   | 42601
            select pg_current_wal_lsn(1)                           | 42883
            select no_such(1)                                      | 42883
            select pg_walfile_name('0/zz')                         | 22P02
            select pg_walfile_name('x')                            | 22P02
            select repeat('a', 2000000000)                         | 54000
            select repeat('a', 99999999999)                        | 42883
            select current_setting('nope')                         | 42704
            show nope                                              | 42704
            set synchronous_commit = 'remote_nothing'              | 22023
            set max_connections = 5                                | 55P02
            set server_version = '1'                               | 55P02
            select pg_drop_replication_slot('nope')                | 42704
            select pg_create_physical_replication_slot('Bad Name') | 42602
            select page_write(901, 0, 100, '\\x00')                | 22023
            select page_write(900, 0, 0, '\\x00')                  | 22023
            select pg_create_restore_point(repeat('a', 64))        | 22023
            select pg_backup_stop()                                | 55000
            select $1                                              | 42P02
            select E'\\xff'                                        | 22021
            """)
    void what_is_wrong_is_told_by_its_state(String sql, String state) {
        PostgresPrograms.Output output = psql.rows("-c", sql, "-c", "select repeat('goes on', 1)");
        assertThat(output.err()).startsWith("ERROR:  " + state);
        assertThat(output.out()).isEqualTo("goes on\n");
    }
}
