package dev.seawall.witness;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

/// Certificates for tests, made by OpenSSL: an authority, and what it signs.
///
/// Keys are on NIST's P-256, since RSA's take a second each. Files are `NAME.crt` and `NAME.key`, mode 0600.
public final class Certificates {

    private static final String AUTHORITY = "ca";

    private final Path directory;

    private Certificates(Path directory) {
        this.directory = directory;
    }

    /// Makes an authority in a directory.
    public static Certificates in(Path directory) {
        Certificates made = new Certificates(directory);
        made.openssl("req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", "30",
                "-subj", "/CN=Test authority", "-addext", "basicConstraints=critical,CA:TRUE",
                "-keyout", made.key(AUTHORITY).toString(), "-out", made.certificate(AUTHORITY).toString());
        return made;
    }

    public Path authority() {
        return certificate(AUTHORITY);
    }

    public Path certificate(String name) {
        return directory.resolve(name + ".crt");
    }

    public Path key(String name) {
        return directory.resolve(name + ".key");
    }

    /// A certificate for a server called `localhost` at 127.0.0.1.
    public Certificates server(String name) {
        return sign(name, "/CN=localhost", "subjectAltName=DNS:localhost,IP:127.0.0.1");
    }

    /// A certificate of which the common name is a user's.
    public Certificates client(String user) {
        return sign(user, "/CN=" + user, "extendedKeyUsage=clientAuth");
    }

    private Certificates sign(String name, String subject, String extension) {
        Path request = directory.resolve(name + ".csr");
        Path extensions = directory.resolve(name + ".ext");
        try {
            Files.writeString(extensions, extension + "\n");
        } catch (IOException e) {
            throw new UncheckedIOException("could not prepare a certificate", e);
        }
        openssl("req", "-new", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-subj", subject,
                "-keyout", key(name).toString(), "-out", request.toString());
        openssl("x509", "-req", "-days", "30", "-in", request.toString(), "-CA", authority().toString(),
                "-CAkey", key(AUTHORITY).toString(), "-CAcreateserial", "-extfile", extensions.toString(),
                "-out", certificate(name).toString());
        return this;
    }

    /// Runs OpenSSL; in this directory file names mean the same as here.
    public Certificates openssl(String... arguments) {
        for (Path place : List.of(Path.of("/usr/bin/openssl"), Path.of("/usr/local/bin/openssl"))) {
            if (Files.isExecutable(place)) {
                List<String> command = new ArrayList<>(List.of(place.toString()));
                command.addAll(Arrays.asList(arguments));
                PostgresPrograms.execute(command, Map.of()).orFail();
                return this;
            }
        }
        throw new AssertionError("openssl was not found\nHINT: Install openssl (on Debian: apt-get install openssl).");
    }
}
