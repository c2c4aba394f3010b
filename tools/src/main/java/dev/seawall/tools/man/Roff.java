package dev.seawall.tools.man;

import java.util.Locale;

/// Text in the language of man pages: macros of groff_man(7), everything else escaped.
final class Roff {

    private final StringBuilder text = new StringBuilder();

    /// @param section 1 for commands, 5 for files
    Roff(String title, int section, String manual) {
        text.append(".TH \"").append(quoted(title.toUpperCase(Locale.ROOT))).append("\" \"").append(section)
                .append("\" \"\" \"Seawall\" \"").append(quoted(manual)).append("\"\n");
        // Commands are to be copied: no hyphens in them, no text spread to both margins.
        text.append(".nh\n.ad l\n");
    }

    Roff section(String name) {
        text.append(".SH \"").append(quoted(name)).append("\"\n");
        return this;
    }

    Roff paragraph(String line) {
        text.append(".PP\n");
        return line(line);
    }

    /// A line of running text.
    Roff line(String line) {
        text.append(escaped(line)).append('\n');
        return this;
    }

    /// A term, and below it what it means.
    Roff term(String term, String meaning) {
        text.append(".TP\n.B ").append(escaped(term)).append('\n');
        return line(meaning);
    }

    /// Lines as they stand.
    Roff literal(Iterable<String> lines) {
        text.append(".PP\n.nf\n");
        lines.forEach(line -> text.append(escaped(line)).append('\n'));
        text.append(".fi\n");
        return this;
    }

    private static String quoted(String text) {
        return escaped(text).replace("\"", "\\(dq");
    }

    private static String escaped(String text) {
        String escaped = text.replace("\\", "\\e").replace("-", "\\-").replace("'", "\\(aq").replace("`", "\\(ga");
        // A dot at a line's begin would be a macro.
        return escaped.startsWith(".") ? "\\&" + escaped : escaped;
    }

    @Override
    public String toString() {
        return text.toString();
    }
}
