package dev.seawall.walwriter.sql;

import dev.seawall.walwriter.sql.Token.Kind;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// SET, SHOW and RESET, and the modes of transactions.
final class SettingParser {

    private final Tokens tokens;

    SettingParser(Tokens tokens) {
        this.tokens = tokens;
    }

    Statement set() {
        tokens.take();
        Token scope = tokens.peek();
        boolean isLocal = scope.isWord("local") && !isAssignment(tokens.peekSecond());
        boolean isSession = scope.isWord("session") && !isAssignment(tokens.peekSecond());
        if (isLocal || isSession) {
            tokens.take();
        }
        Token word = tokens.peek();
        if (word.kind() == Kind.WORD && !isAssignment(tokens.peekSecond())) {
            Statement special = special(word.text(), isLocal, isSession);
            if (special != null) {
                return special;
            }
        }
        String name = name();
        if (!tokens.takeWord("to") && !tokens.takeSymbol("=")) {
            throw tokens.peek().isWord("from") ? Tokens.notSupported("SET FROM CURRENT") : tokens.syntaxError();
        }
        return new Statement.Set(name, valueOrDefault(), isLocal);
    }

    private static boolean isAssignment(Token token) {
        return token.isWord("to") || token.isSymbol("=") || token.isSymbol(".");
    }

    /// What has a syntax of its own; null if the word is a setting's name.
    private @Nullable Statement special(String word, boolean isLocal, boolean isSession) {
        switch (word) {
            case "time" -> {
                timeZone();
                return new Statement.Set("timezone", zone(), isLocal);
            }
            case "names" -> {
                tokens.take();
                return new Statement.Set("client_encoding", tokens.isAtEnd() ? null : valueOrDefault(), isLocal);
            }
            case "transaction" -> {
                tokens.take();
                if (tokens.peek().isWord("snapshot")) {
                    throw Tokens.notSupported("SET TRANSACTION SNAPSHOT");
                }
                return new Statement.SetTransaction(transactionModes(true), false);
            }
            case "characteristics" -> {
                if (!isSession) {
                    throw tokens.syntaxError();
                }
                tokens.take();
                tokens.expectWord("as");
                tokens.expectWord("transaction");
                return new Statement.SetTransaction(transactionModes(true), true);
            }
            case "role", "constraints", "authorization", "xml", "schema", "catalog" ->
                throw Tokens.notSupported("SET " + (isSession ? "SESSION " : "")
                        + word.toUpperCase(java.util.Locale.ROOT));
            default -> {
                return null;
            }
        }
    }

    private void timeZone() {
        tokens.take();
        tokens.expectWord("zone");
    }

    private @Nullable String zone() {
        if (tokens.peek().isWord("interval")) {
            throw Tokens.notSupported("SET TIME ZONE INTERVAL");
        }
        return tokens.takeWord("local") ? null : valueOrDefault();
    }

    /// Of a setting: names may have points within.
    private String name() {
        String first = tokens.name();
        if (!tokens.peek().isSymbol(".")) {
            return first;
        }
        StringBuilder name = new StringBuilder(first);
        while (tokens.takeSymbol(".")) {
            name.append('.').append(tokens.name());
        }
        return name.toString();
    }

    private @Nullable String valueOrDefault() {
        if (tokens.takeWord("default")) {
            return null;
        }
        String first = value();
        if (!tokens.peek().isSymbol(",")) {
            return first;
        }
        StringBuilder list = new StringBuilder(first);
        while (tokens.takeSymbol(",")) {
            list.append(", ").append(value());
        }
        return list.toString();
    }

    private String value() {
        if (tokens.peek().isSymbol("-") || tokens.peek().isSymbol("+")) {
            String sign = tokens.take().text();
            if (tokens.peek().kind() != Kind.NUMBER) {
                throw tokens.syntaxError();
            }
            return (sign.equals("-") ? "-" : "") + tokens.take().text();
        }
        Token value = tokens.peek();
        boolean isWord = value.isName() && (value.kind() == Kind.QUOTED_WORD || Set.of("on", "true", "false")
                .contains(value.text()) || !Names.RESERVED.contains(value.text()));
        if (!isWord && value.kind() != Kind.STRING && value.kind() != Kind.NUMBER) {
            throw tokens.syntaxError();
        }
        return tokens.take().text();
    }

    Statement show() {
        tokens.take();
        return new Statement.Show(nameOrAll());
    }

    Statement reset() {
        tokens.take();
        return new Statement.Reset(nameOrAll());
    }

    private @Nullable String nameOrAll() {
        if (tokens.takeWord("all")) {
            return null;
        }
        Token second = tokens.peekSecond();
        if (tokens.peek().isWord("time") && second.isWord("zone")) {
            timeZone();
            return "timezone";
        }
        if (tokens.peek().isWord("transaction") && second.isWord("isolation")) {
            tokens.take();
            tokens.take();
            tokens.expectWord("level");
            return "transaction_isolation";
        }
        if (tokens.peek().isWord("session") && second.isWord("authorization")) {
            tokens.take();
            tokens.take();
            return "session_authorization";
        }
        return name();
    }

    /// @param isNeeded whether there must be one at least
    TransactionModes transactionModes(boolean isNeeded) {
        TransactionModes modes = TransactionModes.NONE;
        if (!isNeeded && tokens.isAtEnd()) {
            return modes;
        }
        do {
            modes = mode(modes);
            // A comma between them may be left out.
        } while (tokens.takeSymbol(",") || !tokens.isAtEnd());
        return modes;
    }

    private TransactionModes mode(TransactionModes so) {
        if (tokens.takeWord("isolation")) {
            tokens.expectWord("level");
            return new TransactionModes(isolation(), so.isReadOnly(), so.isDeferrable());
        }
        if (tokens.takeWord("read")) {
            boolean isReadOnly = tokens.takeWord("only");
            if (!isReadOnly) {
                tokens.expectWord("write");
            }
            return new TransactionModes(so.isolation(), isReadOnly, so.isDeferrable());
        }
        boolean isNot = tokens.takeWord("not");
        tokens.expectWord("deferrable");
        return new TransactionModes(so.isolation(), so.isReadOnly(), !isNot);
    }

    private String isolation() {
        if (tokens.takeWord("serializable")) {
            return "serializable";
        }
        if (tokens.takeWord("repeatable")) {
            tokens.expectWord("read");
            return "repeatable read";
        }
        tokens.expectWord("read");
        if (tokens.takeWord("committed")) {
            return "read committed";
        }
        tokens.expectWord("uncommitted");
        return "read uncommitted";
    }
}
