package dev.seawall.walwriter.sender;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.seawall.wal.Lsn;
import dev.seawall.wal.TimelineId;
import dev.seawall.walwriter.wire.SqlException;
import dev.seawall.walwriter.wire.SqlState;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// The commands as real clients spell them, and others.
final class ReplicationParserTest {

    private static ReplicationCommand parse(String command) {
        return ReplicationParser.parse(command).orElseThrow();
    }

    @Test
    void streams_as_pg_receivewal_a_standby_and_pgjdbc_ask_for_them() {
        assertThat(parse("START_REPLICATION 0/2000000 TIMELINE 1"))
                .isEqualTo(new ReplicationCommand.Start(null, new Lsn(0x2000000), TimelineId.FIRST));
        assertThat(parse("START_REPLICATION SLOT \"s1\" 16/B374D848 TIMELINE 7"))
                .isEqualTo(new ReplicationCommand.Start("s1", Lsn.parse("16/B374D848"), new TimelineId(7)));
        assertThat(parse("START_REPLICATION SLOT jp PHYSICAL 0/D0004C8"))
                .isEqualTo(new ReplicationCommand.Start("jp", Lsn.parse("0/D0004C8"), null));
        // A name that could be the beginning of a position.
        assertThat(parse("start_replication slot ABC physical a/b;"))
                .isEqualTo(new ReplicationCommand.Start("abc", Lsn.parse("A/B"), null));
    }

    @Test
    void slots_in_the_words_of_15_and_before() {
        assertThat(parse("CREATE_REPLICATION_SLOT \"s\" PHYSICAL"))
                .isEqualTo(new ReplicationCommand.CreateSlot("s", false, false));
        assertThat(parse("CREATE_REPLICATION_SLOT \"s\" TEMPORARY PHYSICAL ( RESERVE_WAL)"))
                .isEqualTo(new ReplicationCommand.CreateSlot("s", true, true));
        assertThat(parse("CREATE_REPLICATION_SLOT s PHYSICAL (RESERVE_WAL 'off')"))
                .isEqualTo(new ReplicationCommand.CreateSlot("s", false, false));
        assertThat(parse("CREATE_REPLICATION_SLOT s PHYSICAL RESERVE_WAL"))
                .isEqualTo(new ReplicationCommand.CreateSlot("s", false, true));
        assertThat(parse("DROP_REPLICATION_SLOT \"a\"\"b\" WAIT"))
                .isEqualTo(new ReplicationCommand.DropSlot("a\"b", true));
        assertThat(parse("READ_REPLICATION_SLOT s1")).isEqualTo(new ReplicationCommand.ReadSlot("s1"));
        assertThat(parse("TIMELINE_HISTORY 2")).isEqualTo(new ReplicationCommand.ShowHistory(new TimelineId(2)));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", " ", ";", "SHOW wal_segment_size", "SELECT 1", "IDENTIFY_SYSTEMS", "'IDENTIFY_SYSTEM'",
            "\"IDENTIFY_SYSTEM\"", "SERVE CHECKPOINTER 1", "\u0000"})
    void anything_else_is_not_ours(String command) {
        assertThat(ReplicationParser.parse(command)).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"START_REPLICATION", "START_REPLICATION SLOT", "START_REPLICATION SLOT s",
            "START_REPLICATION 0", "START_REPLICATION 0/0 TIMELINE", "START_REPLICATION 0/0 TIMELINE 99999999999",
            "START_REPLICATION 0/0 x",
            "START_REPLICATION 0/0 TIMELINE 0", "CREATE_REPLICATION_SLOT", "CREATE_REPLICATION_SLOT s",
            "CREATE_REPLICATION_SLOT s PHYSICAL (", "CREATE_REPLICATION_SLOT s PHYSICAL ()",
            "CREATE_REPLICATION_SLOT s PHYSICAL (x)", "CREATE_REPLICATION_SLOT s PHYSICAL (RESERVE_WAL maybe)",
            "CREATE_REPLICATION_SLOT s PHYSICAL (RESERVE_WAL, )", "DROP_REPLICATION_SLOT", "DROP_REPLICATION_SLOT 'x'",
            "READ_REPLICATION_SLOT s s", "TIMELINE_HISTORY", "TIMELINE_HISTORY x", "IDENTIFY_SYSTEM \u0000",
            "IDENTIFY_SYSTEM \"", "START_REPLICATION 000000000/0"})
    void what_is_half_right_is_a_syntax_error(String command) {
        assertThatThrownBy(() -> ReplicationParser.parse(command)).isInstanceOfSatisfying(SqlException.class,
                e -> assertThat(e.state()).isEqualTo(SqlState.SYNTAX_ERROR));
    }

    @Test
    void any_text_is_understood_or_refused() {
        String[] words = {"START_REPLICATION", "SLOT", "s", "\"q\"", "PHYSICAL", "LOGICAL", "0/1", "TIMELINE", "7",
            "(", ")", ",", ";", "RESERVE_WAL", "'x'", "CREATE_REPLICATION_SLOT", "\"", "é", "TEMPORARY",
            "BASE_BACKUP"};
        SplittableRandom random = new SplittableRandom(1);
        for (int i = 0; i < 20_000; i++) {
            StringBuilder text = new StringBuilder();
            for (int n = random.nextInt(8); n >= 0; n--) {
                text.append(words[random.nextInt(words.length)]).append(random.nextInt(5) == 0 ? "" : " ");
            }
            try {
                ReplicationParser.parse(text.toString());
            } catch (SqlException e) {
                assertThat(e.state()).as(text.toString()).isIn(SqlState.SYNTAX_ERROR, SqlState.FEATURE_NOT_SUPPORTED);
            }
        }
    }
}
