package dev.seawall.walwriter.auth.scram;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.random.RandomGenerator;

/// A client's side of SCRAM-SHA-256, RFC 5802: it proves that it knows a password, and has it proven
/// that the server does.
///
/// Without channel binding; the user's name is left empty, since PostgreSQL's protocol has told it
/// before. Calls in the order [#first], [#respond], [#verify]; for one login.
public final class ScramClient {

    private static final int NONCE_BYTES = 18;
    /// A server must not keep us busy for hours.
    private static final int MAX_ITERATIONS = 10_000_000;
    private static final String NO_BINDING = "n,,";

    private final byte[] password;
    private final String nonce;
    private byte[] serverKey = new byte[0];
    private String authMessage = "";

    /// @param random unpredictable: see [dev.seawall.wal.role.World#secrets]
    public ScramClient(String password, RandomGenerator random) {
        this(password, newNonce(random));
    }

    ScramClient(String password, String nonce) {
        this.password = SaslPrep.bytes(password);
        this.nonce = nonce;
    }

    static String newNonce(RandomGenerator random) {
        byte[] bytes = new byte[NONCE_BYTES];
        random.nextBytes(bytes);
        return ScramMessage.base64(bytes);
    }

    /// client-first-message.
    public String first() {
        return NO_BINDING + firstBare();
    }

    private String firstBare() {
        return "n=,r=" + nonce;
    }

    /// client-final-message, in answer to server-first-message.
    public String respond(String serverFirst) throws ScramException {
        ScramMessage message = new ScramMessage(serverFirst);
        String fullNonce = message.value('r');
        byte[] salt = ScramMessage.base64(message.value('s'));
        int iterations = iterations(message.value('i'));
        if (!fullNonce.startsWith(nonce) || fullNonce.length() == nonce.length()) {
            throw new ScramException("the server's SCRAM nonce does not continue ours");
        }
        if (salt.length == 0) {
            throw new ScramException("malformed SCRAM message: a salt expected");
        }
        byte[] salted = ScramHash.saltedPassword(password, salt, iterations);
        byte[] clientKey = ScramHash.hmac(salted, "Client Key");
        serverKey = ScramHash.hmac(salted, "Server Key");
        String withoutProof = "c=" + ScramMessage.base64(NO_BINDING.getBytes(StandardCharsets.US_ASCII))
                + ",r=" + fullNonce;
        authMessage = firstBare() + "," + serverFirst + "," + withoutProof;
        byte[] proof = ScramHash.xor(clientKey, ScramHash.hmac(ScramHash.sha256(clientKey), authMessage));
        return withoutProof + ",p=" + ScramMessage.base64(proof);
    }

    private static int iterations(String text) throws ScramException {
        try {
            int iterations = Integer.parseInt(text);
            if (iterations >= 1 && iterations <= MAX_ITERATIONS) {
                return iterations;
            }
        } catch (NumberFormatException e) {
            // As any other number that is none.
        }
        throw new ScramException("SCRAM iteration count \"" + text + "\", 1 to " + MAX_ITERATIONS + " expected");
    }

    /// Checks server-final-message.
    ///
    /// @throws ScramException if the server does not know the password
    public void verify(String serverFinal) throws ScramException {
        if (serverKey.length == 0) {
            throw new ScramException("the server ended SCRAM before it began");
        }
        ScramMessage message = new ScramMessage(serverFinal);
        if (message.peek() == 'e') {
            throw new ScramException("the server refused SCRAM: " + message.value('e'));
        }
        byte[] signature = ScramMessage.base64(message.value('v'));
        if (!MessageDigest.isEqual(signature, ScramHash.hmac(serverKey, authMessage))) {
            throw new ScramException("the server does not know the password: its SCRAM signature is wrong");
        }
    }
}
