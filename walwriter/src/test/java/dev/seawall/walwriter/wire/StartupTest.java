package dev.seawall.walwriter.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import org.junit.jupiter.api.Test;

final class StartupTest {

    private static Startup read(int code, String rest) throws IOException {
        byte[] body = rest.getBytes(StandardCharsets.UTF_8);
        ByteBuffer packet = ByteBuffer.allocate(8 + body.length).putInt(8 + body.length).putInt(code).put(body);
        MessageInput in = new MessageInput(Channels.newChannel(new ByteArrayInputStream(packet.array())),
                Startup.MAX_BYTES);
        assertThat(in.nextUntyped()).isTrue();
        return Startup.read(in);
    }

    private static SqlException refused(int code, String rest) {
        SqlException e = catchThrowableOfType(SqlException.class, () -> read(code, rest));
        assertThat(e.isFatal()).isTrue();
        return e;
    }

    @Test
    void a_login_has_parameters_and_options_of_the_protocol() throws IOException {
        assertThat(read(Startup.VERSION_3_0 + 2,
                "user\0me\0_pq_.x\0001\0database\0d\0\0")).isEqualTo(new Startup.Login(2,
                Map.of("user", "me", "database", "d"), java.util.List.of("_pq_.x")));
    }

    @Test
    void other_requests_are_exactly_as_long_as_they_must_be() throws IOException {
        assertThat(read(Startup.TLS_CODE, "")).isEqualTo(new Startup.TlsRequest());
        assertThat(read(Startup.GSS_CODE, "")).isEqualTo(new Startup.GssRequest());
        assertThat(read(Startup.CANCEL_CODE, "\0\0\0\1\0\0\0\2")).isEqualTo(new Startup.CancelRequest(1, 2));
        assertThat(refused(Startup.TLS_CODE, "x").state()).isEqualTo(SqlState.PROTOCOL_VIOLATION);
        assertThat(refused(Startup.GSS_CODE, "x").state()).isEqualTo(SqlState.PROTOCOL_VIOLATION);
        assertThat(refused(Startup.CANCEL_CODE, "\0\0\0\1\0\0\0").state()).isEqualTo(SqlState.PROTOCOL_VIOLATION);
        assertThat(refused(Startup.CANCEL_CODE, "\0\0\0\1\0\0\0\2\0").state()).isEqualTo(SqlState.PROTOCOL_VIOLATION);
    }

    @Test
    void other_versions_are_refused_by_name() {
        assertThat(refused(2 << 16, "").problem()).contains("unsupported frontend protocol 2.0");
        assertThat(refused((4 << 16) + 1, "").problem()).contains("unsupported frontend protocol 4.1");
        assertThat(refused(0, "").state()).isEqualTo(SqlState.FEATURE_NOT_SUPPORTED);
        assertThat(refused(-1, "").problem()).contains("65535.65535");
    }

    @Test
    void a_packet_without_its_terminator_or_with_more_behind_it_is_refused() {
        assertThat(refused(Startup.VERSION_3_0, "").state()).isEqualTo(SqlState.PROTOCOL_VIOLATION);
        assertThat(refused(Startup.VERSION_3_0, "user\0me\0").state()).isEqualTo(SqlState.PROTOCOL_VIOLATION);
        assertThat(refused(Startup.VERSION_3_0, "user\0me").state()).isEqualTo(SqlState.PROTOCOL_VIOLATION);
        assertThat(refused(Startup.VERSION_3_0, "user\0").state()).isEqualTo(SqlState.PROTOCOL_VIOLATION);
        assertThat(refused(Startup.VERSION_3_0,
                "user\0me\0\0x").problem()).contains("expected terminator as last byte");
    }
}
