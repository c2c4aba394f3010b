package dev.seawall.tools.walreplay;

import dev.seawall.recovery.redo.RedoProgress;
import dev.seawall.tools.Quantity;
import dev.seawall.wal.role.World;
import java.io.PrintStream;

/// How far recovery is, in one line of a terminal; nothing anywhere else.
final class RunningLine implements AutoCloseable {

    private static final long INTERVAL_NANOS = 100_000_000;

    private final PrintStream out;
    private final World world;
    private final boolean isShown = System.console() != null && System.console().isTerminal();
    private long lastShown;

    RunningLine(PrintStream out, World world) {
        this.out = out;
        this.world = world;
        this.lastShown = world.nanoTime();
    }

    void show(RedoProgress progress) {
        long now = world.nanoTime();
        if (!isShown || now - lastShown < INTERVAL_NANOS) {
            return;
        }
        lastShown = now;
        out.print("\r\033[K  redoing " + progress.position() + "  " + Quantity.bytes(progress.counts().bytes()) + "  "
                + Quantity.count(progress.counts().commits()) + " commits"
                + (progress.lastCommitXid() == 0 ? "" : "  up to " + progress.lastCommitTime()));
        out.flush();
    }

    @Override
    public void close() {
        if (isShown) {
            out.print("\r\033[K");
            out.flush();
        }
    }
}
