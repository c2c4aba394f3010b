package dev.seawall.walwriter.tls;

import java.io.IOException;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.Signature;
import java.security.cert.X509Certificate;
import java.util.List;
import javax.net.ssl.KeyManager;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;

/// What the JDK's TLS wants its certificates and keys wrapped in; for servers and clients.
final class TlsParts {

    static final String[] PROTOCOLS = {"TLSv1.3", "TLSv1.2"};

    private static final char[] NO_PASSWORD = {};

    private TlsParts() {}

    /// @param places files, for messages
    static KeyManager[] keys(List<X509Certificate> chain, PrivateKey key, String places)
            throws IOException, GeneralSecurityException {
        if (!isPair(chain.getFirst(), key)) {
            throw new IOException("certificate and private key do not belong together: " + places
                    + "\nHINT: The server's own certificate must be the first in its file.");
        }
        KeyStore store = KeyStore.getInstance("PKCS12");
        store.load(null, NO_PASSWORD);
        store.setKeyEntry("own", key, NO_PASSWORD, chain.toArray(X509Certificate[]::new));
        KeyManagerFactory factory = KeyManagerFactory.getInstance("PKIX");
        factory.init(store, NO_PASSWORD);
        return factory.getKeyManagers();
    }

    /// By a signature: what the key makes, the certificate must prove.
    private static boolean isPair(X509Certificate certificate, PrivateKey key) throws GeneralSecurityException {
        String algorithm = switch (key.getAlgorithm()) {
            case "RSA" -> "SHA256withRSA";
            case "EC" -> "SHA256withECDSA";
            default -> key.getAlgorithm();
        };
        byte[] probe = certificate.getSerialNumber().toByteArray();
        Signature signing = Signature.getInstance(algorithm);
        signing.initSign(key);
        signing.update(probe);
        byte[] signature = signing.sign();
        try {
            Signature checking = Signature.getInstance(algorithm);
            checking.initVerify(certificate.getPublicKey());
            checking.update(probe);
            return checking.verify(signature);
        } catch (GeneralSecurityException e) {
            // A key of another kind, or of another length.
            return false;
        }
    }

    /// Believes certificates that lead to one of these.
    static TrustManager[] authorities(List<X509Certificate> believed) throws IOException, GeneralSecurityException {
        KeyStore store = KeyStore.getInstance("PKCS12");
        store.load(null, NO_PASSWORD);
        for (int i = 0; i < believed.size(); i++) {
            store.setCertificateEntry("authority" + i, believed.get(i));
        }
        TrustManagerFactory factory = TrustManagerFactory.getInstance("PKIX");
        factory.init(store);
        return factory.getTrustManagers();
    }
}
