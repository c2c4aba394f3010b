package dev.seawall.walwriter.walreceiver;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.seawall.wal.Lsn;
import dev.seawall.wal.TimelineId;
import dev.seawall.wal.disk.LinuxDisk;
import dev.seawall.wal.role.SystemWorld;
import dev.seawall.walwriter.client.Login.Replication;
import dev.seawall.walwriter.wire.MessageOutput;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.ProtocolException;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/// A stream from a server that is silent, or talks nonsense.
@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
final class WalStreamClientTest {

    private static final Lsn FROM = new Lsn(0x1000000);

    private static PrimaryConnection connect(SilentPrimary server, Duration timeout) throws IOException {
        return PrimaryConnection.connect(ConnectionString.parse(server.connectionString())
                .endpoints(new LinuxDisk(), Replication.PHYSICAL), timeout, new SystemWorld());
    }

    private static void message(MessageOutput out, Consumer<MessageOutput> content) {
        try {
            out.begin('d');
            content.accept(out);
            out.end();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Test
    void a_server_that_is_silent_is_asked_and_then_given_up() throws Exception {
        try (SilentPrimary server = new SilentPrimary(_ -> { });
                PrimaryConnection primary = connect(server, Duration.ofMillis(400))) {
            WalStreamClient stream = primary.stream(null, FROM, TimelineId.FIRST);

            assertThatThrownBy(stream::receive).isInstanceOf(SocketTimeoutException.class)
                    .hasMessageContaining("due to timeout");
            assertThat(server.replies().poll(30, TimeUnit.SECONDS)).isTrue();
        }
    }

    @Test
    void a_gap_is_no_stream() throws Exception {
        try (SilentPrimary server = new SilentPrimary(out -> {
            message(out, data -> data.int8('w').int64(FROM.value()).int64(FROM.value()).int64(0).int32(7));
            message(out, data -> data.int8('w').int64(FROM.plus(8).value()).int64(FROM.value()).int64(0).int32(7));
        }); PrimaryConnection primary = connect(server, Duration.ZERO)) {
            WalStreamClient stream = primary.stream(null, FROM, TimelineId.FIRST);

            assertThat(stream.receive()).isInstanceOfSatisfying(StreamMessage.Piece.class, data -> {
                assertThat(data.start()).isEqualTo(FROM);
                assertThat(data.bytes().remaining()).isEqualTo(4);
            });
            assertThatThrownBy(stream::receive).isInstanceOf(ProtocolException.class)
                    .hasMessage("the stream goes on at 0/1000008, but was received up to 0/1000004");
        }
    }

    @Test
    void a_message_that_is_cut_short_or_unknown_is_refused() throws Exception {
        try (SilentPrimary server = new SilentPrimary(out -> message(out, data -> data.int8('k').int64(1)));
                PrimaryConnection primary = connect(server, Duration.ZERO)) {
            assertThatThrownBy(primary.stream(null, FROM, TimelineId.FIRST)::receive)
                    .isInstanceOf(ProtocolException.class).hasMessageContaining("insufficient data");
        }
        try (SilentPrimary server = new SilentPrimary(out -> message(out, data -> data.int8('?')));
                PrimaryConnection primary = connect(server, Duration.ZERO)) {
            assertThatThrownBy(primary.stream(null, FROM, TimelineId.FIRST)::receive)
                    .isInstanceOf(ProtocolException.class).hasMessageContaining("unknown message \"?\"");
        }
    }
}
