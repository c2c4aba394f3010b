package dev.seawall.walwriter.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.seawall.walwriter.server.RawClient.Answer;
import dev.seawall.witness.PostgresServer;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Columns have the names and types that a real PostgreSQL 15 gives them: drivers choose by them how to read.
final class RowDescriptionWitnessTest {

    private static final List<String> STATEMENTS = List.of(
            "select 1 as a, 5000000000 as b, 1.5 as c, 'x' as d, true as e, null as f",
            "select pg_current_wal_lsn(), pg_walfile_name('0/1'), pg_wal_lsn_diff('0/1', '0/1')",
            "select * from pg_walfile_name_offset('0/1000028')",
            "select pg_walfile_name_offset('0/1000028')",
            "select pg_logical_emit_message(true, 'a', 'b'), pg_is_in_recovery(), version(), now()",
            "select slot_name, slot_type, active, active_pid, xmin, restart_lsn, wal_status, safe_wal_size from "
                + "pg_replication_slots",
            "select pid, usename, application_name, client_addr, state, sent_lsn, write_lsn, flush_lsn, replay_lsn, "
                + "write_lag, sync_state, reply_time from pg_stat_replication",
            "select pid, usename, application_name, client_addr, backend_start, xact_start, query_start, "
                + "wait_event_type, wait_event, state, query, backend_type from pg_stat_activity",
            "select archived_count, last_archived_wal, last_archived_time, failed_count, stats_reset from "
                + "pg_stat_archiver",
            "select wal_records, wal_fpi, wal_bytes, wal_buffers_full, wal_write, wal_sync, wal_write_time, "
                + "wal_sync_time, stats_reset from pg_stat_wal",
            "select name, setting, unit, category, short_desc, context, vartype, source, min_val, max_val, boot_val, "
                + "reset_val, pending_restart from pg_settings",
            "select pg_sleep(0), pg_terminate_backend(0), pg_backend_pid(), current_setting('port')");

    @TempDir
    Path directory;

    @Test
    void columns_are_described_as_postgresql_describes_them() throws IOException {
        try (ServedLog served = ServedLog.create(directory.resolve("c"));
                PostgresServer postgres = PostgresServer.create().start();
                RawClient ours = RawClient.loggedIn(served.socket());
                RawClient theirs = RawClient.connect(postgres.socketDirectory().resolve(".s.PGSQL.5432"))) {
            theirs.ask(Packet.startup(RawClient.VERSION_3_0, "user", "postgres", "database", "postgres"));
            List<String> differences = new ArrayList<>();
            for (String statement : STATEMENTS) {
                List<String> expected = columns(theirs, statement);
                List<String> found = columns(ours, statement);
                if (!expected.equals(found)) {
                    differences.add(statement + "\n  expected " + expected + "\n  found    " + found);
                }
            }
            assertThat(String.join("\n", differences)).isEmpty();
        }
    }

    /// `name oid size modifier`
    private static List<String> columns(RawClient client, String statement) throws IOException {
        List<String> columns = new ArrayList<>();
        for (Answer answer : client.ask(statement)) {
            if (answer.type() == 'E') {
                columns.add(answer.field('C') + " " + answer.field('M'));
            } else if (answer.type() == 'T') {
                ByteBuffer body = ByteBuffer.wrap(answer.body());
                for (int left = body.getShort(); left > 0; left--) {
                    columns.add(column(body));
                }
            }
        }
        return columns;
    }

    private static String column(ByteBuffer body) {
        int begin = body.position();
        while (body.get() != 0) {
            // Up to the name's end.
        }
        String name = new String(body.array(), begin, body.position() - 1 - begin, StandardCharsets.UTF_8);
        // Table and number within it: there are no tables here.
        body.position(body.position() + 6);
        String column = name + " " + body.getInt() + " " + body.getShort() + " " + body.getInt();
        body.getShort();
        return column;
    }
}
