package dev.seawall.walwriter.auth.hba;

import java.util.ArrayList;
import java.util.List;

/// A word of a rule. Quoted, it is a name, whatever it says.
public record HbaToken(String text, boolean isQuoted) {

    private static final int MAX_CHARS = 255;

    /// Whether it is this keyword.
    boolean isWord(String word) {
        return !isQuoted && text.equals(word);
    }

    /// Takes a line apart: fields, each a list of words.
    ///
    /// Words are separated by blanks; a comma directly behind a word continues the field's list. `#`
    /// outside quotes begins a comment; `""` within quotes is a quote.
    ///
    /// @throws IllegalArgumentException if a quote is not closed, or a word is too long
    static List<List<HbaToken>> fields(String line) {
        return new Scan(line).fields();
    }

    private static final class Scan {

        private final String line;
        private int at;
        private boolean isListContinued;

        Scan(String line) {
            this.line = line;
        }

        List<List<HbaToken>> fields() {
            List<List<HbaToken>> fields = new ArrayList<>();
            while (true) {
                List<HbaToken> field = new ArrayList<>();
                do {
                    skipBlanks();
                    if (isAtEnd()) {
                        break;
                    }
                    field.add(token());
                } while (isListContinued);
                if (field.isEmpty()) {
                    return fields;
                }
                fields.add(List.copyOf(field));
            }
        }

        private boolean isAtEnd() {
            return at >= line.length() || line.charAt(at) == '#';
        }

        private void skipBlanks() {
            while (at < line.length() && (isBlank(line.charAt(at)) || line.charAt(at) == ',')) {
                at++;
            }
        }

        private static boolean isBlank(char c) {
            return c == ' ' || c == '\t' || c == '\r';
        }

        private HbaToken token() {
            StringBuilder text = new StringBuilder();
            boolean isQuoted = line.charAt(at) == '"';
            boolean isInQuotes = false;
            isListContinued = false;
            while (at < line.length()) {
                char c = line.charAt(at);
                if (!isInQuotes && (isBlank(c) || c == '#')) {
                    break;
                }
                at++;
                if (!isInQuotes && c == ',') {
                    isListContinued = true;
                    break;
                }
                if (c != '"') {
                    text.append(c);
                } else if (isInQuotes && at < line.length() && line.charAt(at) == '"') {
                    text.append('"');
                    at++;
                } else {
                    isInQuotes = !isInQuotes;
                }
            }
            if (isInQuotes) {
                throw new IllegalArgumentException("a quote is not closed");
            }
            if (text.length() > MAX_CHARS) {
                throw new IllegalArgumentException("a word of " + text.length() + " characters, at most " + MAX_CHARS
                        + " expected: \"" + text.substring(0, 40) + "...\"");
            }
            return new HbaToken(text.toString(), isQuoted);
        }
    }
}
