package dev.seawall.walwriter.link;

import dev.seawall.walwriter.cluster.ArchiverActivity;
import java.io.IOException;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/// The archiver process that is connected, if one is: it is woken, and tells what it did.
final class ConnectedArchiver {

    private volatile @Nullable Link link;
    private volatile ArchiverActivity activity = ArchiverActivity.NONE;
    /// A wake-up was sent since the archiver was heard last: one that stands still must not make a
    /// log that goes on fill its connection, and wait.
    private final AtomicBoolean isWoken = new AtomicBoolean();
    private final AtomicBoolean isWakeOwed = new AtomicBoolean();

    synchronized void connected(Link to) {
        isWoken.set(false);
        isWakeOwed.set(false);
        link = to;
    }

    /// @param from what ended; another may be connected already
    synchronized void disconnected(Link from) {
        if (link == from) {
            link = null;
            activity = ArchiverActivity.NONE;
        }
    }

    /// It lives: what it was not told meanwhile it is told now.
    void told(ArchiverActivity told) {
        activity = told;
        isWoken.set(false);
        if (isWakeOwed.getAndSet(false)) {
            wake();
        }
    }

    /// Says that there is something to archive. Never waits for the archiver.
    void wake() {
        Link connected = link;
        if (connected == null) {
            return;
        }
        if (isWoken.getAndSet(true)) {
            isWakeOwed.set(true);
            return;
        }
        try {
            connected.tell(new LinkMessage.Wake());
        } catch (IOException e) {
            // Its link ends by that, and whoever connects next looks by itself.
        }
    }

    void reload() throws IOException {
        Link connected = link;
        if (connected != null) {
            connected.tell(new LinkMessage.Reload());
        }
    }

    ArchiverActivity activity() {
        return activity;
    }
}
