package dev.seawall.walwriter.sql;

import dev.seawall.walwriter.sql.Token.Kind;
import dev.seawall.walwriter.wire.SqlException;
import dev.seawall.walwriter.wire.SqlState;

/// Cuts a statement's text into words, by PostgreSQL's lexical rules (with standard_conforming_strings).
///
/// Each character is looked at a bounded number of times; nothing recurses.
final class Lexer {

    private static final int TOKENS_MAX = 200_000;
    private static final String OPERATOR_CHARACTERS = "+-*/<>=~!@#%^&|`?";
    /// An operator that has one of these may end in a sign; else the sign is its operand's.
    private static final String BINDING_CHARACTERS = "~!@#%^&|`?";
    private static final int SHOWN_CHARACTERS = 100;

    private final String text;
    private int at;
    private int tokens;

    Lexer(String text) {
        this.text = text;
    }

    /// The next word; at the end END, again and again.
    Token next() {
        skipSpace();
        int from = at;
        if (at == text.length()) {
            return new Token(Kind.END, "", at, at);
        }
        if (++tokens > TOKENS_MAX) {
            throw SqlException.error(SqlState.STATEMENT_TOO_COMPLEX, "query has more than " + TOKENS_MAX + " words"
                    + "\nHINT: Send it in several.");
        }
        char c = text.charAt(at);
        if (c == '\'') {
            return new Token(Kind.STRING, string(false, from), from, at);
        }
        if ((c == 'e' || c == 'E') && peek(1) == '\'') {
            at++;
            return new Token(Kind.STRING, string(true, from), from, at);
        }
        if (isWordStart(c)) {
            return word(from);
        }
        if (c == '"') {
            return quotedWord(from);
        }
        if (isDigit(c) || c == '.' && isDigit(peek(1))) {
            return number(from);
        }
        if (c == '$') {
            return dollar(from);
        }
        return symbol(from);
    }

    /// The word as it was written, not at any length.
    String source(Token token) {
        int to = Math.min(token.to(), token.from() + SHOWN_CHARACTERS);
        return text.substring(token.from(), to);
    }

    private char peek(int ahead) {
        return at + ahead < text.length() ? text.charAt(at + ahead) : 0;
    }

    private SqlException unterminated(String what, int from) {
        return SqlException.error(SqlState.SYNTAX_ERROR, "unterminated " + what + " at or near \""
                + text.substring(from, Math.min(text.length(), from + SHOWN_CHARACTERS)) + "\"");
    }

    // Space.

    private void skipSpace() {
        while (at < text.length()) {
            char c = text.charAt(at);
            if (isSpace(c)) {
                at++;
            } else if (c == '-' && peek(1) == '-') {
                skipLine();
            } else if (c == '/' && peek(1) == '*') {
                skipComment();
            } else {
                return;
            }
        }
    }

    private void skipLine() {
        while (at < text.length() && text.charAt(at) != '\n' && text.charAt(at) != '\r') {
            at++;
        }
    }

    /// Comments nest.
    private void skipComment() {
        int from = at;
        int depth = 0;
        do {
            if (at >= text.length()) {
                throw unterminated("/* comment", from);
            }
            char c = text.charAt(at);
            if (c == '/' && peek(1) == '*') {
                depth++;
                at += 2;
            } else if (c == '*' && peek(1) == '/') {
                depth--;
                at += 2;
            } else {
                at++;
            }
        } while (depth > 0);
    }

    // Strings.

    /// What quotes enclose, and other quotes on the next lines go on with.
    private String string(boolean hasEscapes, int from) {
        StringBuilder content = new StringBuilder();
        do {
            at++;
            while (true) {
                if (at >= text.length()) {
                    throw unterminated("quoted string", from);
                }
                char c = text.charAt(at);
                if (c == '\'' && peek(1) == '\'') {
                    content.append('\'');
                    at += 2;
                } else if (c == '\'') {
                    at++;
                    break;
                } else if (c == '\\' && hasEscapes) {
                    at = StringEscapes.read(text, at, content);
                } else {
                    content.append(c);
                    at++;
                }
            }
        } while (goesOn());
        return content.toString();
    }

    private boolean goesOn() {
        int next = at;
        boolean isNewLine = false;
        while (next < text.length() && isSpace(text.charAt(next))) {
            isNewLine |= text.charAt(next) == '\n' || text.charAt(next) == '\r';
            next++;
        }
        if (isNewLine && next < text.length() && text.charAt(next) == '\'') {
            at = next;
            return true;
        }
        return false;
    }

    /// A parameter, or a string between `$tag$`.
    private Token dollar(int from) {
        at++;
        if (isDigit(peek(0))) {
            while (isDigit(peek(0))) {
                at++;
            }
            if (isWordStart(peek(0))) {
                throw junk("trailing junk after parameter", from);
            }
            return new Token(Kind.PARAMETER, text.substring(from + 1, at), from, at);
        }
        while (isWordStart(peek(0)) || at > from + 1 && isDigit(peek(0))) {
            at++;
        }
        if (peek(0) != '$') {
            at = from + 1;
            throw junk("syntax error", from);
        }
        String tag = text.substring(from, ++at);
        int end = text.indexOf(tag, at);
        if (end < 0) {
            throw unterminated("dollar-quoted string", from);
        }
        String content = text.substring(at, end);
        at = end + tag.length();
        return new Token(Kind.STRING, content, from, at);
    }

    // Names and numbers.

    private Token word(int from) {
        boolean isLower = true;
        while (at < text.length() && isWordPart(text.charAt(at))) {
            isLower &= text.charAt(at) < 'A' || text.charAt(at) > 'Z';
            at++;
        }
        String word = text.substring(from, at);
        return new Token(Kind.WORD, Names.shorten(isLower ? word : Names.lower(word)), from, at);
    }

    private Token quotedWord(int from) {
        StringBuilder name = new StringBuilder();
        at++;
        while (true) {
            if (at >= text.length()) {
                throw unterminated("quoted identifier", from);
            }
            char c = text.charAt(at++);
            if (c != '"') {
                name.append(c);
            } else if (peek(0) == '"') {
                name.append('"');
                at++;
            } else {
                break;
            }
        }
        if (name.isEmpty()) {
            throw junk("zero-length delimited identifier", from);
        }
        return new Token(Kind.QUOTED_WORD, Names.shorten(name.toString()), from, at);
    }

    private Token number(int from) {
        digits();
        if (peek(0) == '.' && peek(1) != '.') {
            at++;
            digits();
        }
        if (peek(0) == 'e' || peek(0) == 'E') {
            int sign = peek(1) == '+' || peek(1) == '-' ? 1 : 0;
            if (isDigit(peek(1 + sign))) {
                at += 1 + sign;
                digits();
            }
        }
        if (isWordStart(peek(0))) {
            at++;
            throw junk("trailing junk after numeric literal", from);
        }
        return new Token(Kind.NUMBER, text.substring(from, at), from, at);
    }

    private void digits() {
        while (isDigit(peek(0))) {
            at++;
        }
    }

    private SqlException junk(String problem, int from) {
        int to = Math.min(Math.min(text.length(), Math.max(at, from + 1)), from + SHOWN_CHARACTERS);
        return SqlException.error(SqlState.SYNTAX_ERROR,
                problem + " at or near \"" + text.substring(from, to) + "\"");
    }

    // Symbols.

    private Token symbol(int from) {
        char c = text.charAt(at);
        if (OPERATOR_CHARACTERS.indexOf(c) >= 0) {
            at = operatorEnd(from);
        } else if (c == ':' && (peek(1) == ':' || peek(1) == '=')) {
            at += 2;
        } else {
            at += Character.isHighSurrogate(c) && Character.isLowSurrogate(peek(1)) ? 2 : 1;
        }
        return new Token(Kind.SYMBOL, text.substring(from, at), from, at);
    }

    private int operatorEnd(int from) {
        int to = from;
        boolean isBinding = false;
        while (to < text.length() && OPERATOR_CHARACTERS.indexOf(text.charAt(to)) >= 0 && !isComment(to)) {
            isBinding |= BINDING_CHARACTERS.indexOf(text.charAt(to)) >= 0;
            to++;
        }
        while (!isBinding && to > from + 1 && (text.charAt(to - 1) == '-' || text.charAt(to - 1) == '+')) {
            to--;
        }
        return to;
    }

    private boolean isComment(int index) {
        char next = index + 1 < text.length() ? text.charAt(index + 1) : 0;
        return text.charAt(index) == '-' && next == '-' || text.charAt(index) == '/' && next == '*';
    }

    private static boolean isSpace(char c) {
        return c == ' ' || c >= '\t' && c <= '\r';
    }

    private static boolean isDigit(char c) {
        return c >= '0' && c <= '9';
    }

    private static boolean isWordStart(char c) {
        return c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c == '_' || c >= 0x80;
    }

    private static boolean isWordPart(char c) {
        return isWordStart(c) || isDigit(c) || c == '$';
    }
}
