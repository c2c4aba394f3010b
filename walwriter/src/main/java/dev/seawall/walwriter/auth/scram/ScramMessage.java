package dev.seawall.walwriter.auth.scram;

import java.util.Base64;

/// A SCRAM message read from its begin: attributes `x=value`, separated by commas, in fixed order.
final class ScramMessage {

    /// More than any client of good will sends; the hash of it must be cheap.
    static final int MAX_CHARS = 4096;

    private final String text;
    private int at;

    ScramMessage(String text) throws ScramException {
        if (text.length() > MAX_CHARS) {
            throw new ScramException("malformed SCRAM message: " + text.length() + " characters, at most "
                    + MAX_CHARS + " expected");
        }
        this.text = text;
    }

    /// Where the next attribute begins.
    int at() {
        return at;
    }

    boolean isAtEnd() {
        return at >= text.length();
    }

    /// The next attribute's name.
    char peek() throws ScramException {
        if (isAtEnd()) {
            throw new ScramException("malformed SCRAM message: it ends too early");
        }
        return text.charAt(at);
    }

    /// Up to the next comma, which is skipped.
    String field() {
        int comma = text.indexOf(',', Math.min(at, text.length()));
        int end = comma < 0 ? text.length() : comma;
        String field = text.substring(Math.min(at, end), end);
        at = end + 1;
        return field;
    }

    /// The value of the attribute that must come next.
    String value(char name) throws ScramException {
        if (peek() != name || at + 1 >= text.length() || text.charAt(at + 1) != '=') {
            throw new ScramException("malformed SCRAM message: attribute \"" + name + "\" expected");
        }
        return field().substring(2);
    }

    /// The next attribute, whichever: extensions that may be ignored.
    void skip() throws ScramException {
        char name = peek();
        boolean isAttribute = (name >= 'a' && name <= 'z' || name >= 'A' && name <= 'Z')
                && at + 1 < text.length() && text.charAt(at + 1) == '=';
        if (!isAttribute) {
            throw new ScramException("malformed SCRAM message: an attribute expected");
        }
        field();
    }

    /// Letters that a nonce may have: printable ASCII without the comma.
    static void checkNonce(String nonce) throws ScramException {
        if (nonce.isEmpty() || !nonce.chars().allMatch(c -> c >= 0x21 && c <= 0x7E)) {
            throw new ScramException("malformed SCRAM message: a nonce of printable characters expected");
        }
    }

    static byte[] base64(String text) throws ScramException {
        try {
            return Base64.getDecoder().decode(text);
        } catch (IllegalArgumentException e) {
            throw new ScramException("malformed SCRAM message: base64 expected");
        }
    }

    static String base64(byte[] bytes) {
        return Base64.getEncoder().encodeToString(bytes);
    }
}
