package dev.seawall.walwriter.sql;

import dev.seawall.walwriter.sql.Token.Kind;
import dev.seawall.walwriter.wire.SqlException;
import dev.seawall.walwriter.wire.SqlState;

/// A cursor over a statement's words, two of which can be seen at a time.
final class Tokens {

    private static final String HINT =
            "\nHINT: Seawall keeps a log and has no tables; walwriter/SQL.md lists what it understands.";

    private final Lexer lexer;
    private Token current;
    private Token following;

    Tokens(String text) {
        lexer = new Lexer(text);
        current = lexer.next();
        following = current.kind() == Kind.END ? current : lexer.next();
    }

    Token peek() {
        return current;
    }

    Token peekSecond() {
        return following;
    }

    Token take() {
        Token taken = current;
        current = following;
        if (current.kind() != Kind.END) {
            following = lexer.next();
        }
        return taken;
    }

    boolean isAtEnd() {
        return current.kind() == Kind.END || current.isSymbol(";");
    }

    /// Takes the word if it is this one.
    boolean takeWord(String word) {
        boolean isIt = current.isWord(word);
        if (isIt) {
            take();
        }
        return isIt;
    }

    boolean takeSymbol(String symbol) {
        boolean isIt = current.isSymbol(symbol);
        if (isIt) {
            take();
        }
        return isIt;
    }

    void expectWord(String word) {
        if (!takeWord(word)) {
            throw syntaxError();
        }
    }

    void expectSymbol(String symbol) {
        if (!takeSymbol(symbol)) {
            throw syntaxError();
        }
    }

    /// A name that is not reserved, or quoted.
    String name() {
        if (!current.isName() || current.kind() == Kind.WORD && Names.RESERVED.contains(current.text())) {
            throw syntaxError();
        }
        return take().text();
    }

    /// That the statement is not what it would have to be at the current word.
    SqlException syntaxError() {
        return syntaxError(current);
    }

    SqlException syntaxError(Token token) {
        return SqlException.error(SqlState.SYNTAX_ERROR, token.kind() == Kind.END ? "syntax error at end of input"
                : "syntax error at or near \"" + lexer.source(token) + "\"");
    }

    /// As [#syntaxError], unless the current word would have gone on in PostgreSQL.
    SqlException unexpected() {
        boolean isClause = current.kind() == Kind.WORD && Names.UNKNOWN_CLAUSES.contains(current.text());
        boolean isOperator = current.kind() == Kind.SYMBOL
                && "+-*/<>=~!@#%^&|`?[".indexOf(current.text().charAt(0)) >= 0;
        if (isClause) {
            return notSupported(current.text().toUpperCase(java.util.Locale.ROOT));
        }
        return isOperator ? notSupported("operator " + current.text() + " in this place") : syntaxError();
    }

    static SqlException notSupported(String what) {
        return SqlException.error(SqlState.FEATURE_NOT_SUPPORTED, what + " is not supported" + HINT);
    }
}
