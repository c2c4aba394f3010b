package dev.seawall.tools;

import java.io.IOException;
import java.util.ArrayDeque;
import java.util.Deque;

/// What has to be undone, last first, whichever way the program ends: by itself, by a failure, or by a
/// signal.
public final class Cleanup implements AutoCloseable {

    /// One thing to undo.
    @FunctionalInterface
    public interface Step {
        void run() throws IOException;
    }

    private final Deque<Step> steps = new ArrayDeque<>();
    private final Thread hook = new Thread(() -> {
        try {
            run();
        } catch (IOException e) {
            System.err.println("could not clean up: " + e.getMessage());
        }
    }, "cleanup");
    private boolean isDone;

    public Cleanup() {
        Runtime.getRuntime().addShutdownHook(hook);
    }

    /// @throws IllegalStateException if it is being undone already
    public synchronized void add(Step step) {
        if (isDone) {
            throw new IllegalStateException("the program is ending");
        }
        steps.push(step);
    }

    /// Every step is taken, even if one before it failed.
    private synchronized void run() throws IOException {
        isDone = true;
        IOException first = null;
        while (!steps.isEmpty()) {
            try {
                steps.pop().run();
            } catch (IOException e) {
                if (first == null) {
                    first = e;
                } else {
                    first.addSuppressed(e);
                }
            }
        }
        if (first != null) {
            throw first;
        }
    }

    @Override
    public void close() throws IOException {
        try {
            run();
        } finally {
            try {
                Runtime.getRuntime().removeShutdownHook(hook);
            } catch (IllegalStateException e) {
                // It is running, and found nothing left to do.
            }
        }
    }
}
