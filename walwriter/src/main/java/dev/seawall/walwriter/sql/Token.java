package dev.seawall.walwriter.sql;

/// A word of a statement.
///
/// @param text of an identifier its name, of a string its content, else as written
/// @param from where it begins in the statement's text
/// @param to   where it ends
record Token(Kind kind, String text, int from, int to) {

    enum Kind {
        /// In lower case.
        WORD,
        QUOTED_WORD,
        STRING,
        NUMBER,
        /// `$1`: the text is the number.
        PARAMETER,
        /// An operator, a bracket, a comma ...
        SYMBOL,
        END
    }

    boolean isWord(String word) {
        return kind == Kind.WORD && text.equals(word);
    }

    boolean isSymbol(String symbol) {
        return kind == Kind.SYMBOL && text.equals(symbol);
    }

    /// Whether it may stand for a name, quoted or not.
    boolean isName() {
        return kind == Kind.WORD || kind == Kind.QUOTED_WORD;
    }
}
