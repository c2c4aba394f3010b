package dev.seawall.tools.quickstart;

import dev.seawall.tools.ExitCode;
import dev.seawall.tools.ExitCodeException;
import dev.seawall.tools.Progress;
import java.io.PrintStream;
import java.util.Locale;
import picocli.CommandLine.Help.Ansi;

/// Tells the quickstart on the terminal: numbered chapters, facts, and checks.
///
/// A check that does not hold ends the story with an error, so whoever reads to the end has seen
/// all of them hold.
final class Story {

    private static final int CHECK_COLUMN = 92;

    private final PrintStream out;
    private int chapter;
    private int checks;

    Story(PrintStream out) {
        this.out = out;
    }

    void title(String text) {
        out.println(Ansi.AUTO.string("@|bold " + text + "|@"));
    }

    void chapter(String title) {
        chapter++;
        out.println();
        out.println(Ansi.AUTO.string("@|bold " + chapter + ". " + title + "|@"));
    }

    void fact(String format, Object... arguments) {
        out.println("   " + String.format(Locale.ROOT, format, arguments));
    }

    /// A statement that was verified; `holds` is the outcome.
    void check(boolean holds, String format, Object... arguments) {
        String statement = String.format(Locale.ROOT, format, arguments);
        String dots = ".".repeat(Math.max(3, CHECK_COLUMN - statement.length()));
        if (!holds) {
            out.println(Ansi.AUTO.string("   " + statement + " " + dots + " @|bold,red FAILED|@"));
            throw new ExitCodeException(ExitCode.CORRUPT, "a check failed: " + statement
                    + "\nHINT: This must not happen. Keep the directory and report it.");
        }
        checks++;
        out.println(Ansi.AUTO.string("   " + statement + " " + dots + " @|bold,green ok|@"));
    }

    int checks() {
        return checks;
    }

    Progress progress(String what, long total) {
        return new Progress(out, what, total);
    }

    void line(String text) {
        out.println(text);
    }
}
