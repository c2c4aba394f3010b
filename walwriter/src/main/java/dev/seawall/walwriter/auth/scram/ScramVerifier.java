package dev.seawall.walwriter.auth.scram;

import java.security.MessageDigest;
import java.util.Optional;
import java.util.random.RandomGenerator;

/// What a server keeps of a password: enough to check a client's proof, and to prove that it is the
/// server; not enough to log in elsewhere.
///
/// Its text is PostgreSQL's, `SCRAM-SHA-256$iterations:salt$StoredKey:ServerKey`, and can be given to
/// its ALTER ROLE ... PASSWORD, or taken from its pg_authid.
public final class ScramVerifier {

    public static final int ITERATIONS = 4096;

    private static final String SCHEME = "SCRAM-SHA-256";
    private static final int SALT_BYTES = 16;

    private final int iterations;
    private final byte[] salt;
    private final byte[] storedKey;
    private final byte[] serverKey;
    /// A mock's keys fit no password; it is spoken to as any other.
    private final boolean isMock;

    private ScramVerifier(int iterations, byte[] salt, byte[] storedKey, byte[] serverKey, boolean isMock) {
        this.iterations = iterations;
        this.salt = salt;
        this.storedKey = storedKey;
        this.serverKey = serverKey;
        this.isMock = isMock;
    }

    /// @param random unpredictable: see [dev.seawall.wal.role.World#secrets]
    public static ScramVerifier make(String password, RandomGenerator random) {
        byte[] salt = new byte[SALT_BYTES];
        random.nextBytes(salt);
        return make(password, salt, ITERATIONS);
    }

    static ScramVerifier make(String password, byte[] salt, int iterations) {
        byte[] salted = ScramHash.saltedPassword(SaslPrep.bytes(password), salt, iterations);
        return new ScramVerifier(iterations, salt, ScramHash.sha256(ScramHash.hmac(salted, "Client Key")),
                ScramHash.hmac(salted, "Server Key"), false);
    }

    /// For a user that does not exist, or has no password: always the same salt for the same name, so
    /// that nobody learns from it which names exist.
    ///
    /// @param secret of this cluster, and never told
    public static ScramVerifier mock(String user, byte[] secret) {
        byte[] salt = new byte[SALT_BYTES];
        System.arraycopy(ScramHash.hmac(secret, user), 0, salt, 0, SALT_BYTES);
        return new ScramVerifier(ITERATIONS, salt, new byte[ScramHash.BYTES], new byte[ScramHash.BYTES], true);
    }

    /// Reads PostgreSQL's text.
    ///
    /// @return nothing if it is none
    public static Optional<ScramVerifier> parse(String text) {
        String[] parts = text.split("[$:]", -1);
        boolean hasForm = parts.length == 5 && parts[0].equals(SCHEME)
                && text.equals(SCHEME + "$" + parts[1] + ":" + parts[2] + "$" + parts[3] + ":" + parts[4]);
        if (!hasForm) {
            return Optional.empty();
        }
        try {
            int iterations = Integer.parseInt(parts[1]);
            byte[] salt = ScramMessage.base64(parts[2]);
            byte[] storedKey = ScramMessage.base64(parts[3]);
            byte[] serverKey = ScramMessage.base64(parts[4]);
            boolean isSound = iterations >= 1 && salt.length > 0 && storedKey.length == ScramHash.BYTES
                    && serverKey.length == ScramHash.BYTES;
            return isSound ? Optional.of(new ScramVerifier(iterations, salt, storedKey, serverKey, false))
                    : Optional.empty();
        } catch (NumberFormatException | ScramException e) {
            return Optional.empty();
        }
    }

    /// PostgreSQL's text. To be kept as a secret: whoever has it can play the server.
    public String text() {
        return SCHEME + "$" + iterations + ":" + ScramMessage.base64(salt) + "$" + ScramMessage.base64(storedKey)
                + ":" + ScramMessage.base64(serverKey);
    }

    int iterations() {
        return iterations;
    }

    String salt() {
        return ScramMessage.base64(salt);
    }

    /// Whether a proof was made with the password. Takes as long whatever the answer.
    boolean isProof(byte[] proof, String authMessage) {
        byte[] clientKey = ScramHash.xor(proof, ScramHash.hmac(storedKey, authMessage));
        return MessageDigest.isEqual(ScramHash.sha256(clientKey), storedKey) & !isMock;
    }

    /// The server's own proof.
    String signature(String authMessage) {
        return ScramMessage.base64(ScramHash.hmac(serverKey, authMessage));
    }
}
