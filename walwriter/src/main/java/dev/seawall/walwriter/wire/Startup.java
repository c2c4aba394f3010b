package dev.seawall.walwriter.wire;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// The first packet of a connection, which has no type: what it asks for.
public sealed interface Startup {

    /// More is an attack: nobody has logged in yet.
    int MAX_BYTES = 10_000;

    int VERSION_3_0 = 196_608;
    int CANCEL_CODE = 80_877_102;
    int TLS_CODE = 80_877_103;
    int GSS_CODE = 80_877_104;

    /// Asks whether TLS may begin: one byte is the answer.
    record TlsRequest() implements Startup {}

    /// Asks for encryption by Kerberos.
    record GssRequest() implements Startup {}

    /// Asks to cancel what another connection is doing.
    record CancelRequest(int pid, int key) implements Startup {}

    /// Asks to log in.
    ///
    /// @param minor        of the protocol's version 3 that the client would like
    /// @param parameters   `user`, `database` and settings
    /// @param unrecognized options of the protocol (`_pq_.`) that we don't know
    record Login(int minor, Map<String, String> parameters, List<String> unrecognized) implements Startup {}

    /// Reads the packet that [MessageInput#nextUntyped] has brought.
    ///
    /// @throws SqlException if it is none of these
    static Startup read(MessageInput in) {
        int code = in.int32();
        return switch (code) {
            case TLS_CODE -> whole(in, new TlsRequest());
            case GSS_CODE -> whole(in, new GssRequest());
            case CANCEL_CODE -> whole(in, new CancelRequest(in.int32(), in.int32()));
            default -> {
                if (code >>> 16 != 3) {
                    throw SqlException.fatal(SqlState.FEATURE_NOT_SUPPORTED, "unsupported frontend protocol "
                            + (code >>> 16) + "." + (code & 0xFFFF) + ": server supports 3.0");
                }
                yield login(code & 0xFFFF, in);
            }
        };
    }

    private static Startup whole(MessageInput in, Startup request) {
        if (in.remaining() != 0) {
            throw SqlException.fatal(SqlState.PROTOCOL_VIOLATION, "invalid startup packet");
        }
        return request;
    }

    private static Login login(int minor, MessageInput in) {
        Map<String, String> parameters = new LinkedHashMap<>();
        List<String> unrecognized = new ArrayList<>();
        while (true) {
            String name = in.string();
            if (name.isEmpty()) {
                break;
            }
            String value = in.string();
            if (name.startsWith("_pq_.")) {
                unrecognized.add(name);
            } else {
                parameters.put(name, value);
            }
        }
        if (in.remaining() != 0) {
            throw SqlException.fatal(SqlState.PROTOCOL_VIOLATION,
                    "invalid startup packet layout: expected terminator as last byte");
        }
        return new Login(minor, parameters, unrecognized);
    }
}
