package dev.seawall.walwriter.auth.hba;

import java.net.InetAddress;
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
            case Tcp(var address, _, _) -> address.getHostAddress();
        };
    }

    /// As messages name it.
    default String encryption() {
        return this instanceof Tcp(_, var isTls, _) && isTls ? "SSL encryption" : "no encryption";
    }
}
