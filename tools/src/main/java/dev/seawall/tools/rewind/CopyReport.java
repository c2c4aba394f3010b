package dev.seawall.tools.rewind;

import dev.seawall.walwriter.rewind.CopyProgress;
import java.io.PrintStream;
import org.jspecify.annotations.Nullable;

/// Tells that files are copied, before it is done, and how far it is: as pg_basebackup does, in one line on a
/// terminal, and elsewhere in one now and then.
final class CopyReport implements CopyProgress, AutoCloseable {

    private static final long INTERVAL_NANOS = 1_000_000_000;
    private static final int KILOBYTE = 1024;

    private final @Nullable PrintStream out;
    private final @Nullable PrintStream progress;
    private final String lineEnd = System.console() != null && System.console().isTerminal() ? "\r" : "\n";
    private long shown = System.nanoTime() - INTERVAL_NANOS;
    private String last = "";

    /// @param out      null: the announcement is not wanted
    /// @param progress null: how far it is is not wanted
    CopyReport(@Nullable PrintStream out, @Nullable PrintStream progress) {
        this.out = out;
        this.progress = progress;
    }

    /// @param tense `is`, or what it would be
    static String sentence(String why, String tense) {
        return why + ": base/ " + tense + " replaced by a copy from the source server";
    }

    @Override
    public void begins(String why) {
        if (out != null) {
            out.println(sentence(why, "is"));
            out.flush();
        }
    }

    @Override
    public void received(long bytes, long total) {
        if (progress == null) {
            return;
        }
        // The log that comes along at the end is not in the total that the server told.
        long all = Math.max(bytes, total);
        last = "%d/%d kB (%d%%)".formatted(bytes / KILOBYTE, all / KILOBYTE,
                all == 0 ? 100 : 100 * bytes / all);
        long now = System.nanoTime();
        if (now - shown >= INTERVAL_NANOS) {
            shown = now;
            progress.print(last + lineEnd);
            progress.flush();
        }
    }

    /// No more is told.
    @Override
    public void close() {
        if (progress != null && !last.isEmpty()) {
            progress.println(last);
        }
    }
}
