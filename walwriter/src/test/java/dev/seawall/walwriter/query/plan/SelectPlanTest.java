package dev.seawall.walwriter.query.plan;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.seawall.walwriter.query.CalledLog;
import dev.seawall.walwriter.query.Catalog;
import dev.seawall.walwriter.query.MadeUpCaller;
import dev.seawall.walwriter.query.builtin.Builtins;
import dev.seawall.walwriter.sql.SqlParser;
import dev.seawall.walwriter.sql.Statement;
import dev.seawall.walwriter.wire.Column;
import dev.seawall.walwriter.wire.PgType;
import dev.seawall.walwriter.wire.SqlException;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class SelectPlanTest {

    private final Catalog catalog = Builtins.catalog();

    private SelectPlan plan(String text, int... declared) {
        return SelectPlan.of((Statement.Select) SqlParser.parse(text).getFirst(), declared, catalog);
    }

    private String stateOf(String text, int... declared) {
        SqlException error = catchThrowableOfType(SqlException.class, () -> plan(text, declared));
        assertThat(error).as(text).isNotNull();
        return error.state().code();
    }

    @Test
    void a_parameter_takes_the_type_that_its_place_demands() {
        assertThat(plan("select pg_logical_emit_message($1, $2, $3)").parameterTypes())
                .containsExactly(PgType.BOOL, PgType.TEXT, PgType.TEXT);
        assertThat(plan("select pg_logical_emit_message($1, $2, $3::bytea)").parameterTypes())
                .containsExactly(PgType.BOOL, PgType.TEXT, PgType.BYTEA);
        assertThat(plan("select $1").parameterTypes()).containsExactly(PgType.TEXT);
        assertThat(plan("select $1, $1::int8").columns()).extracting(Column::type)
                .containsExactly(PgType.INT8, PgType.INT8);
        assertThat(plan("select 1 where $1 = 5 and $2 limit $3").parameterTypes())
                .containsExactly(PgType.INT4, PgType.BOOL, PgType.INT8);
        assertThat(plan("select slot_name from pg_replication_slots where slot_name = $1").parameterTypes())
                .containsExactly(PgType.NAME);
    }

    @Test
    void a_parameter_keeps_the_type_that_was_declared() {
        SelectPlan plan = plan("select pg_logical_emit_message($1, $2, $3)", 16, 1043, 1043);

        assertThat(plan.parameterOids()).containsExactly(16, 1043, 1043);
        assertThat(plan("select page_count($1)", 23).parameterTypes()).containsExactly(PgType.INT4);
        assertThat(plan("select 1", 23, 25).parameterTypes()).containsExactly(PgType.INT4, PgType.TEXT);
        assertThat(stateOf("select $1", 2950)).isEqualTo("0A000");
        assertThat(stateOf("select $2::int4")).isEqualTo("42P18");
        assertThat(stateOf("select pg_walfile_name($1)", 23)).isEqualTo("42883");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
        "select 1                          | ?column?", "select a.pid from pg_stat_activity a | pid",
        "select repeat('a', 1)             | repeat",   "select 'x'::text                  | text",
        "select repeat('a', 1)::name       | repeat",   "select current_user               | current_user",
        "select count(*)                   | count",    "select 1 as \"One Two\"           | One Two"})
    void a_column_has_postgresqls_name(String text, String name) {
        assertThat(plan(text).columns()).extracting(Column::name).containsExactly(name);
    }

    @Test
    void a_plan_is_executed_again_and_again_with_other_parameters() throws Exception {
        try (CalledLog log = new CalledLog()) {
            SelectPlan plan = plan("select repeat($1, $2)");
            List<Object> values = new ArrayList<>();
            for (int i = 0; i < 3; i++) {
                plan.execute(MadeUpCaller.superuser(log, i), new Object[] {"a", i}, row -> values.add(row[0]));
            }

            assertThat(values).containsExactly("", "a", "aa");
        }
    }

    @Test
    void random_statements_make_only_sql_exceptions() throws Exception {
        long seed = System.nanoTime();
        Random random = new Random(seed);
        String[] words = {"1", "'x'", "null", "$1", "1.5", "true", "'0/1'", "'\\x00'", "pid", "query", "a.pid",
            "repeat(", "pg_walfile_name(", "pg_wal_lsn_diff(", "count(*)", "current_user", "pg_stat_activity", ")", ",",
            "::int4", "::text", "::bytea", "::pg_lsn", "::name", "::numeric", "::interval", "=", "<", "is null", "and",
            "where", "from", "limit", "*", "a", "page_read(", "pg_logical_emit_message(", "set_config("};
        try (CalledLog log = new CalledLog()) {
            MadeUpCaller caller = MadeUpCaller.superuser(log, 1);
            for (int round = 0; round < 50_000; round++) {
                StringBuilder text = new StringBuilder("select ");
                for (int i = random.nextInt(12); i >= 0; i--) {
                    text.append(words[random.nextInt(words.length)]).append(' ');
                }
                Throwable thrown = catchThrowable(() -> log.select(caller, text.toString(), (Object) null));
                if (thrown != null) {
                    assertThat(thrown).as("seed " + seed + ": " + text).isInstanceOf(SqlException.class);
                }
            }
        }
    }

    @Test
    void what_is_constant_is_computed_once_unless_it_is_large() throws Exception {
        try (CalledLog log = new CalledLog()) {
            List<Object> values = new ArrayList<>();
            SelectPlan small = plan("select repeat('a', 200)");
            SelectPlan large = plan("select repeat('a', 1000000)");
            for (SelectPlan plan : List.of(small, large)) {
                for (int i = 0; i < 2; i++) {
                    plan.execute(MadeUpCaller.superuser(log, 1), new Object[0], row -> values.add(row[0]));
                }
            }

            assertThat(values.get(1)).isSameAs(values.get(0));
            assertThat(values.get(3)).isEqualTo(values.get(2)).isNotSameAs(values.get(2));
        }
    }
}
