package dev.seawall.archiver.receive;

import dev.seawall.wal.Lsn;
import dev.seawall.wal.TimelineHistory;
import dev.seawall.wal.TimelineId;
import dev.seawall.walwriter.walreceiver.SystemIdentity;
import java.io.IOException;

/// Whether a server's history contains what is received already: two servers that went different ways have the
/// same system identifier, and their logs must not be mixed.
final class ForkCheck {

    private ForkCheck() {}

    /// @throws ReceiveEndedException if the server left our timeline before our position, or never was on it
    /// @throws IOException           if the server is behind us: it may catch up, or another may answer
    static void require(Upstream upstream, SystemIdentity server, ResumePoint here) throws IOException {
        if (here.timeline().isAfter(server.timeline())) {
            throw new IOException("the server is on timeline " + server.timeline() + ", but timeline "
                    + here.timeline() + " was received already\nHINT: It may be an old primary that was started again."
                    + " Receive from the one that was promoted.");
        }
        if (server.timeline().equals(here.timeline())) {
            return;
        }
        TimelineHistory history = historyOf(upstream, server.timeline());
        Lsn left = history.switchPointOf(here.timeline());
        if (!left.isValid()) {
            throw new ReceiveEndedException("timeline " + here.timeline() + ", which was received, is not in the"
                    + " history of the server's timeline " + server.timeline() + "\nHINT: The server is another branch"
                    + " of this cluster. Give it a spool and a repository of its own.");
        }
        if (here.position().isAfter(left)) {
            throw new ReceiveEndedException("the server left timeline " + here.timeline() + " at " + left
                    + ", but it was received up to " + here.position() + "\nHINT: The old primary went on behind the"
                    + " point where this one was promoted. Take a new base backup, and receive into a new spool and"
                    + " repository.");
        }
    }

    private static TimelineHistory historyOf(Upstream upstream, TimelineId timeline) throws IOException {
        try {
            return TimelineHistory.parse(timeline, upstream.history(timeline).content());
        } catch (IllegalArgumentException e) {
            throw new IOException("the server's history of timeline " + timeline + " cannot be read: "
                    + e.getMessage(), e);
        }
    }
}
