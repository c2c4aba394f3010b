package dev.seawall.walwriter.auth.hba;

import java.net.Inet6Address;
import java.net.InetAddress;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Where a connection comes from, and what is known for certain about its other end.
public sealed interface Origin {

    /// A Unix socket.
    ///
    /// @param osUser who connected, by the kernel's word (SO_PEERCRED); null if it did not say
    record UnixSocket(@Nullable String osUser) implements Origin {}

    /// TCP.
    ///
    /// @param certificateName the common name of the client's certificate, if one was given and
    ///                        verified; only with TLS
    record Tcp(InetAddress address, boolean isTls, @Nullable String certificateName) implements Origin {}

    /// As messages name it.
    default String host() {
        return switch (this) {
            case UnixSocket _ -> "[local]";
            case Tcp(var address, _, _) -> text(address);
        };
    }

    /// As PostgreSQL writes it: of IPv6 addresses the longest run of zeros is left out (RFC 5952).
    private static String text(InetAddress address) {
        if (!(address instanceof Inet6Address)) {
            return address.getHostAddress();
        }
        String uncut = address.getHostAddress();
        int zone = uncut.indexOf('%');
        String[] groups = (zone < 0 ? uncut : uncut.substring(0, zone)).split(":");
        int from = 0;
        int longest = 1;
        for (int at = 0; at < groups.length; at++) {
            int end = at;
            while (end < groups.length && groups[end].equals("0")) {
                end++;
            }
            if (end - at > longest) {
                from = at;
                longest = end - at;
            }
        }
        List<String> all = List.of(groups);
        String text = longest == 1 ? String.join(":", all) : String.join(":", all.subList(0, from)) + "::"
                + String.join(":", all.subList(from + longest, all.size()));
        return zone < 0 ? text : text + uncut.substring(zone);
    }

    /// As messages name it.
    default String encryption() {
        return this instanceof Tcp(_, var isTls, _) && isTls ? "SSL encryption" : "no encryption";
    }
}
