package dev.seawall.walwriter.wire;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.WritableByteChannel;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.junit.jupiter.api.Test;

final class MessageOutputTest {

    private final ByteArrayOutputStream sent = new ByteArrayOutputStream();
    private final MessageOutput out = new MessageOutput(Channels.newChannel(sent));

    @Test
    void messages_are_type_length_and_body() throws IOException {
        out.begin('T').int8(-2).int16(-3).int32(70_000).int64(-1).string("häß").end();
        out.begin('Z').int8('I').end();
        out.flush();

        ByteBuffer bytes = ByteBuffer.wrap(sent.toByteArray());
        assertThat(bytes.get()).isEqualTo((byte) 'T');
        assertThat(bytes.getInt()).isEqualTo(4 + 1 + 2 + 4 + 8 + 6);
        assertThat(bytes.get()).isEqualTo((byte) -2);
        assertThat(bytes.getShort()).isEqualTo((short) -3);
        assertThat(bytes.getInt()).isEqualTo(70_000);
        assertThat(bytes.getLong()).isEqualTo(-1);
        byte[] text = new byte[6];
        bytes.get(text);
        assertThat(text).isEqualTo("häß\0".getBytes(StandardCharsets.UTF_8));
        assertThat(bytes.get()).isEqualTo((byte) 'Z');
        assertThat(bytes.getInt()).isEqualTo(5);
    }

    @Test
    void nothing_is_sent_before_a_flush_unless_it_is_much() throws IOException {
        out.begin('C').string("SELECT 1").end();
        assertThat(sent.size()).isZero();
        assertThat(out.isPending()).isTrue();

        out.begin('D').bytes(new byte[100_000]).end();
        assertThat(sent.size()).isEqualTo(14 + 100_005);
        assertThat(out.isPending()).isFalse();
    }

    @Test
    void a_message_whose_making_failed_leaves_no_byte() throws IOException {
        out.begin('C').string("one").end();
        out.begin('D').int16(3).value("half a row");
        out.cancel();
        out.cancel();
        out.begin('C').string("two").end();
        out.flush();

        assertThat(sent.toByteArray()).isEqualTo(
                "C\0\0\0\u0008one\0C\0\0\0\u0008two\0".getBytes(StandardCharsets.UTF_8));
    }

    @Test
    void values_have_their_length_in_bytes_in_front() throws IOException {
        out.begin('D').value("ä€").value("").end();
        out.flush();

        assertThat(sent.toByteArray()).isEqualTo(ByteBuffer.allocate(18).put((byte) 'D').putInt(17).putInt(5)
                .put("ä€".getBytes(StandardCharsets.UTF_8)).putInt(0).array());
    }

    @Test
    void much_is_written_in_pieces_to_a_channel_that_takes_little() throws IOException {
        byte[] body = new byte[1 << 20];
        Arrays.fill(body, (byte) 7);
        MessageOutput narrow = new MessageOutput(new WritableByteChannel() {
            @Override
            public int write(ByteBuffer source) {
                assertThat(source.remaining()).isLessThanOrEqualTo(64 << 10);
                int count = Math.min(source.remaining(), 1000);
                for (int i = 0; i < count; i++) {
                    sent.write(source.get());
                }
                return count;
            }

            @Override
            public boolean isOpen() {
                return true;
            }

            @Override
            public void close() {}
        });

        narrow.begin('D').bytes(body).end();

        assertThat(sent.size()).isEqualTo(5 + body.length);
        assertThat(narrow.writeUnderWay()).isZero();
    }
}
