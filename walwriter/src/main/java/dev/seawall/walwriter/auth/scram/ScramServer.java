package dev.seawall.walwriter.auth.scram;

import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.random.RandomGenerator;

/// A server's side of SCRAM-SHA-256, RFC 5802, for one login: [#first], then [#finish].
///
/// Channel binding is not offered: a client that can do it and sees that we don't (`y`) is as welcome
/// as one that can't (`n`); one that insists (`p`) is refused.
public final class ScramServer {

    /// The only mechanism offered.
    public static final String MECHANISM = "SCRAM-SHA-256";

    private final ScramVerifier verifier;
    private final String ownNonce;
    private String header = "";
    private String nonce = "";
    private String firstMessages = "";

    /// @param verifier the user's, or [ScramVerifier#mock]
    /// @param random   unpredictable: see [dev.seawall.wal.role.World#secrets]
    public ScramServer(ScramVerifier verifier, RandomGenerator random) {
        this(verifier, ScramClient.newNonce(random));
    }

    ScramServer(ScramVerifier verifier, String nonce) {
        this.verifier = verifier;
        this.ownNonce = nonce;
    }

    /// @return server-first-message, in answer to client-first-message
    public String first(String clientFirst) throws ScramException {
        if (!nonce.isEmpty()) {
            throw new IllegalStateException("an exchange is for one login");
        }
        ScramMessage message = new ScramMessage(clientFirst);
        binding(message);
        if (message.peek() == 'a') {
            throw new ScramException("client uses authorization identity, but it is not supported");
        }
        if (!message.field().isEmpty()) {
            throw new ScramException("malformed SCRAM message: a comma expected");
        }
        header = clientFirst.substring(0, message.at());
        String bare = clientFirst.substring(message.at());
        if (message.peek() == 'm') {
            throw new ScramException("client requires an unsupported SCRAM extension");
        }
        // The user's name: the startup packet's holds, as in PostgreSQL.
        message.value('n');
        String clientNonce = message.value('r');
        ScramMessage.checkNonce(clientNonce);
        while (!message.isAtEnd()) {
            message.skip();
        }
        nonce = clientNonce + ownNonce;
        String answer = "r=" + nonce + ",s=" + verifier.salt() + ",i=" + verifier.iterations();
        firstMessages = bare + "," + answer;
        return answer;
    }

    private static void binding(ScramMessage message) throws ScramException {
        switch (message.peek()) {
            case 'n', 'y' -> {
                if (message.field().length() != 1) {
                    throw new ScramException("malformed SCRAM message: a comma expected behind the binding flag");
                }
            }
            case 'p' -> throw new ScramException("client requires SCRAM channel binding, but it is not supported");
            default -> throw new ScramException("malformed SCRAM message: an unexpected channel-binding flag");
        }
    }

    /// @return server-final-message, in answer to client-final-message; nothing if the password is wrong
    public Optional<String> finish(String clientFinal) throws ScramException {
        if (nonce.isEmpty()) {
            throw new ScramException("malformed SCRAM message: the first one is missing");
        }
        ScramMessage message = new ScramMessage(clientFinal);
        String binding = message.value('c');
        if (!binding.equals(ScramMessage.base64(header.getBytes(StandardCharsets.UTF_8)))) {
            throw new ScramException("unexpected SCRAM channel-binding attribute in client-final-message");
        }
        if (!message.value('r').equals(nonce)) {
            throw new ScramException("invalid SCRAM response: nonce does not match");
        }
        int proofAt = message.at();
        while (message.peek() != 'p') {
            message.skip();
            proofAt = message.at();
        }
        byte[] proof = ScramMessage.base64(message.value('p'));
        if (proof.length != ScramHash.BYTES || !message.isAtEnd()) {
            throw new ScramException("malformed SCRAM message: a proof at its end expected");
        }
        String authMessage = firstMessages + "," + clientFinal.substring(0, proofAt - 1);
        return verifier.isProof(proof, authMessage) ? Optional.of("v=" + verifier.signature(authMessage))
                : Optional.empty();
    }
}
