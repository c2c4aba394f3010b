package dev.seawall.tools;

import java.io.PrintStream;

/// One line on a terminal that tells how far a piece of work has come: `committing  [#####   ]  61%`.
///
/// Into a pipe or file nothing of that is written: logs of scripts stay readable. One thread at a time.
public final class Progress implements AutoCloseable {

    private static final int WIDTH = 24;
    private static final long INTERVAL_NANOS = 50_000_000;

    private final PrintStream out;
    private final boolean isShown;
    private final String what;
    private final long total;
    private long lastShown;

    public Progress(PrintStream out, String what, long total) {
        this(out, isTerminal(), what, total);
    }

    Progress(PrintStream out, boolean isShown, String what, long total) {
        this.out = out;
        this.isShown = isShown;
        this.what = what;
        this.total = Math.max(1, total);
        this.lastShown = System.nanoTime() - INTERVAL_NANOS;
    }

    static boolean isTerminal() {
        return System.console() != null && System.console().isTerminal();
    }

    /// Shows `done` of the total; at most twenty times a second, so call it as often as you like.
    public void at(long done) {
        long now = System.nanoTime();
        if (!isShown || now - lastShown < INTERVAL_NANOS) {
            return;
        }
        lastShown = now;
        int filled = (int) Math.min(WIDTH, WIDTH * done / total);
        out.printf("\r  %s [%s%s] %3d%%", what, "#".repeat(filled), " ".repeat(WIDTH - filled),
                Math.min(100, 100 * done / total));
        out.flush();
    }

    /// Tells of a part that is done, in a line of its own; also into a pipe or file.
    public void tell(String line) {
        out.println(isShown ? "\r\033[K" + line : line);
        out.flush();
    }

    /// Wipes the line, so that something else may be written; it comes back by itself.
    public void wipe() {
        if (isShown) {
            out.print("\r\033[K");
            out.flush();
        }
    }

    /// Wipes the line; what comes of the work is told by the caller.
    @Override
    public void close() {
        wipe();
    }
}
