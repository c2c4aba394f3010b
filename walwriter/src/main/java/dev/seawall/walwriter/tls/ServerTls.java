package dev.seawall.walwriter.tls;

import dev.seawall.wal.disk.Disk;
import java.io.IOException;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.PrivateKey;
import java.security.cert.X509Certificate;
import java.util.List;
import java.util.function.Supplier;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.TrustManager;
import org.jspecify.annotations.Nullable;

/// A server's side of TLS 1.2 and 1.3: its certificate and key, and whose clients it believes.
///
/// Immutable: what was read once. A reload reads a new one; connections keep what they began with.
public final class ServerTls {

    private final Supplier<SSLEngine> engines;

    private ServerTls(Supplier<SSLEngine> engines) {
        this.engines = engines;
    }

    /// @param certificate the server's, with those that lead to its authority behind it; PEM
    /// @param key         of the certificate, PEM, unencrypted
    /// @param authorities whose client certificates are believed, PEM; null: none is asked for
    /// @throws IOException if anything of this is missing, does not fit together, or the key can be
    ///                     read by others; with a hint
    public static ServerTls read(Disk disk, Path certificate, Path key, @Nullable Path authorities)
            throws IOException {
        List<X509Certificate> chain = Pem.certificates(disk, certificate);
        PrivateKey secret = PrivateKeyFile.read(disk, key);
        try {
            // Without authorities of their own, the JDK's would be believed.
            TrustManager[] believed = TlsParts.authorities(
                    authorities == null ? List.of() : Pem.certificates(disk, authorities));
            SSLContext tls = SSLContext.getInstance("TLS");
            tls.init(TlsParts.keys(chain, secret, "\"" + certificate + "\" and \"" + key + "\""), believed, null);
            return new ServerTls(() -> engine(tls, authorities != null));
        } catch (GeneralSecurityException e) {
            throw new IOException("could not set TLS up with certificate \"" + certificate + "\" and key \"" + key
                    + "\": " + e.getMessage(), e);
        }
    }

    private static SSLEngine engine(SSLContext tls, boolean asksForCertificate) {
        SSLEngine engine = tls.createSSLEngine();
        engine.setUseClientMode(false);
        SSLParameters parameters = engine.getSSLParameters();
        parameters.setProtocols(TlsParts.PROTOCOLS);
        // Asked for, not demanded: the rules say who needs one. One that is wrong ends the handshake.
        parameters.setWantClientAuth(asksForCertificate);
        parameters.setUseCipherSuitesOrder(true);
        engine.setSSLParameters(parameters);
        return engine;
    }

    SSLEngine engine() {
        return engines.get();
    }
}
