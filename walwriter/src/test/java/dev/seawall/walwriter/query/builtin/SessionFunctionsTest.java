package dev.seawall.walwriter.query.builtin;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.seawall.settings.CheckpointSettings;
import dev.seawall.settings.Settings;
import dev.seawall.wal.Lsn;
import dev.seawall.walwriter.cluster.CheckpointerActivity;
import dev.seawall.walwriter.cluster.Senders.Sender;
import dev.seawall.walwriter.cluster.Sessions.Session;
import dev.seawall.walwriter.query.CalledLog;
import dev.seawall.walwriter.query.Caller;
import dev.seawall.walwriter.query.MadeUpCaller;
import dev.seawall.walwriter.start.ClusterFixture;
import dev.seawall.walwriter.wire.SqlException;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Privileges, the other sessions, settings, and what views tell.
final class SessionFunctionsTest {

    private CalledLog log;
    private MadeUpCaller owner;

    @BeforeEach
    void open() throws IOException {
        log = new CalledLog();
        owner = MadeUpCaller.superuser(log, 100);
    }

    @AfterEach
    void close() throws IOException {
        log.close();
    }

    private @Nullable Object value(String text, @Nullable Object... parameters) {
        return log.value(owner, text, parameters);
    }

    private SqlException errorOf(Caller caller, String text) {
        SqlException error = catchThrowableOfType(SqlException.class, () -> log.select(caller, text));
        assertThat(error).as(text).isNotNull();
        return error;
    }

    private String stateOf(Caller caller, String text) {
        return errorOf(caller, text).state().code();
    }

    private static Session session(int pid, String user) {
        Instant now = ClusterFixture.NOW;
        return new Session(pid, user, "any", "app", null, now, null, now, now, null, null, "active", 7, "select 1",
                "client backend");
    }

    // Privileges.

    @ParameterizedTest
    @ValueSource(strings = {"select pg_switch_wal()", "select pg_create_restore_point('x')",
        "select pg_backup_start('x')", "select pg_backup_stop()", "select pg_reload_conf()"})
    void some_functions_are_for_superusers(String text) {
        SqlException error = errorOf(MadeUpCaller.user(log, 7, true), text);

        assertThat(error.state().code()).isEqualTo("42501");
        assertThat(error.problem()).startsWith("permission denied for function pg_");
    }

    @ParameterizedTest
    @ValueSource(strings = {"select pg_create_physical_replication_slot('x')", "select pg_drop_replication_slot('x')",
        "select pg_replication_slot_advance('x', '0/1')"})
    void slots_are_for_those_who_may_replicate(String text) {
        assertThat(stateOf(MadeUpCaller.user(log, 7, false), text)).isEqualTo("42501");
        log.value(MadeUpCaller.user(log, 7, true), "select pg_create_physical_replication_slot('y')");
    }

    @Test
    void a_user_ends_sessions_of_its_own_and_a_superuser_all() {
        MadeUpCaller user = MadeUpCaller.user(log, 7, false);
        log.sessions.addAll(List.of(session(7, "user7"), session(8, "user7"), session(9, "other")));

        assertThat(stateOf(user, "select pg_terminate_backend(9)")).isEqualTo("42501");
        assertThat(stateOf(user, "select pg_cancel_backend(9)")).isEqualTo("42501");
        assertThat(log.value(user, "select pg_cancel_backend(8)")).isEqualTo(true);
        assertThat(log.value(user, "select pg_terminate_backend(8)")).isEqualTo(true);
        assertThat(value("select pg_terminate_backend(9, 1000)")).isEqualTo(true);
        assertThat(log.terminated).containsExactly(8, 9);
        assertThat(value("select pg_terminate_backend(4711)")).isEqualTo(false);
        assertThat(owner.notices).containsExactly("WARNING 01000 PID 4711 is not a PostgreSQL backend process");
    }

    @Test
    void what_others_do_is_for_superusers_to_see() {
        MadeUpCaller user = MadeUpCaller.user(log, 7, false);
        log.sessions.addAll(List.of(session(7, "user7"), session(9, "other")));
        log.senders.add(new Sender(9, "streaming", new Lsn(4), new Lsn(3), new Lsn(2), new Lsn(1), null,
                Duration.ofMillis(1), null, ClusterFixture.NOW, 0, "async"));

        assertThat(log.select(user, "select query, state from pg_stat_activity where pid = 7"))
                .containsExactly(List.of("select 1", "active"));
        assertThat(log.select(user, "select query from pg_stat_activity where pid = 9 and state is null"))
                .containsExactly(List.of("<insufficient privilege>"));
        assertThat(log.select(user, "select pid from pg_stat_replication where sent_lsn is null"))
                .containsExactly(List.of(9));
        assertThat(log.select(owner, "select sent_lsn, replay_lsn, flush_lag, usename from pg_stat_replication"))
                .containsExactly(List.of(new Lsn(4), new Lsn(1), Duration.ofMillis(1), "other"));
    }

    // Sessions and settings.

    @Test
    void a_sleep_ends_in_time_and_can_be_cancelled() {
        long before = log.world.nanoTime();
        value("select pg_sleep(1.5)");
        assertThat(log.world.nanoTime() - before).isGreaterThanOrEqualTo(1_500_000_000L);

        owner.isCancelled = true;
        assertThat(stateOf(owner, "select pg_sleep('infinity')")).isEqualTo("57014");
    }

    @Test
    void a_version_begins_as_clients_expect() {
        assertThat((String) value("select version()")).startsWith("PostgreSQL 15.0 (Seawall 0.1.0)");
    }

    @Test
    void a_transactions_id_is_told_if_there_is_one() {
        assertThat(value("select txid_current_if_assigned()")).isNull();
        log.sessions.add(session(100, "owner"));
        assertThat(value("select pg_current_xact_id_if_assigned()")).isEqualTo(7L);
        assertThat(value("select txid_current()")).isEqualTo(owner.transaction().xid());
    }

    @Test
    void a_reload_takes_what_the_file_says_now() {
        log.configure(Settings.defaults().with(CheckpointSettings.CHECKPOINT_TIMEOUT, Duration.ofSeconds(42)));

        assertThat(value("select pg_reload_conf()")).isEqualTo(true);
        assertThat(log.select(owner, "select setting, unit from pg_settings where name = 'checkpoint_timeout'"))
                .containsExactly(List.of("42", "s"));
    }

    @Test
    void a_setting_of_the_session_is_set_and_read() {
        assertThat(value("select set_config('a', 'b', false)")).isEqualTo("b");
        assertThat(value("select current_setting('a')")).isEqualTo("b");
        assertThat(stateOf(owner, "select set_config(null, 'b', false)")).isEqualTo("22004");
    }

    // Views.

    @Test
    void what_the_log_has_done_is_counted() {
        value("select pg_logical_emit_message(false, 'p', 'm', true)");

        assertThat(log.select(owner, "select stats_reset from pg_stat_wal where wal_records > 0 and wal_bytes > 0"
                + " and wal_sync > 0")).containsExactly(List.of(ClusterFixture.NOW));
    }

    @Test
    void what_the_checkpointer_has_done_is_told() {
        log.checkpointer.activity = new CheckpointerActivity(1, 2, 3, 4, Duration.ofMillis(5), Duration.ofMillis(6),
                new Lsn(10), new Lsn(20), null, ClusterFixture.NOW);

        assertThat(log.select(owner, "select num_timed, num_requested, buffers_written, write_time, sync_time"
                + " from pg_stat_checkpointer")).containsExactly(List.of(1L, 5L, 4L, 5.0, 6.0));
        assertThat(log.select(owner, "select checkpoints_timed, buffers_checkpoint from pg_stat_bgwriter"))
                .containsExactly(List.of(1L, 4L));
    }
}
