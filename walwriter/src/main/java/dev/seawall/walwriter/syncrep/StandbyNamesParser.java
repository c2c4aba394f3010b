package dev.seawall.walwriter.syncrep;

import dev.seawall.walwriter.syncrep.StandbyNames.Method;
import java.util.ArrayList;
import java.util.List;

/// Reads `synchronous_standby_names` as PostgreSQL 15 does.
///
/// ```
/// config: list | number '(' list ')' | ANY number '(' list ')' | FIRST number '(' list ')'
/// list:   name (',' name)*        name: word | number | "..." with "" for a quote | *
/// ```
///
/// Case counts in names and not in ANY and FIRST, which are names only in quotes.
final class StandbyNamesParser {

    private enum Kind { NAME, NUMBER, ANY, FIRST, COMMA, OPEN, CLOSE, JUNK, END }

    private static final String SPACES = " \t\n\r\f";

    private final String text;
    private int at;
    private Kind kind = Kind.END;
    /// Of a name, without its quotes.
    private String value = "";
    /// Where the token's last piece begins: what PostgreSQL shows of it.
    private int shownFrom;

    StandbyNamesParser(String text) {
        this.text = text;
    }

    StandbyNames parse() {
        next();
        StandbyNames names = switch (kind) {
            case ANY -> counted(Method.ANY);
            case FIRST -> counted(Method.FIRST);
            case NUMBER -> numberOrList();
            case NAME, COMMA, OPEN, CLOSE, JUNK, END -> new StandbyNames(text, Method.FIRST, 1, list());
        };
        if (kind != Kind.END) {
            throw unexpected();
        }
        if (names.count() <= 0) {
            throw new IllegalArgumentException(
                    "number of synchronous standbys (" + names.count() + ") must be greater than zero");
        }
        return names;
    }

    /// A number that a list in parentheses follows is how many; else it is a name.
    private StandbyNames numberOrList() {
        String number = value;
        next();
        if (kind == Kind.OPEN) {
            return inParentheses(Method.FIRST, number);
        }
        List<String> names = new ArrayList<>(List.of(number));
        more(names);
        return new StandbyNames(text, Method.FIRST, 1, List.copyOf(names));
    }

    private StandbyNames counted(Method method) {
        next();
        String number = value;
        expect(Kind.NUMBER);
        if (kind != Kind.OPEN) {
            throw unexpected();
        }
        return inParentheses(method, number);
    }

    private StandbyNames inParentheses(Method method, String number) {
        next();
        List<String> names = list();
        expect(Kind.CLOSE);
        return new StandbyNames(text, method, atoi(number), names);
    }

    private List<String> list() {
        List<String> names = new ArrayList<>();
        name(names);
        more(names);
        return List.copyOf(names);
    }

    private void more(List<String> names) {
        while (kind == Kind.COMMA) {
            next();
            name(names);
        }
    }

    private void name(List<String> names) {
        if (kind != Kind.NAME && kind != Kind.NUMBER) {
            throw unexpected();
        }
        names.add(value);
        next();
    }

    private void expect(Kind wanted) {
        if (kind != wanted) {
            throw unexpected();
        }
        next();
    }

    /// As C's: what is too large is cut to its lowest bits.
    private static int atoi(String digits) {
        try {
            return (int) Long.parseLong(digits);
        } catch (NumberFormatException e) {
            return (int) Long.MAX_VALUE;
        }
    }

    private IllegalArgumentException unexpected() {
        return new IllegalArgumentException(kind == Kind.END ? "syntax error at end of input"
                : "syntax error at or near \"" + text.substring(shownFrom, at) + "\"");
    }

    private void next() {
        while (at < text.length() && SPACES.indexOf(text.charAt(at)) >= 0) {
            at++;
        }
        shownFrom = at;
        if (at == text.length()) {
            kind = Kind.END;
            return;
        }
        char first = text.charAt(at);
        if (isDigit(first)) {
            word(Kind.NUMBER, StandbyNamesParser::isDigit);
        } else if (isStart(first)) {
            word(Kind.NAME, letter -> isStart(letter) || isDigit(letter) || letter == '$');
            if (value.equalsIgnoreCase("any")) {
                kind = Kind.ANY;
            } else if (value.equalsIgnoreCase("first")) {
                kind = Kind.FIRST;
            }
        } else if (first == '"') {
            quoted();
        } else {
            at++;
            value = String.valueOf(first);
            kind = switch (first) {
                case '*' -> Kind.NAME;
                case ',' -> Kind.COMMA;
                case '(' -> Kind.OPEN;
                case ')' -> Kind.CLOSE;
                default -> Kind.JUNK;
            };
        }
    }

    private interface Letters {
        boolean contain(char letter);
    }

    private void word(Kind of, Letters letters) {
        while (at < text.length() && letters.contain(text.charAt(at))) {
            at++;
        }
        value = text.substring(shownFrom, at);
        kind = of;
    }

    private void quoted() {
        StringBuilder name = new StringBuilder();
        at++;
        while (true) {
            int quote = text.indexOf('"', at);
            if (quote < 0) {
                throw new IllegalArgumentException("unterminated quoted identifier at end of input");
            }
            name.append(text, at, quote);
            at = quote + 1;
            if (at == text.length() || text.charAt(at) != '"') {
                break;
            }
            name.append('"');
            at++;
        }
        shownFrom = at - 1;
        value = name.toString();
        kind = Kind.NAME;
    }

    private static boolean isDigit(char letter) {
        return letter >= '0' && letter <= '9';
    }

    private static boolean isStart(char letter) {
        return letter >= 'a' && letter <= 'z' || letter >= 'A' && letter <= 'Z' || letter == '_' || letter >= 0x80;
    }
}
