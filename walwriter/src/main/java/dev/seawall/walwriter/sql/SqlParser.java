package dev.seawall.walwriter.sql;

import dev.seawall.walwriter.sql.Statement.Discard;
import dev.seawall.walwriter.wire.SqlException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/// Reads statements: those that Seawall knows, of PostgreSQL's.
public final class SqlParser {

    private final Tokens tokens;

    private SqlParser(String text) {
        tokens = new Tokens(text);
    }

    /// The statements of a query, which semicolons separate; none if it is empty.
    ///
    /// @throws SqlException 42601 if it is no SQL, 0A000 if it is SQL that Seawall does not know,
    ///         54001 if it is too deep or too long
    public static List<Statement> parse(String text) {
        return new SqlParser(text).statements();
    }

    private List<Statement> statements() {
        List<Statement> statements = new ArrayList<>(1);
        while (true) {
            while (tokens.takeSymbol(";")) {
                // Nothing stands between two of them.
            }
            if (tokens.isAtEnd()) {
                return statements;
            }
            statements.add(statement());
            if (!tokens.isAtEnd()) {
                throw tokens.unexpected();
            }
        }
    }

    private Statement statement() {
        Token first = tokens.peek();
        if (first.kind() != Token.Kind.WORD) {
            throw first.isSymbol("(") ? Tokens.notSupported("a query in parentheses") : tokens.syntaxError();
        }
        return switch (first.text()) {
            case "select" -> new SelectParser(tokens).select();
            case "begin", "start" -> begin();
            case "commit", "end" -> commit();
            case "rollback", "abort" -> rollback();
            case "set" -> new SettingParser(tokens).set();
            case "show" -> new SettingParser(tokens).show();
            case "reset" -> new SettingParser(tokens).reset();
            case "checkpoint" -> {
                tokens.take();
                yield new Statement.Checkpoint();
            }
            case "discard" -> discard();
            case "deallocate" -> deallocate();
            default -> throw unknown(first);
        };
    }

    private SqlException unknown(Token first) {
        if (!Names.UNKNOWN_COMMANDS.contains(first.text())) {
            return tokens.syntaxError();
        }
        boolean isOfKinds = List.of("create", "alter", "drop").contains(first.text());
        Token kind = tokens.peekSecond();
        String command = isOfKinds && kind.kind() == Token.Kind.WORD ? first.text() + " " + kind.text() : first.text();
        return Tokens.notSupported(command.toUpperCase(Locale.ROOT));
    }

    private Statement begin() {
        boolean isStart = tokens.take().isWord("start");
        if (isStart) {
            tokens.expectWord("transaction");
        } else {
            skipNoise();
        }
        return new Statement.Begin(new SettingParser(tokens).transactionModes(false), isStart);
    }

    private void skipNoise() {
        if (!tokens.takeWord("work")) {
            tokens.takeWord("transaction");
        }
    }

    private Statement commit() {
        tokens.take();
        refusePrepared("COMMIT PREPARED");
        skipNoise();
        chain();
        return new Statement.Commit();
    }

    private Statement rollback() {
        tokens.take();
        refusePrepared("ROLLBACK PREPARED");
        skipNoise();
        if (tokens.peek().isWord("to")) {
            throw Tokens.notSupported("ROLLBACK TO SAVEPOINT");
        }
        chain();
        return new Statement.Rollback();
    }

    private void refusePrepared(String command) {
        if (tokens.peek().isWord("prepared")) {
            throw Tokens.notSupported(command);
        }
    }

    private void chain() {
        if (tokens.takeWord("and")) {
            boolean isNone = tokens.takeWord("no");
            tokens.expectWord("chain");
            if (!isNone) {
                throw Tokens.notSupported("AND CHAIN");
            }
        }
    }

    private Statement discard() {
        tokens.take();
        Discard.@Nullable What what = switch (tokens.peek().text()) {
            case "all" -> Discard.What.ALL;
            case "plans" -> Discard.What.PLANS;
            case "sequences" -> Discard.What.SEQUENCES;
            case "temp", "temporary" -> Discard.What.TEMP;
            default -> null;
        };
        if (what == null || tokens.peek().kind() != Token.Kind.WORD) {
            throw tokens.syntaxError();
        }
        tokens.take();
        return new Discard(what);
    }

    private Statement deallocate() {
        tokens.take();
        boolean isNamedPrepare = tokens.peekSecond().kind() == Token.Kind.END || tokens.peekSecond().isSymbol(";");
        if (!isNamedPrepare) {
            tokens.takeWord("prepare");
        }
        return new Statement.Deallocate(tokens.takeWord("all") ? null : tokens.name());
    }
}
