package dev.seawall.walwriter.sql;

import dev.seawall.walwriter.sql.Expression.Argument;
import dev.seawall.walwriter.sql.Token.Kind;
import dev.seawall.walwriter.wire.SqlException;
import dev.seawall.walwriter.wire.SqlState;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;

/// Values: literals, parameters, columns, calls, casts.
///
/// The only part that recurses; how deep is counted.
final class ExpressionParser {

    private static final int DEPTH_MAX = 100;
    private static final int ARGUMENTS_MAX = 100;
    private static final int PARAMETERS_MAX = 65_535;
    private static final int DIGITS_MAX = 1000;

    private final Tokens tokens;
    private int depth;

    ExpressionParser(Tokens tokens) {
        this.tokens = tokens;
    }

    Expression expression() {
        Expression value = expressionOrAll();
        if (value instanceof Expression.Column column && column.name().equals("*")) {
            throw tokens.syntaxError();
        }
        return value;
    }

    /// Also `qualifier.*`, as a column of the name `*`.
    Expression expressionOrAll() {
        if (++depth > DEPTH_MAX) {
            throw tooDeep();
        }
        Expression value = primary();
        for (int casts = 0; tokens.takeSymbol("::"); casts++) {
            if (casts == DEPTH_MAX) {
                throw tooDeep();
            }
            value = new Expression.Cast(value, typeName());
        }
        depth--;
        return value;
    }

    private static SqlException tooDeep() {
        return SqlException.error(SqlState.STATEMENT_TOO_COMPLEX,
                "an expression is more than " + DEPTH_MAX + " levels deep");
    }

    private Expression primary() {
        Token token = tokens.peek();
        return switch (token.kind()) {
            case STRING -> new Expression.Text(tokens.take().text());
            case NUMBER -> number(tokens.take().text(), false);
            case PARAMETER -> parameter();
            case SYMBOL -> symbol(token);
            case WORD -> word(token.text());
            case QUOTED_WORD -> named();
            case END -> throw tokens.syntaxError();
        };
    }

    private Expression parameter() {
        String number = tokens.take().text();
        int value = number.length() > 6 ? Integer.MAX_VALUE : Integer.parseInt(number);
        if (value < 1 || value > PARAMETERS_MAX) {
            throw SqlException.error(SqlState.UNDEFINED_PARAMETER, "there is no parameter $"
                    + number.substring(0, Math.min(number.length(), 20)));
        }
        return new Expression.Parameter(value);
    }

    private Expression symbol(Token token) {
        switch (token.text()) {
            case "-", "+" -> {
                tokens.take();
                if (tokens.peek().kind() != Kind.NUMBER) {
                    throw tokens.isAtEnd() ? tokens.syntaxError()
                            : Tokens.notSupported("operator " + token.text() + " in this place");
                }
                return number(tokens.take().text(), token.text().equals("-"));
            }
            case "(" -> {
                tokens.take();
                if (tokens.peek().isWord("select") || tokens.peek().isWord("with") || tokens.peek().isWord("values")) {
                    throw Tokens.notSupported("a query in parentheses");
                }
                Expression inner = expression();
                close();
                return inner;
            }
            default -> throw tokens.unexpected();
        }
    }

    private void close() {
        if (!tokens.takeSymbol(")")) {
            throw tokens.unexpected();
        }
        if (tokens.peek().isSymbol(".")) {
            throw Tokens.notSupported("a field of a row value");
        }
    }

    private static Expression number(String digits, boolean isNegative) {
        if (digits.length() > DIGITS_MAX) {
            throw SqlException.error(SqlState.NUMERIC_VALUE_OUT_OF_RANGE,
                    "a number has more than " + DIGITS_MAX + " digits");
        }
        String signed = isNegative ? "-" + digits : digits;
        boolean isWhole = digits.chars().allMatch(c -> c >= '0' && c <= '9');
        // A sign is an operator behind the digits: what 64 bits hold is decided without it.
        if (isWhole && digits.length() <= 19) {
            try {
                long value = Long.parseLong(digits);
                return new Expression.Whole(isNegative ? -value : value);
            } catch (NumberFormatException e) {
                return new Expression.Numeric(new BigDecimal(signed));
            }
        }
        return numeric(signed);
    }

    private static Expression numeric(String digits) {
        BigDecimal value;
        try {
            value = new BigDecimal(digits);
        } catch (NumberFormatException e) {
            throw outOfRange();
        }
        // PostgreSQL's numeric goes this far; and an exponent must not become a gigabyte of zeros.
        if (Math.abs((long) value.precision() - value.scale()) > DIGITS_MAX || value.scale() > DIGITS_MAX) {
            throw outOfRange();
        }
        return new Expression.Numeric(value.scale() < 0 ? value.setScale(0) : value);
    }

    private static SqlException outOfRange() {
        return SqlException.error(SqlState.NUMERIC_VALUE_OUT_OF_RANGE, "a number has more than " + DIGITS_MAX
                + " digits");
    }

    // Words.

    private Expression word(String word) {
        switch (word) {
            case "null" -> {
                tokens.take();
                return new Expression.Null();
            }
            case "true", "false" -> {
                tokens.take();
                return new Expression.Bool(word.equals("true"));
            }
            case "cast" -> {
                return cast();
            }
            default -> {
                if (Names.CALLED_BY_NAME.contains(word) && !tokens.peekSecond().isSymbol("(")) {
                    tokens.take();
                    return new Expression.Call(word, List.of());
                }
                return named();
            }
        }
    }

    private Expression cast() {
        tokens.take();
        tokens.expectSymbol("(");
        Expression value = expression();
        if (!tokens.takeWord("as")) {
            throw tokens.unexpected();
        }
        String type = typeName();
        close();
        return new Expression.Cast(value, type);
    }

    /// What begins with a name: a column, a call, or a literal behind its type.
    private Expression named() {
        Token token = tokens.peek();
        boolean isReserved = token.kind() == Kind.WORD && Names.RESERVED.contains(token.text());
        boolean isClause = token.kind() == Kind.WORD && Names.UNKNOWN_CLAUSES.contains(token.text());
        if (isReserved || isClause && tokens.peekSecond().isSymbol("(")) {
            throw tokens.unexpected();
        }
        if (tokens.peekSecond().kind() == Kind.STRING || isTypeOfTwoWords(token)) {
            return typedLiteral();
        }
        String first = tokens.take().text();
        if (tokens.peek().isSymbol("(")) {
            return callOrCount(first);
        }
        if (!tokens.peek().isSymbol(".")) {
            return new Expression.Column(null, first);
        }
        if (tokens.peekSecond().isSymbol("*")) {
            tokens.take();
            tokens.take();
            return new Expression.Column(first, "*");
        }
        String name = goOn(first);
        if (tokens.peek().isSymbol("(")) {
            return callOrCount(name);
        }
        if (tokens.peek().kind() == Kind.STRING) {
            return new Expression.Cast(new Expression.Text(tokens.take().text()), name);
        }
        int point = name.lastIndexOf('.');
        return point < 0 ? new Expression.Column(first, name)
                : new Expression.Column(name.substring(0, point), name.substring(point + 1));
    }

    private boolean isTypeOfTwoWords(Token token) {
        return token.isWord("double") && tokens.peekSecond().isWord("precision")
                || token.isWord("timestamp") && tokens.peekSecond().isWord("with");
    }

    private Expression typedLiteral() {
        String type = typeName();
        if (tokens.peek().kind() != Kind.STRING) {
            throw tokens.unexpected();
        }
        return new Expression.Cast(new Expression.Text(tokens.take().text()), type);
    }

    /// A name with what is before its points; `pg_catalog` is dropped.
    String qualifiedName() {
        return goOn(tokens.name());
    }

    private String goOn(String first) {
        if (!tokens.peek().isSymbol(".")) {
            return first;
        }
        StringBuilder name = new StringBuilder(first.equals("pg_catalog") ? "" : first);
        while (tokens.takeSymbol(".")) {
            if (!tokens.peek().isName()) {
                throw tokens.syntaxError();
            }
            name.append(name.isEmpty() ? "" : ".").append(tokens.take().text());
        }
        return name.toString();
    }

    private Expression callOrCount(String name) {
        if (!tokens.peekSecond().isSymbol("*")) {
            return call(name);
        }
        if (!name.equals("count")) {
            throw Tokens.notSupported(name + "(*)");
        }
        tokens.take();
        tokens.take();
        close();
        return new Expression.CountAll();
    }

    /// The arguments of a call, from its bracket on.
    Expression.Call call(String name) {
        tokens.expectSymbol("(");
        List<Argument> arguments = new ArrayList<>();
        if (!tokens.peek().isSymbol(")")) {
            do {
                if (arguments.size() == ARGUMENTS_MAX) {
                    throw SqlException.error(SqlState.TOO_MANY_ARGUMENTS,
                            "cannot pass more than " + ARGUMENTS_MAX + " arguments to a function");
                }
                arguments.add(argument(!arguments.isEmpty() && arguments.getLast().name() != null));
            } while (tokens.takeSymbol(","));
        }
        close();
        return new Expression.Call(name, arguments);
    }

    private Argument argument(boolean mustBeNamed) {
        Token next = tokens.peekSecond();
        if (tokens.peek().isName() && (next.isSymbol("=>") || next.isSymbol(":="))) {
            String name = tokens.name();
            tokens.take();
            return new Argument(name, expression());
        }
        if (mustBeNamed) {
            throw SqlException.error(SqlState.SYNTAX_ERROR, "positional argument cannot follow named argument");
        }
        return new Argument(null, expression());
    }

    // Types.

    private String typeName() {
        if (!tokens.peek().isName()) {
            throw tokens.syntaxError();
        }
        String name;
        if (tokens.peek().kind() == Kind.QUOTED_WORD) {
            name = qualifiedName();
        } else {
            String standard = standardName(qualifiedName());
            name = Names.TYPES.getOrDefault(standard, standard);
        }
        if (tokens.peek().isSymbol("(") || tokens.peek().isSymbol("[")) {
            throw Tokens.notSupported("type " + name + " with \"" + tokens.peek().text() + "\"");
        }
        return name;
    }

    /// The words of a type that the standard gives several.
    private String standardName(String first) {
        if (first.equals("double")) {
            tokens.expectWord("precision");
            return "double precision";
        }
        if ((first.equals("character") || first.equals("char")) && tokens.takeWord("varying")) {
            return first + " varying";
        }
        boolean isTime = first.equals("timestamp") || first.equals("time");
        if (isTime && (tokens.peek().isWord("with") || tokens.peek().isWord("without"))) {
            String with = tokens.take().text();
            tokens.expectWord("time");
            tokens.expectWord("zone");
            return first + " " + with + " time zone";
        }
        return first;
    }
}
