package dev.seawall.walwriter.query.value;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.seawall.wal.Lsn;
import dev.seawall.walwriter.wire.MessageInput;
import dev.seawall.walwriter.wire.MessageOutput;
import dev.seawall.walwriter.wire.PgType;
import dev.seawall.walwriter.wire.SqlException;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.HexFormat;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

final class ValuesTest {

    /// A value as it is written, its length included.
    private static byte[] written(PgType type, Object value, boolean isBinary) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        MessageOutput out = new MessageOutput(Channels.newChannel(bytes));
        Values.write(type, value, isBinary, out);
        out.flush();
        return bytes.toByteArray();
    }

    private static Object read(PgType type, byte[] bytes, boolean isBinary) throws IOException {
        ByteBuffer message = ByteBuffer.allocate(5 + bytes.length).put((byte) 'x').putInt(4 + bytes.length).put(bytes);
        MessageInput in = new MessageInput(
                Channels.newChannel(new ByteArrayInputStream(message.array())), Integer.MAX_VALUE / 2);
        in.next();
        return Values.read(type, bytes.length, isBinary, in);
    }

    static Stream<Arguments> values() {
        return Stream.of(Arguments.of(PgType.BOOL, true), Arguments.of(PgType.BOOL, false),
                Arguments.of(PgType.INT2, -32768), Arguments.of(PgType.INT4, Integer.MIN_VALUE),
                Arguments.of(PgType.INT8, Long.MIN_VALUE), Arguments.of(PgType.OID, 4_294_967_295L),
                Arguments.of(PgType.XID, 3L), Arguments.of(PgType.FLOAT8, 0.1), Arguments.of(PgType.FLOAT8, -1e300),
                Arguments.of(PgType.NUMERIC, new BigDecimal("0")), Arguments.of(PgType.NUMERIC, new BigDecimal("0.00")),
                Arguments.of(PgType.NUMERIC, new BigDecimal("-12345678901234567890.0001")),
                Arguments.of(PgType.NUMERIC, new BigDecimal("0.00001230")),
                Arguments.of(PgType.NUMERIC, new BigDecimal("100000000")),
                Arguments.of(PgType.NUMERIC, new BigDecimal("18446744073709551615")),
                Arguments.of(PgType.TEXT, "gr\u00fc\u00df"), Arguments.of(PgType.VARCHAR, ""),
                Arguments.of(PgType.NAME, "n"), Arguments.of(PgType.PG_LSN, new Lsn(-1)),
                Arguments.of(PgType.PG_LSN, new Lsn(0)), Arguments.of(PgType.PG_LSN, Lsn.parse("16/B374D848")),
                Arguments.of(PgType.TIMESTAMPTZ, Instant.parse("2026-11-22T09:45:49.123456Z")),
                Arguments.of(PgType.TIMESTAMPTZ, Instant.parse("1969-12-31T23:59:59.999999Z")),
                Arguments.of(PgType.INTERVAL, Duration.ofNanos(123_000)),
                Arguments.of(PgType.INTERVAL, Duration.ofHours(-26).minusMillis(5)));
    }

    @ParameterizedTest
    @MethodSource("values")
    void what_is_written_is_read_as_the_same(PgType type, Object value) throws IOException {
        for (boolean isBinary : new boolean[] {false, true}) {
            byte[] bytes = written(type, value, isBinary);
            ByteBuffer content = ByteBuffer.wrap(bytes);
            assertThat(content.getInt()).isEqualTo(bytes.length - 4);
            byte[] body = new byte[content.remaining()];
            content.get(body);

            assertThat(read(type, body, isBinary)).isEqualTo(value);
        }
    }

    /// As a real server's COPY BINARY writes them.
    @ParameterizedTest
    @CsvSource({"0, 0000000000000000", "1, 00010000000000000001", "-1, 00010000400000000001",
        "12345.67, 00030001000000020001092 91a2c", "0.0001, 0001ffff000000040001", "10000, 00010001000000000001",
        "1.50, 0002000000000002000113 88"})
    void a_numeric_is_its_digits_to_base_10000(BigDecimal value, String bytes) throws IOException {
        assertThat(HexFormat.of().formatHex(written(PgType.NUMERIC, value, true)).substring(8))
                .isEqualTo(bytes.replace(" ", ""));
    }

    @Test
    void null_has_no_length() throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        MessageOutput out = new MessageOutput(Channels.newChannel(bytes));
        Values.write(PgType.TEXT, null, false, out);
        out.flush();

        assertThat(bytes.toByteArray()).containsExactly(-1, -1, -1, -1);
    }

    @ParameterizedTest
    @EnumSource(PgType.class)
    void random_bytes_are_a_value_or_an_sql_exception(PgType type) throws IOException {
        long seed = System.nanoTime();
        Random random = new Random(seed);
        for (int round = 0; round < 5_000; round++) {
            byte[] bytes = new byte[random.nextInt(24)];
            random.nextBytes(bytes);
            if (random.nextBoolean()) {
                for (int i = 0; i < bytes.length; i++) {
                    bytes[i] = (byte) "0123456789+-.:eE/ \\xTZdhms".charAt(random.nextInt(25));
                }
            }
            for (boolean isBinary : new boolean[] {false, true}) {
                Throwable thrown = catchThrowable(() -> read(type, bytes, isBinary));
                if (thrown != null) {
                    assertThat(thrown).as("seed " + seed + " " + HexFormat.of().formatHex(bytes))
                            .isInstanceOf(SqlException.class);
                }
            }
        }
    }

    @Test
    void a_number_that_says_it_is_huge_costs_nothing() throws IOException {
        for (String text : new String[] {"1e999999999", "1e-999999999", "9".repeat(1_000_000),
            "1e99999999999999999999"}) {
            SqlException error = catchThrowableOfType(SqlException.class, () -> Values.fromText(PgType.NUMERIC, text));
            assertThat(error.state().code()).isEqualTo("22003");
            assertThat(catchThrowable(() -> Values.fromText(PgType.INT8, text))).isInstanceOf(SqlException.class);
        }
        assertThat(BigInteger.TEN).isEqualTo(((BigDecimal) Values.fromText(PgType.NUMERIC, "1e1")).toBigInteger());
    }

    @Test
    void a_text_has_no_zero_byte_within() {
        SqlException error = catchThrowableOfType(SqlException.class,
                () -> read(PgType.TEXT, "a\0b".getBytes(StandardCharsets.UTF_8), true));

        assertThat(error.state().code()).isEqualTo("22021");
    }
}
