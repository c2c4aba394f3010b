package dev.seawall.walwriter.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.seawall.wal.role.SystemWorld;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.Pipe;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;

final class MessageMemoryTest {

    private static final int HEAP = 16 << 20;
    /// As many copies of it as are made fill all there is for large messages.
    private static final int LARGEST = HEAP / 4 * 3 / 4;

    private final MessageMemory memory = new MessageMemory(HEAP, new SystemWorld(), Duration.ofMillis(30));

    @Test
    void a_message_larger_than_all_there_is_is_refused_at_once() {
        SqlException e = catchThrowableOfType(SqlException.class, () -> memory.take(LARGEST + (1 << 20), () -> { }));

        assertThat(e.state()).isEqualTo(SqlState.OUT_OF_MEMORY);
        assertThat(e.isFatal()).isTrue();
        assertThat(e.hint()).contains("larger heap");
    }

    @Test
    void what_was_given_back_can_be_taken_again() {
        for (int i = 0; i < 100; i++) {
            MessageMemory.Room room = memory.take(LARGEST, () -> { });
            room.arrived();
            room.giveBack();
        }
    }

    @Test
    void moderate_messages_do_not_wait_for_huge_ones() {
        MessageMemory.Room huge = memory.take(LARGEST, () -> { });
        huge.arrived();

        memory.take(60 << 10, () -> { }).giveBack();
    }

    @Test
    void who_has_announced_much_and_does_not_send_it_loses_its_connection_when_others_wait() {
        AtomicInteger cuts = new AtomicInteger();
        AtomicReference<MessageMemory.Room> slow = new AtomicReference<>();
        slow.set(memory.take(LARGEST, () -> {
            cuts.incrementAndGet();
            slow.get().giveBack();
        }));

        MessageMemory.Room next = memory.take(LARGEST, () -> { });

        assertThat(cuts).hasValue(1);
        next.giveBack();
    }

    @Test
    void whose_message_has_arrived_keeps_its_room_and_the_next_one_is_refused() {
        memory.take(LARGEST, () -> {
            throw new AssertionError("cut off");
        }).arrived();

        assertThatThrownBy(() -> memory.take(LARGEST, () -> { })).hasMessageContaining("take it all");
    }

    @Test
    void an_input_that_is_cut_off_ends_with_an_exception_and_gives_its_room_back() throws Exception {
        Pipe stalled = Pipe.open();
        MessageInput in = new MessageInput(stalled.source(), HEAP, memory);
        AtomicReference<Throwable> end = new AtomicReference<>();
        Thread reader = Thread.ofVirtual().start(() -> {
            try {
                in.next();
            } catch (IOException e) {
                end.set(e);
            } finally {
                in.close();
            }
        });
        stalled.sink().write(ByteBuffer.allocate(6).put((byte) 'Q').putInt(LARGEST).put((byte) 0).flip());

        Pipe whole = Pipe.open();
        Thread writer = Thread.ofVirtual().start(() -> {
            try {
                ByteBuffer message = ByteBuffer.allocate(LARGEST + 1).put((byte) 'Q').putInt(LARGEST).position(0);
                while (message.hasRemaining()) {
                    whole.sink().write(message);
                }
            } catch (IOException e) {
                throw new AssertionError(e);
            }
        });
        try (MessageInput second = new MessageInput(whole.source(), HEAP, memory)) {
            // The first may take its room only after the second: then there is nothing to cut off.
            assertThat(second.next()).isEqualTo('Q');
        }
        writer.join();
        stalled.sink().close();
        reader.join();
        assertThat(end.get()).isInstanceOfAny(ClosedChannelException.class, java.io.EOFException.class);
        memory.take(LARGEST, () -> { }).giveBack();
    }
}
