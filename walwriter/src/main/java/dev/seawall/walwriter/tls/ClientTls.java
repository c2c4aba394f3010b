package dev.seawall.walwriter.tls;

import dev.seawall.wal.disk.Disk;
import java.io.IOException;
import java.net.Socket;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.PrivateKey;
import java.security.cert.X509Certificate;
import java.util.List;
import javax.net.ssl.KeyManager;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.TrustManager;
import javax.net.ssl.X509ExtendedTrustManager;
import org.jspecify.annotations.Nullable;

/// A client's side of TLS 1.2 and 1.3, in the ways of libpq's sslmode.
public final class ClientTls {

    @FunctionalInterface
    private interface Engines {
        SSLEngine engine(String host);
    }

    private final Engines engines;

    private ClientTls(Engines engines) {
        this.engines = engines;
    }

    /// `sslmode=require`: encrypted, whoever the server is. Keeps out who only listens.
    public static ClientTls require() throws IOException {
        return of(new TrustManager[] {new Anyone()}, false, null);
    }

    /// As [#require], showing a certificate of our own if there is one.
    public static ClientTls require(Disk disk, @Nullable Path certificate, @Nullable Path key) throws IOException {
        return of(new TrustManager[] {new Anyone()}, false, keys(disk, certificate, key));
    }

    /// `sslmode=verify-ca`: the server's certificate leads to one of these authorities, whatever host it names.
    public static ClientTls verifyCa(Disk disk, Path authorities, @Nullable Path certificate, @Nullable Path key)
            throws IOException {
        return verified(disk, authorities, false, certificate, key);
    }

    /// `sslmode=verify-full`: the server's certificate leads to one of these authorities and names the
    /// host that was asked for.
    public static ClientTls verifyFull(Disk disk, Path authorities) throws IOException {
        return verifyFull(disk, authorities, null, null);
    }

    /// As [#verifyFull], showing a certificate of our own.
    public static ClientTls verifyFull(Disk disk, Path authorities, @Nullable Path certificate, @Nullable Path key)
            throws IOException {
        return verified(disk, authorities, true, certificate, key);
    }

    private static ClientTls verified(Disk disk, Path authorities, boolean isHostChecked, @Nullable Path certificate,
            @Nullable Path key) throws IOException {
        KeyManager[] keys = keys(disk, certificate, key);
        try {
            return of(TlsParts.authorities(Pem.certificates(disk, authorities)), isHostChecked, keys);
        } catch (GeneralSecurityException e) {
            throw new IOException("could not set TLS up with authorities \"" + authorities + "\": " + e.getMessage(),
                    e);
        }
    }

    private static KeyManager @Nullable [] keys(Disk disk, @Nullable Path certificate, @Nullable Path key)
            throws IOException {
        if (certificate == null || key == null) {
            return null;
        }
        List<X509Certificate> chain = Pem.certificates(disk, certificate);
        PrivateKey secret = PrivateKeyFile.read(disk, key);
        try {
            return TlsParts.keys(chain, secret, "\"" + certificate + "\" and \"" + key + "\"");
        } catch (GeneralSecurityException e) {
            throw new IOException("could not set TLS up with certificate \"" + certificate + "\": "
                    + e.getMessage(), e);
        }
    }

    private static ClientTls of(TrustManager[] believed, boolean isHostChecked, KeyManager @Nullable [] keys)
            throws IOException {
        try {
            SSLContext tls = SSLContext.getInstance("TLS");
            tls.init(keys, believed, null);
            return new ClientTls(host -> engine(tls, host, isHostChecked));
        } catch (GeneralSecurityException e) {
            throw new IOException("could not set TLS up: " + e.getMessage(), e);
        }
    }

    private static SSLEngine engine(SSLContext tls, String host, boolean isHostChecked) {
        SSLEngine engine = tls.createSSLEngine(host, 0);
        engine.setUseClientMode(true);
        SSLParameters parameters = engine.getSSLParameters();
        parameters.setProtocols(TlsParts.PROTOCOLS);
        if (isHostChecked) {
            parameters.setEndpointIdentificationAlgorithm("HTTPS");
        }
        engine.setSSLParameters(parameters);
        return engine;
    }

    SSLEngine engine(String host) {
        return engines.engine(host);
    }

    /// Believes everybody: for `require`.
    private static final class Anyone extends X509ExtendedTrustManager {

        @Override
        public void checkClientTrusted(X509Certificate[] chain, String type, Socket socket) {}

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String type, Socket socket) {}

        @Override
        public void checkClientTrusted(X509Certificate[] chain, String type, SSLEngine engine) {}

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String type, SSLEngine engine) {}

        @Override
        public void checkClientTrusted(X509Certificate[] chain, String type) {}

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String type) {}

        @Override
        public X509Certificate[] getAcceptedIssuers() {
            return new X509Certificate[0];
        }
    }
}
