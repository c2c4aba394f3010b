package dev.seawall.walwriter.server;

import java.io.IOException;
import java.nio.channels.ByteChannel;
import java.nio.channels.SocketChannel;
import org.jspecify.annotations.Nullable;

/// TLS, if the cluster has a certificate.
public interface Encryption {

    /// Nothing is encrypted.
    Encryption NONE = new Encryption() {
        @Override
        public boolean isOffered() {
            return false;
        }

        @Override
        public Encrypted begin(SocketChannel channel) throws IOException {
            throw new IOException("TLS is not configured");
        }
    };

    /// A connection that is encrypted now.
    ///
    /// @param certificateName the common name of the client's certificate; null if it showed none
    record Encrypted(ByteChannel channel, @Nullable String certificateName) {}

    boolean isOffered();

    /// Shakes hands; the caller bounds the time by closing the channel.
    Encrypted begin(SocketChannel channel) throws IOException;
}
