package dev.seawall.walwriter.sql;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.seawall.walwriter.sql.Condition.Operator;
import dev.seawall.walwriter.sql.Expression.Argument;
import dev.seawall.walwriter.sql.Expression.Bool;
import dev.seawall.walwriter.sql.Expression.Call;
import dev.seawall.walwriter.sql.Expression.Cast;
import dev.seawall.walwriter.sql.Expression.Column;
import dev.seawall.walwriter.sql.Expression.CountAll;
import dev.seawall.walwriter.sql.Expression.Null;
import dev.seawall.walwriter.sql.Expression.Numeric;
import dev.seawall.walwriter.sql.Expression.Parameter;
import dev.seawall.walwriter.sql.Expression.Text;
import dev.seawall.walwriter.sql.Expression.Whole;
import dev.seawall.walwriter.sql.Statement.Begin;
import dev.seawall.walwriter.sql.Statement.Commit;
import dev.seawall.walwriter.sql.Statement.Deallocate;
import dev.seawall.walwriter.sql.Statement.Discard;
import dev.seawall.walwriter.sql.Statement.Reset;
import dev.seawall.walwriter.sql.Statement.Rollback;
import dev.seawall.walwriter.sql.Statement.Select;
import dev.seawall.walwriter.sql.Statement.Set;
import dev.seawall.walwriter.sql.Statement.SetTransaction;
import dev.seawall.walwriter.sql.Statement.Show;
import dev.seawall.walwriter.wire.SqlException;
import java.math.BigDecimal;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

final class SqlParserTest {

    private static Select select(Expression value) {
        return new Select(List.of(new SelectItem.Value(value, null)), null, List.of(), null);
    }

    private static Call call(String name, Expression... arguments) {
        return new Call(name, Stream.of(arguments).map(value -> new Argument(null, value)).toList());
    }

    private static Begin begin(@Nullable String isolation, @Nullable Boolean isReadOnly, @Nullable Boolean deferrable) {
        return new Begin(new TransactionModes(isolation, isReadOnly, deferrable), false);
    }

    static Stream<Arguments> values() {
        return Stream.of(
                Arguments.of("1", new Whole(1)),
                Arguments.of("-1", new Whole(-1)),
                Arguments.of("+ 7", new Whole(7)),
                Arguments.of("9223372036854775807", new Whole(Long.MAX_VALUE)),
                Arguments.of("9223372036854775808", new Numeric(new BigDecimal("9223372036854775808"))),
                Arguments.of("1.50", new Numeric(new BigDecimal("1.50"))),
                Arguments.of(".5e1", new Numeric(new BigDecimal("5"))),
                Arguments.of("1e3", new Numeric(new BigDecimal("1000"))),
                Arguments.of("true", new Bool(true)),
                Arguments.of("FALSE", new Bool(false)),
                Arguments.of("null", new Null()),
                Arguments.of("'it''s'", new Text("it's")),
                Arguments.of("'a\\n'", new Text("a\\n")),
                Arguments.of("E'a\\n\\t\\\\\\'\\x41\\101'", new Text("a\n\t\\'AA")),
                Arguments.of("e'\\xc3\\xa9\\u00e9\\U0001F600\\ud83d\\ude00'",
                        new Text("\u00e9\u00e9\ud83d\ude00\ud83d\ude00")),
                Arguments.of("'one' \n 'two'", new Text("onetwo")),
                Arguments.of("$$it's$$", new Text("it's")),
                Arguments.of("$a$ $$ $b$ $a$", new Text(" $$ $b$ ")),
                Arguments.of("$1", new Parameter(1)),
                Arguments.of("$65535", new Parameter(65535)),
                Arguments.of("$1::int8", new Cast(new Parameter(1), "int8")),
                Arguments.of("1::int::text", new Cast(new Cast(new Whole(1), "int4"), "text")),
                Arguments.of("cast('x' as character varying)", new Cast(new Text("x"), "varchar")),
                Arguments.of("'x'::pg_catalog.text", new Cast(new Text("x"), "text")),
                Arguments.of("pg_lsn '0/1'", new Cast(new Text("0/1"), "pg_lsn")),
                Arguments.of("timestamp with time zone 'now'", new Cast(new Text("now"), "timestamptz")),
                Arguments.of("double precision '1'", new Cast(new Text("1"), "float8")),
                Arguments.of("((1))", new Whole(1)),
                Arguments.of("f()", call("f")),
                Arguments.of("F(1, 'a', $1)", call("f", new Whole(1), new Text("a"), new Parameter(1))),
                Arguments.of("\"F\"(g(1))", call("F", call("g", new Whole(1)))),
                Arguments.of("pg_catalog.f()", call("f")),
                Arguments.of("other.f()", call("other.f")),
                Arguments.of("current_user", call("current_user")),
                Arguments.of("current_schema()", call("current_schema")),
                Arguments.of("count(*)", new CountAll()),
                Arguments.of("f(a => 1, b := 2)", new Call("f",
                        List.of(new Argument("a", new Whole(1)), new Argument("b", new Whole(2))))),
                Arguments.of("a.b", new Column("a", "b")),
                Arguments.of("/* a /* nested */ comment */ 1 -- and a line", new Whole(1)));
    }

    @ParameterizedTest
    @MethodSource("values")
    void a_value_is_read(String text, Expression expected) {
        assertThat(SqlParser.parse("select " + text)).containsExactly(select(expected));
    }

    static Stream<Arguments> statements() {
        return Stream.of(
                Arguments.of("begin", begin(null, null, null)),
                Arguments.of("BEGIN WORK", begin(null, null, null)),
                Arguments.of("begin transaction read only", begin(null, true, null)),
                Arguments.of("begin isolation level repeatable read, read write not deferrable",
                        begin("repeatable read", false, false)),
                Arguments.of("start transaction isolation level serializable",
                        new Begin(new TransactionModes("serializable", null, null), true)),
                Arguments.of("commit", new Commit()),
                Arguments.of("end transaction", new Commit()),
                Arguments.of("commit and no chain", new Commit()),
                Arguments.of("rollback", new Rollback()),
                Arguments.of("abort work", new Rollback()),
                Arguments.of("set a = 1", new Set("a", "1", false)),
                Arguments.of("set session A to 'x'", new Set("a", "x", false)),
                Arguments.of("set local synchronous_commit to off", new Set("synchronous_commit", "off", true)),
                Arguments.of("set a = on", new Set("a", "on", false)),
                Arguments.of("set a = -1.5", new Set("a", "-1.5", false)),
                Arguments.of("set my.thing to default", new Set("my.thing", null, false)),
                Arguments.of("set datestyle to ISO, DMY", new Set("datestyle", "iso, dmy", false)),
                Arguments.of("set search_path = \"$user\", public", new Set("search_path", "$user, public", false)),
                Arguments.of("set time zone 'UTC'", new Set("timezone", "UTC", false)),
                Arguments.of("set local time zone default", new Set("timezone", null, true)),
                Arguments.of("set names 'UTF8'", new Set("client_encoding", "UTF8", false)),
                Arguments.of("set transaction read only",
                        new SetTransaction(new TransactionModes(null, true, null), false)),
                Arguments.of("set session characteristics as transaction isolation level read committed",
                        new SetTransaction(new TransactionModes("read committed", null, null), true)),
                Arguments.of("show all", new Show(null)),
                Arguments.of("SHOW server_version", new Show("server_version")),
                Arguments.of("show time zone", new Show("timezone")),
                Arguments.of("show transaction isolation level", new Show("transaction_isolation")),
                Arguments.of("reset all", new Reset(null)),
                Arguments.of("reset a", new Reset("a")),
                Arguments.of("checkpoint", new Statement.Checkpoint()),
                Arguments.of("discard all", new Discard(Discard.What.ALL)),
                Arguments.of("deallocate all", new Deallocate(null)),
                Arguments.of("deallocate prepare \"S_1\"", new Deallocate("S_1")),
                Arguments.of("deallocate prepare", new Deallocate("prepare")),
                Arguments.of("select *, v.*, a as b, c d from pg_catalog.v as v where a = 1 and $1 >= b"
                        + " and c is not null and d limit 2", new Select(
                        List.of(new SelectItem.All(null), new SelectItem.All("v"),
                                new SelectItem.Value(new Column(null, "a"), "b"),
                                new SelectItem.Value(new Column(null, "c"), "d")),
                        new FromItem.Relation("v", "v"),
                        List.of(new Condition(new Column(null, "a"), Operator.EQUAL, new Whole(1)),
                                new Condition(new Parameter(1), Operator.GREATER_OR_EQUAL, new Column(null, "b")),
                                new Condition(new Column(null, "c"), Operator.IS_NOT_NULL, new Null()),
                                new Condition(new Column(null, "d"), Operator.IS_TRUE, new Null())),
                        new Whole(2))),
                Arguments.of("select * from f(1) x", new Select(List.of(new SelectItem.All(null)),
                        new FromItem.Function(call("f", new Whole(1)), "x"), List.of(), null)),
                Arguments.of("select a from v where b=-1", new Select(
                        List.of(new SelectItem.Value(new Column(null, "a"), null)), new FromItem.Relation("v", null),
                        List.of(new Condition(new Column(null, "b"), Operator.EQUAL, new Whole(-1))), null)));
    }

    @ParameterizedTest
    @MethodSource("statements")
    void a_statement_is_read(String text, Statement expected) {
        assertThat(SqlParser.parse(text)).containsExactly(expected);
    }

    @Test
    void semicolons_separate_statements_and_nothing_is_no_statement() {
        assertThat(SqlParser.parse("")).isEmpty();
        assertThat(SqlParser.parse(" ; ;; -- no more")).isEmpty();
        assertThat(SqlParser.parse("begin; select 1;; commit ;"))
                .containsExactly(begin(null, null, null), select(new Whole(1)), new Commit());
    }

    private static SqlException errorOf(String text) {
        SqlException error = catchThrowableOfType(SqlException.class, () -> SqlParser.parse(text));
        assertThat(error).as(text).isNotNull();
        return error;
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', value = {
        "nonsense               | syntax error at or near \"nonsense\"",
        "select                 | syntax error at end of input",
        "select f(              | syntax error at end of input",
        "select f(1             | syntax error at end of input",
        "select f(1,)           | syntax error at or near \")\"",
        "select 1 1             | syntax error at or near \"1\"",
        "select ,               | syntax error at or near \",\"",
        "select 1 as            | syntax error at end of input",
        "select * from          | syntax error at end of input",
        "select * from v where  | syntax error at end of input",
        "select 'abc            | unterminated quoted string at or near \"'abc\"",
        "select \"abc           | unterminated quoted identifier at or near \"\"abc\"",
        "select \"\"            | zero-length delimited identifier at or near \"\"\"\"",
        "select $a$abc          | unterminated dollar-quoted string at or near \"$a$abc\"",
        "select /* 1            | unterminated /* comment at or near \"/* 1\"",
        "select 12ab            | trailing junk after numeric literal at or near \"12a\"",
        "select f(a => 1, 2)    | positional argument cannot follow named argument",
        "begin nonsense         | syntax error at or near \"nonsense\"",
        "set                    | syntax error at end of input",
        "set a                  | syntax error at end of input",
        "set a =                | syntax error at end of input",
        "show                   | syntax error at end of input",
        "commit 1               | syntax error at or near \"1\"",
        "1                      | syntax error at or near \"1\"",
        "select $               | syntax error at or near \"$\"",
        "select e'\\u12'        | invalid Unicode escape",
        "select e'\\ud83d'      | invalid Unicode surrogate pair",
    })
    void nonsense_is_a_syntax_error_that_names_the_place(String text, String message) {
        SqlException error = errorOf(text);

        assertThat(error.state().code()).isEqualTo("42601");
        assertThat(error.problem()).isEqualTo(message);
    }

    @ParameterizedTest
    @ValueSource(strings = {
        "create table a (b int)", "insert into a values (1)", "update a set b = 1", "delete from a", "drop table a",
        "savepoint a", "release a", "rollback to savepoint a", "copy a from stdin", "vacuum pgbench_branches",
        "truncate a", "explain select 1", "prepare a as select 1", "execute a", "declare c cursor for select 1",
        "listen a", "with a as (select 1) select 1", "values (1)", "(select 1)", "commit and chain",
        "prepare transaction 'a'", "commit prepared 'a'", "lock table a", "set role a", "set session authorization a",
        "select 1 + 1", "select a || b from c", "select 1 = 1", "select (select 1)", "select * from (select 1) a",
        "select * from a, b", "select * from a join b on true", "select * from a order by b",
        "select distinct a from b",
        "select count(*) from a group by b", "select 1 union select 2", "select case when true then 1 end",
        "select array[1]", "select exists (select 1)", "select not true", "select (f(1)).*", "select 1 offset 2",
        "select * from a where b or c", "select * from a where not b", "select * from a where b in (1)",
        "select * from a where b like 'c'", "select a[1] from b", "select 1::varchar(3)", "select 1::int[]",
        "select * from a where b between 1 and 2", "select a from b for update", "select 1 and 2", "select 1 is null"
    })
    void sql_that_is_not_supported_is_told_from_nonsense(String text) {
        SqlException error = errorOf(text);

        assertThat(error.state().code()).as(error.problem()).isEqualTo("0A000");
        assertThat(error.problem()).endsWith(" is not supported");
        assertThat(error.hint()).isNotEmpty();
    }

    @ParameterizedTest
    @CsvSource({"$0", "$65536", "$99999999999999999999"})
    void a_parameter_beyond_the_protocols_numbers_is_refused(String parameter) {
        assertThat(errorOf("select " + parameter).state().code()).isEqualTo("42P02");
    }

    @Test
    void a_name_is_cut_at_63_bytes_between_characters() {
        String name = "n" + "\u00e9".repeat(40);

        assertThat(SqlParser.parse("select \"" + name + "\""))
                .containsExactly(select(new Column(null, "n" + "\u00e9".repeat(31))));
    }
}
