package dev.seawall.walwriter.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.io.ByteArrayInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.ReadableByteChannel;
import java.nio.charset.StandardCharsets;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class MessageInputTest {

    private static final int MOST = 1 << 20;

    private static byte[] message(char type, byte[] body, int length) {
        return ByteBuffer.allocate(5 + body.length).put((byte) type).putInt(length).put(body).array();
    }

    private static byte[] message(char type, byte[] body) {
        return message(type, body, body.length + 4);
    }

    private static byte[] join(byte[]... parts) {
        ByteBuffer all = ByteBuffer.allocate(1 << 21);
        for (byte[] part : parts) {
            all.put(part);
        }
        return java.util.Arrays.copyOf(all.array(), all.position());
    }

    private static MessageInput of(byte[]... parts) {
        return new MessageInput(Channels.newChannel(new ByteArrayInputStream(join(parts))), MOST);
    }

    /// Hands out between one and `most` bytes a time.
    private static ReadableByteChannel dribbling(byte[] bytes, int most, Random random) {
        ByteBuffer source = ByteBuffer.wrap(bytes);
        return new ReadableByteChannel() {
            @Override
            public int read(ByteBuffer into) {
                if (!source.hasRemaining()) {
                    return -1;
                }
                int count = Math.min(Math.min(source.remaining(), into.remaining()), 1 + random.nextInt(most));
                into.put(source.slice(source.position(), count));
                source.position(source.position() + count);
                return count;
            }

            @Override
            public boolean isOpen() {
                return true;
            }

            @Override
            public void close() {}
        };
    }

    @Test
    void fields_are_read_in_order() throws IOException {
        byte[] body = ByteBuffer.allocate(22).put((byte) -7).putShort((short) -300).putInt(-70_000).putLong(1L << 40)
                .put("häß".getBytes(StandardCharsets.UTF_8)).put((byte) 0).put((byte) 1).array();
        MessageInput in = of(message('X', body));

        assertThat(in.next()).isEqualTo('X');
        assertThat(in.int8()).isEqualTo((byte) -7);
        assertThat(in.int16()).isEqualTo((short) -300);
        assertThat(in.int32()).isEqualTo(-70_000);
        assertThat(in.int64()).isEqualTo(1L << 40);
        assertThat(in.string()).isEqualTo("häß");
        assertThat(in.remaining()).isEqualTo(1);
        assertThat(in.next()).as("at the end, whatever was not read").isEqualTo(-1);
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void whatever_pieces_they_come_in_messages_are_the_same(boolean isLargeExpected) throws IOException {
        long seed = System.nanoTime();
        Random random = new Random(seed);
        byte[][] bodies = new byte[200][];
        byte[] all = {};
        for (int i = 0; i < bodies.length; i++) {
            bodies[i] = new byte[random.nextInt(10) == 0 ? random.nextInt(40_000) : random.nextInt(50)];
            random.nextBytes(bodies[i]);
            all = join(all, message((char) ('a' + i % 26), bodies[i]));
        }
        try (MessageInput in = new MessageInput(dribbling(all, 5000, random), MOST,
                new MessageMemory(64 << 20, new dev.seawall.wal.role.SystemWorld()))) {
            for (int i = 0; i < bodies.length; i++) {
                if (i == 50 && isLargeExpected) {
                    in.expectLarge();
                }
                assertThat(in.next()).as("type of message %d, seed %d", i, seed).isEqualTo('a' + i % 26);
                assertThat(in.bytes(in.remaining())).as("message %d, seed %d", i, seed).isEqualTo(bodies[i]);
            }
            assertThat(in.next()).isEqualTo(-1);
        }
    }

    @Test
    void a_length_that_is_a_lie_is_refused_before_memory_is_taken() {
        for (int length : new int[] {3, 0, -1, Integer.MIN_VALUE, Integer.MAX_VALUE, MOST + 5}) {
            SqlException e = catchThrowableOfType(SqlException.class,
                    () -> of(message('Q', new byte[0], length)).next());

            assertThat(e.state()).as("length %d", length).isEqualTo(SqlState.PROTOCOL_VIOLATION);
            assertThat(e.isFatal()).isTrue();
            assertThat(e.problem()).contains("invalid message length " + length).contains("type \"Q\"");
        }
    }

    @Test
    void an_end_within_a_message_is_an_end_of_file() {
        byte[] whole = message('Q', new byte[20]);
        for (int cut = 1; cut < whole.length; cut++) {
            byte[] part = java.util.Arrays.copyOf(whole, cut);

            assertThatThrownBy(() -> of(part).next()).as("cut at %d", cut).isInstanceOf(EOFException.class);
        }
    }

    @Test
    void fields_never_reach_beyond_their_message() throws IOException {
        MessageInput in = of(message('B', new byte[] {1, 2, 3}), message('Z', new byte[100]));
        in.next();

        assertThatThrownBy(in::int32).hasMessageContaining("insufficient data left");
        assertThatThrownBy(() -> in.bytes(4)).hasMessageContaining("insufficient data left");
        assertThatThrownBy(() -> in.bytes(-1)).hasMessageContaining("insufficient data left");
        assertThatThrownBy(() -> in.text(Integer.MAX_VALUE)).hasMessageContaining("insufficient data left");
        assertThatThrownBy(in::string).as("no zero byte in this one").hasMessageContaining("insufficient data left");
        assertThatThrownBy(in::expectEnd).hasMessageContaining("3 bytes too many");
    }

    @Test
    void what_is_no_utf8_or_holds_a_zero_byte_is_no_text() throws IOException {
        for (byte[] bytes : new byte[][] {{(byte) 0xC3}, {(byte) 0xFF, 'a'}, {(byte) 0xED, (byte) 0xA0, (byte) 0x80},
            {(byte) 0xC0, (byte) 0x80}, {'a', 0, 'b'}, {(byte) 0xC3, (byte) 0xA4, 0}}) {
            MessageInput in = of(message('B', bytes));
            in.next();

            SqlException e = catchThrowableOfType(SqlException.class, () -> in.text(bytes.length));
            assertThat(e.state()).isEqualTo(SqlState.CHARACTER_NOT_IN_REPERTOIRE);
            assertThat(e.isFatal()).isFalse();
        }
    }

    @Test
    void whether_the_next_message_is_there_is_known_without_reading_it() throws IOException {
        byte[] two = join(message('Q', new byte[10]), message('P', new byte[10]));
        MessageInput both = of(two);
        both.next();
        assertThat(both.hasMessage()).isTrue();

        MessageInput part = of(java.util.Arrays.copyOf(two, two.length - 1));
        part.next();
        assertThat(part.hasMessage()).isFalse();
        assertThat(part.hasMore()).isTrue();
    }
}
