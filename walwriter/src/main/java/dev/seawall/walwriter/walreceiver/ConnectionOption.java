package dev.seawall.walwriter.walreceiver;

import java.util.Map;
import java.util.Set;

/// libpq's words for a connection: which mean something here, which are of no weight, which are refused.
final class ConnectionOption {

    private static final Set<String> USED = Set.of("host", "hostaddr", "port", "user", "password", "passfile",
            "dbname", "application_name", "fallback_application_name", "connect_timeout", "sslmode", "sslrootcert",
            "sslcert", "sslkey");

    /// They tune, or say what is so anyway.
    private static final Set<String> IGNORED = Set.of("keepalives", "keepalives_idle", "keepalives_interval",
            "keepalives_count", "tcp_user_timeout", "options", "client_encoding", "replication", "sslcompression",
            "sslsni", "krbsrvname", "gsslib", "gssdelegation", "requiressl", "sslcertmode");

    /// Accepted with these values only: any other asks for a protection or a choice that is not there.
    private static final Map<String, Set<String>> LIMITED = Map.of(
            "target_session_attrs", Set.of("any"),
            "load_balance_hosts", Set.of("disable"),
            "gssencmode", Set.of("disable", "prefer"),
            "channel_binding", Set.of("disable", "prefer"),
            "sslnegotiation", Set.of("postgres"),
            "ssl_min_protocol_version", Set.of("TLSv1", "TLSv1.1", "TLSv1.2"));

    private static final Set<String> UNSUPPORTED = Set.of("service", "servicefile", "sslpassword", "sslcrl",
            "sslcrldir", "requirepeer", "require_auth", "ssl_max_protocol_version", "min_protocol_version",
            "max_protocol_version", "sslkeylogfile");

    private ConnectionOption() {}

    /// @throws IllegalArgumentException if it is no option, or cannot be honoured
    static void check(String name, String value) {
        if (value.isEmpty() || USED.contains(name) || IGNORED.contains(name)) {
            if (!isKnown(name)) {
                throw unknown(name);
            }
            return;
        }
        Set<String> values = LIMITED.get(name);
        if (values != null && !values.contains(value)) {
            throw new IllegalArgumentException("connection option " + name + "=" + value + " is not supported, only "
                    + String.join(" and ", values.stream().sorted().toList()));
        }
        if (UNSUPPORTED.contains(name)) {
            throw new IllegalArgumentException("connection option \"" + name + "\" is not supported");
        }
        if (!isKnown(name)) {
            throw unknown(name);
        }
    }

    private static boolean isKnown(String name) {
        return USED.contains(name) || IGNORED.contains(name) || LIMITED.containsKey(name)
                || UNSUPPORTED.contains(name);
    }

    private static IllegalArgumentException unknown(String name) {
        return new IllegalArgumentException("invalid connection option \"" + name + "\"");
    }
}
