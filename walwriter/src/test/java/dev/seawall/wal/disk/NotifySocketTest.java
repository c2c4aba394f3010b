package dev.seawall.wal.disk;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class NotifySocketTest {

    @TempDir
    Path directory;

    @Test
    void a_message_is_one_datagram_to_a_path() throws IOException {
        String name = directory.resolve("notify").toString();
        try (NotifyReceiver receiver = new NotifyReceiver(name)) {
            NotifySocket socket = new NotifySocket(name);
            socket.send("READY=1\nSTATUS=up, end of log 0/16B3748");
            assertThat(socket.offer("WATCHDOG=1")).isTrue();

            assertThat(receiver.receive(1000)).contains("READY=1\nSTATUS=up, end of log 0/16B3748");
            assertThat(receiver.receive(1000)).contains("WATCHDOG=1");
            assertThat(receiver.receive(0)).isEmpty();
        }
    }

    @Test
    void an_abstract_address_begins_with_an_at_sign() throws IOException {
        String name = "@seawall-notify-test-" + ProcessHandle.current().pid();
        try (NotifyReceiver receiver = new NotifyReceiver(name)) {
            new NotifySocket(name).send("STOPPING=1");

            assertThat(receiver.receive(1000)).contains("STOPPING=1");
        }
    }

    @Test
    void a_message_that_must_not_wait_is_dropped_when_the_queue_is_full() throws IOException {
        String name = directory.resolve("full").toString();
        try (NotifyReceiver receiver = new NotifyReceiver(name)) {
            NotifySocket socket = new NotifySocket(name);
            int sent = 0;
            while (sent < 100_000 && socket.offer("WATCHDOG=1")) {
                sent++;
            }

            assertThat(sent).as("messages that the queue took").isBetween(1, 99_999);
            for (int taken = 0; taken < sent; taken++) {
                assertThat(receiver.receive(0)).contains("WATCHDOG=1");
            }
            assertThat(receiver.receive(0)).isEmpty();
        }
    }

    @Test
    void nobody_there_is_an_error_with_the_address() throws IOException {
        NotifySocket socket = new NotifySocket(directory.resolve("absent").toString());

        assertThatThrownBy(() -> socket.send("READY=1")).isInstanceOf(NoSuchFileException.class)
                .hasMessageContaining("absent").hasMessageContaining("sendto");
    }

    @Test
    void an_address_is_absolute_or_abstract_and_fits() {
        assertThatThrownBy(() -> new NotifySocket("run/notify")).hasMessageContaining("HINT: ");
        assertThatThrownBy(() -> new NotifySocket("@")).hasMessageContaining("no address");
        assertThatThrownBy(() -> new NotifySocket("/" + "x".repeat(107))).hasMessageContaining("this one 108");
    }
}
