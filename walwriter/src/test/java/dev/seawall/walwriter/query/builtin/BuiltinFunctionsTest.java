package dev.seawall.walwriter.query.builtin;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.seawall.wal.Lsn;
import dev.seawall.wal.record.WalRecord;
import dev.seawall.wal.record.body.GenericDelta;
import dev.seawall.wal.record.body.LogicalMessage;
import dev.seawall.wal.record.body.TransactionRecord;
import dev.seawall.wal.record.xlog.BackupEnd;
import dev.seawall.wal.record.xlog.RestorePoint;
import dev.seawall.walwriter.cluster.CheckpointerActivity;
import dev.seawall.walwriter.query.CalledLog;
import dev.seawall.walwriter.query.Caller;
import dev.seawall.walwriter.query.MadeUpCaller;
import dev.seawall.walwriter.start.ClusterFixture;
import dev.seawall.walwriter.wire.SqlException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Messages, positions, pages, backups, slots.
final class BuiltinFunctionsTest {

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

    // Messages.

    @Test
    void a_transactional_message_is_logged_in_the_callers_transaction() throws Exception {
        Lsn end = (Lsn) value("select pg_logical_emit_message(true, 'x', repeat('a', 200))");
        owner.commit();

        List<WalRecord> records = log.records();
        WalRecord message = records.stream().filter(record -> record.end().equals(end)).findFirst().orElseThrow();
        LogicalMessage decoded = LogicalMessage.decode(message);
        assertThat(decoded.isTransactional()).isTrue();
        assertThat(decoded.prefix()).isEqualTo("x");
        assertThat(StandardCharsets.UTF_8.decode(decoded.content()).toString()).isEqualTo("a".repeat(200));
        assertThat(records).anyMatch(record -> TransactionRecord.isCommit(record) && record.xid() == message.xid());
    }

    @Test
    void text_becomes_utf8_and_bytea_its_bytes_whether_literal_or_parameter() throws Exception {
        String sent = "gr\u00fc\u00df";
        byte[] bytes = {0, (byte) 0xff, 7};
        value("select pg_logical_emit_message(false, 'p', '" + sent + "')");
        value("select pg_logical_emit_message(false, 'p', $1)", sent);
        value("select pg_logical_emit_message(false, 'p', '\\x00ff07'::bytea)");
        value("select pg_logical_emit_message(false, 'p', $1::bytea)", (Object) bytes);

        List<LogicalMessage> messages = log.records().stream().filter(LogicalMessage::is).map(record -> {
            try {
                return LogicalMessage.decode(record);
            } catch (Exception e) {
                throw new AssertionError(e);
            }
        }).filter(message -> message.prefix().equals("p")).toList();
        assertThat(messages).hasSize(4).noneMatch(LogicalMessage::isTransactional);
        assertThat(StandardCharsets.UTF_8.decode(messages.get(0).content()).toString()).isEqualTo(sent);
        assertThat(StandardCharsets.UTF_8.decode(messages.get(1).content()).toString()).isEqualTo(sent);
        assertThat(messages.get(2).content().remaining()).isEqualTo(3);
        assertThat(messages.get(3).content()).isEqualTo(messages.get(2).content());
    }

    @Test
    void a_message_outside_transactions_is_durable_when_flush_was_asked_for() {
        Lsn end = (Lsn) value("select pg_logical_emit_message(false, 'p', 'm', flush => true)");

        assertThat(log.wal.flushLsn().isAtLeast(end)).isTrue();
    }

    @Test
    void a_prefix_of_the_logs_own_is_refused() {
        assertThat(stateOf(owner, "select pg_logical_emit_message(true, 'seawall.x', '')")).isEqualTo("22023");
    }

    @Test
    void what_a_statement_makes_of_little_is_limited() {
        assertThat(stateOf(owner, "select repeat('abcd', 100000000)")).isEqualTo("54000");
        assertThat(stateOf(owner, "select repeat(repeat('a', 60000000), 2)")).isEqualTo("54000");
        assertThat((String) value("select repeat('a', 1000000)")).hasSize(1_000_000);
    }

    // Positions.

    @Test
    void positions_are_the_logs() {
        value("select pg_logical_emit_message(false, 'p', 'm')");

        assertThat(value("select pg_current_wal_insert_lsn()")).isEqualTo(log.wal.insertLsn());
        assertThat(value("select pg_current_wal_flush_lsn()")).isEqualTo(log.wal.flushLsn());
        assertThat(value("select pg_current_wal_lsn()")).isEqualTo(log.wal.flushLsn());
    }

    @Test
    void a_segments_name_is_of_the_byte_in_front() {
        assertThat(value("select pg_walfile_name('0/100000')")).isEqualTo("000000010000000000000000");
        assertThat(value("select pg_walfile_name('0/100001')")).isEqualTo("000000010000000000000001");
        assertThat(value("select pg_walfile_name('1/00000001')")).isEqualTo("000000010000000100000000");
        assertThat(value("select pg_walfile_name_offset('0/100028')")).isEqualTo("(000000010000000000000001,40)");
        assertThat(log.select(owner, "select file_offset, file_name from pg_walfile_name_offset('0/100028')"))
                .containsExactly(List.of(40, "000000010000000000000001"));
    }

    @Test
    void a_switch_begins_a_new_segment() {
        value("select pg_logical_emit_message(false, 'p', 'm')");
        Lsn end = (Lsn) value("select pg_switch_wal()");

        assertThat(log.wal.layout().segmentOf(log.wal.insertLsn()))
                .isGreaterThan(log.wal.layout().segmentOf(end.plus(-1)));
    }

    @Test
    void a_restore_point_is_logged_under_its_name() throws Exception {
        Lsn end = (Lsn) value("select pg_create_restore_point('before')");

        WalRecord record = log.records().stream().filter(RestorePoint::is).findFirst().orElseThrow();
        assertThat(record.end()).isEqualTo(end);
        assertThat(RestorePoint.decode(record).name()).isEqualTo("before");
        assertThat(stateOf(owner, "select pg_create_restore_point(repeat('x', 64))")).isEqualTo("22023");
    }

    @Test
    void redo_is_told_of_as_far_as_the_checkpointer_has_told() {
        assertThat(log.select(owner,
                "select pg_last_wal_receive_lsn(), pg_last_wal_replay_lsn(), pg_last_xact_replay_timestamp()")
                .getFirst()).containsOnlyNulls();

        log.checkpointer.activity = new CheckpointerActivity(1, 2, 3, 4, Duration.ofMillis(5), Duration.ofMillis(6),
                new Lsn(10), new Lsn(20), ClusterFixture.NOW, ClusterFixture.NOW);
        assertThat(log.select(owner,
                "select pg_last_wal_receive_lsn(), pg_last_wal_replay_lsn(), pg_last_xact_replay_timestamp()"))
                .containsExactly(List.of(new Lsn(20), new Lsn(20), ClusterFixture.NOW));
    }

    // Pages.

    @Test
    void a_page_is_written_with_the_commit() throws Exception {
        assertThat(value("select page_extend(16384, 3)")).isEqualTo(3);
        assertThat(value("select page_count(16384)")).isEqualTo(3);
        assertThat(value("select page_write(16384, 2, 24, '\\x0102')")).isEqualTo("");
        assertThat(log.records()).noneMatch(record -> record.resourceManager().toString().contains("Generic"));
        owner.commit();

        WalRecord record = log.records().stream().filter(GenericDelta::is).findFirst().orElseThrow();
        assertThat(record.blocks().getFirst().block()).isEqualTo(2);
        assertThat(record.blocks().getFirst().relation().relation()).isEqualTo(16384);
    }

    @ParameterizedTest
    @ValueSource(strings = {"select page_write(16384, 1, 24, 'x')", "select page_write(16384, 0, 23, 'x')",
        "select page_write(16384, 0, 8191, 'xy')", "select page_write(16384, -1, 24, 'x')",
        "select page_write(0, 0, 24, 'x')", "select page_write(4294967296, 0, 24, 'x')",
        "select page_extend(16384, -1)",
        "select page_read(16384, 1)", "select page_read(16384, 0, -1, 2)", "select page_read(16384, 0, 8193)",
        "select page_read(16384, 0, 0, -1)"})
    void a_page_that_cannot_be_is_refused(String text) {
        value("select page_extend(16384, 1)");

        assertThat(stateOf(owner, text)).isEqualTo("22023");
    }

    @Test
    void a_page_is_read_from_the_checkpointer() {
        value("select page_extend(16384, 1)");
        log.checkpointer.page[24] = 42;

        assertThat((byte[]) value("select page_read(16384, 0)")).hasSize(8192).contains(42, org.assertj.core.data.Index
                .atIndex(24));
        assertThat((byte[]) value("select page_read(16384, 0, 24, 2)")).containsExactly(42, 0);
        assertThat((byte[]) value("select page_read(16384, 0, 8190, 100)")).hasSize(2);
    }

    @Test
    void without_a_checkpointer_it_is_said_what_to_do() {
        value("select page_extend(16384, 1)");
        log.checkpointer.isConnected = false;

        SqlException error = errorOf(owner, "select page_read(16384, 0)");
        assertThat(error.state().code()).isEqualTo("55000");
        assertThat(error.hint()).contains("checkpointer");
    }

    @Test
    void growing_by_much_can_be_cancelled() {
        owner.isCancelled = true;

        assertThat(stateOf(owner, "select page_extend(16384, 2000000000)")).isEqualTo("57014");
    }

    // Backups.

    @Test
    void a_backup_holds_the_data_files_from_start_to_stop() throws Exception {
        Lsn start = (Lsn) value("select pg_backup_start('nightly', true)");
        assertThat(log.checkpointer.holds).isEqualTo(1);

        List<@Nullable Object> stop = log.select(owner, "select * from pg_backup_stop()").getFirst();

        assertThat(log.checkpointer.holds).isZero();
        WalRecord end = log.records().stream().filter(BackupEnd::is).findFirst().orElseThrow();
        assertThat(stop.get(0)).isEqualTo(end.end());
        assertThat(BackupEnd.decode(end).start()).isEqualTo(start);
        assertThat((String) stop.get(1)).matches("START WAL LOCATION: " + start + " \\(file [0-9A-F]{24}\\)\n"
                + "CHECKPOINT LOCATION: [0-9A-F]+/[0-9A-F]+\nBACKUP METHOD: streamed\nBACKUP FROM: primary\n"
                + "START TIME: \\d{4}-\\d\\d-\\d\\d \\d\\d:\\d\\d:\\d\\d GMT\nLABEL: nightly\nSTART TIMELINE: 1\n");
        assertThat(owner.notices).singleElement().asString().contains("WAL archiving is not enabled");
    }

    @Test
    void a_session_has_one_backup_at_a_time_and_only_who_began_it_ends_it() {
        MadeUpCaller other = MadeUpCaller.superuser(log, 101);
        value("select pg_backup_start('a')");

        assertThat(errorOf(owner, "select pg_backup_start('b')").problem()).contains("in this session");
        assertThat(stateOf(other, "select pg_backup_stop()")).isEqualTo("55000");
        assertThat(log.value(other, "select pg_backup_start('b')")).isInstanceOf(Lsn.class);
        assertThat(log.checkpointer.holds).isEqualTo(2);
        assertThat(log.select(other, "select * from pg_backup_stop()")).hasSize(1);
        assertThat(log.checkpointer.holds).isEqualTo(1);
    }

    @Test
    void a_session_that_ends_lets_go_of_its_backup_and_of_nobody_elses() {
        MadeUpCaller other = MadeUpCaller.superuser(log, 101);
        value("select pg_backup_start('a')");

        log.catalog.sessionEnded(other);
        assertThat(log.checkpointer.holds).isEqualTo(1);
        log.catalog.sessionEnded(owner);
        assertThat(log.checkpointer.holds).isZero();
        assertThat(log.value(other, "select pg_backup_start('b')")).isInstanceOf(Lsn.class);
    }

    @Test
    void a_backup_that_could_not_begin_is_not_in_the_way() {
        log.checkpointer.isConnected = false;
        assertThat(stateOf(owner, "select pg_backup_start('a')")).isEqualTo("55000");

        log.checkpointer.isConnected = true;
        assertThat(value("select pg_backup_start('a')")).isInstanceOf(Lsn.class);
    }

    @Test
    void a_backup_whose_files_were_not_held_to_the_end_fails() {
        value("select pg_backup_start('a')");
        log.checkpointer.isConnected = false;

        assertThat(stateOf(owner, "select pg_backup_stop()")).isEqualTo("55000");
        log.checkpointer.isConnected = true;
        assertThat(value("select pg_backup_start('b')")).isInstanceOf(Lsn.class);
    }

    // Slots.

    @Test
    void a_slot_is_made_moved_and_dropped() {
        assertThat(value("select pg_create_physical_replication_slot('s')")).isEqualTo("(s,)");
        List<@Nullable Object> reserved = log.select(owner,
                "select * from pg_create_physical_replication_slot('r', immediately_reserve => true)").getFirst();
        assertThat(reserved.getFirst()).isEqualTo("r");
        assertThat(reserved.getLast()).isInstanceOf(Lsn.class);
        assertThat(log.select(owner, "select * from pg_replication_slot_advance('r', pg_current_wal_flush_lsn())"))
                .singleElement().satisfies(row -> assertThat(row.getFirst()).isEqualTo("r"));
        assertThat(stateOf(owner, "select pg_create_physical_replication_slot('s')")).isEqualTo("42710");
        assertThat(stateOf(owner, "select pg_replication_slot_advance('r', '0/0')")).isEqualTo("22023");
        assertThat(value("select pg_drop_replication_slot('s')")).isEqualTo("");
        assertThat(stateOf(owner, "select pg_drop_replication_slot('s')")).isEqualTo("42704");
        assertThat(log.select(owner, "select slot_name, slot_type, temporary, active from pg_replication_slots"
                + " where slot_name = 'r'")).containsExactly(List.of("r", "physical", false, false));
    }

    @Test
    void a_temporary_slot_ends_with_its_session() {
        value("select pg_create_physical_replication_slot('t', true, true)");
        assertThat(log.slots.find("t")).isPresent();

        log.catalog.sessionEnded(owner);
        assertThat(log.slots.find("t")).isEmpty();
    }
}
