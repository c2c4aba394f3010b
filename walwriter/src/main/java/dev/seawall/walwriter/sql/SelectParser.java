package dev.seawall.walwriter.sql;

import dev.seawall.walwriter.sql.Condition.Operator;
import dev.seawall.walwriter.sql.Token.Kind;
import dev.seawall.walwriter.wire.SqlException;
import dev.seawall.walwriter.wire.SqlState;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// SELECT: its clauses.
final class SelectParser {

    /// As PostgreSQL's: columns of a result are counted by 16 bits, less what a row needs.
    private static final int ITEMS_MAX = 1664;
    private static final int CONDITIONS_MAX = 1000;

    private final Tokens tokens;
    private final ExpressionParser expressions;

    SelectParser(Tokens tokens) {
        this.tokens = tokens;
        this.expressions = new ExpressionParser(tokens);
    }

    Statement.Select select() {
        tokens.take();
        tokens.takeWord("all");
        List<SelectItem> items = new ArrayList<>(1);
        do {
            if (items.size() == ITEMS_MAX) {
                throw SqlException.error(SqlState.TOO_MANY_COLUMNS,
                        "target lists can have at most " + ITEMS_MAX + " entries");
            }
            items.add(item());
        } while (tokens.takeSymbol(","));
        FromItem from = tokens.takeWord("from") ? from() : null;
        List<Condition> where = tokens.takeWord("where") ? conditions() : List.of();
        Expression limit = tokens.takeWord("limit") ? limit() : null;
        return new Statement.Select(items, from, where, limit);
    }

    private SelectItem item() {
        if (tokens.takeSymbol("*")) {
            return new SelectItem.All(null);
        }
        Expression value = expressions.expressionOrAll();
        if (value instanceof Expression.Column column && column.name().equals("*")) {
            return new SelectItem.All(column.qualifier());
        }
        return new SelectItem.Value(value, alias());
    }

    private @Nullable String alias() {
        if (tokens.takeWord("as")) {
            if (!tokens.peek().isName()) {
                throw tokens.syntaxError();
            }
            return tokens.take().text();
        }
        return bareAlias();
    }

    /// A name directly behind what it names.
    private @Nullable String bareAlias() {
        Token next = tokens.peek();
        boolean isAlias = next.kind() == Kind.QUOTED_WORD || next.kind() == Kind.WORD
                && !Names.RESERVED.contains(next.text()) && !Names.UNKNOWN_CLAUSES.contains(next.text());
        return isAlias ? tokens.take().text() : null;
    }

    private FromItem from() {
        if (tokens.peek().isSymbol("(")) {
            throw Tokens.notSupported("a query in parentheses");
        }
        if (!tokens.peek().isName() || tokens.peek().kind() == Kind.WORD
                && Names.RESERVED.contains(tokens.peek().text())) {
            throw tokens.unexpected();
        }
        String name = expressions.qualifiedName();
        boolean isCall = tokens.peek().isSymbol("(");
        Expression.Call call = isCall ? expressions.call(name) : null;
        String alias = fromAlias();
        if (tokens.peek().isSymbol(",")) {
            throw Tokens.notSupported("more than one item in FROM");
        }
        return call == null ? new FromItem.Relation(name, alias) : new FromItem.Function(call, alias);
    }

    private @Nullable String fromAlias() {
        boolean isNamed = tokens.takeWord("as");
        String alias = isNamed ? tokens.name() : bareAlias();
        if (alias != null && tokens.peek().isSymbol("(")) {
            throw Tokens.notSupported("a list of column names in FROM");
        }
        return alias;
    }

    private List<Condition> conditions() {
        List<Condition> conditions = new ArrayList<>();
        do {
            if (conditions.size() == CONDITIONS_MAX) {
                throw SqlException.error(SqlState.STATEMENT_TOO_COMPLEX,
                        "WHERE has more than " + CONDITIONS_MAX + " conditions");
            }
            conditions.add(condition());
        } while (tokens.takeWord("and"));
        return conditions;
    }

    private Condition condition() {
        if (tokens.peek().isWord("not")) {
            throw Tokens.notSupported("NOT");
        }
        Expression left = expressions.expression();
        if (tokens.takeWord("is")) {
            boolean isNot = tokens.takeWord("not");
            if (!tokens.takeWord("null")) {
                throw Tokens.notSupported("IS with anything but NULL and NOT NULL");
            }
            return new Condition(left, isNot ? Operator.IS_NOT_NULL : Operator.IS_NULL, new Expression.Null());
        }
        Operator operator = tokens.peek().kind() == Kind.SYMBOL ? operator(tokens.peek().text()) : null;
        if (operator == null) {
            return new Condition(left, Operator.IS_TRUE, new Expression.Null());
        }
        tokens.take();
        return new Condition(left, operator, expressions.expression());
    }

    private static @Nullable Operator operator(String symbol) {
        return switch (symbol) {
            case "=" -> Operator.EQUAL;
            case "<>", "!=" -> Operator.NOT_EQUAL;
            case "<" -> Operator.LESS;
            case "<=" -> Operator.LESS_OR_EQUAL;
            case ">" -> Operator.GREATER;
            case ">=" -> Operator.GREATER_OR_EQUAL;
            default -> null;
        };
    }

    private @Nullable Expression limit() {
        if (tokens.takeWord("all")) {
            return null;
        }
        return expressions.expression();
    }
}
