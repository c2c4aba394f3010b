package dev.seawall.checkpointer.process;

import dev.seawall.checkpointer.CheckpointLog;
import dev.seawall.checkpointer.DataFiles;
import dev.seawall.wal.Lsn;
import dev.seawall.wal.PageLayout;
import dev.seawall.wal.TimelineHistory;
import dev.seawall.wal.WalCorruptException;
import dev.seawall.wal.role.World;
import dev.seawall.walwriter.CheckpointReport;
import dev.seawall.walwriter.cluster.NotConnectedException;
import dev.seawall.walwriter.link.Link;
import dev.seawall.walwriter.link.LinkMessage;
import java.io.IOException;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The log in another process, as the checkpointer asks for it: over the link, however often that is
/// lost meanwhile.
///
/// A report whose answer was lost is made again to whoever is there next: the log takes the same
/// redo point twice. While nobody is there it waits; what it would let go is kept meanwhile.
final class RemoteLog implements CheckpointLog {

    private static final Logger LOG = LoggerFactory.getLogger(RemoteLog.class);
    private static final long RETRY_NANOS = 1_000_000_000;
    private static final long LOOK_NANOS = 100_000_000;

    private final LinkMessage.Welcome welcome;
    private final PageLayout layout;
    private final StreamedLog streamed;
    private final Supplier<@Nullable Link> attached;
    private final World world;
    private volatile boolean isClosed;

    /// @param attached the link, if there is one now
    RemoteLog(LinkMessage.Welcome welcome, StreamedLog streamed, Supplier<@Nullable Link> attached, World world) {
        this.welcome = welcome;
        this.layout = new PageLayout(welcome.segmentBytes());
        this.streamed = streamed;
        this.attached = attached;
        this.world = world;
    }

    @Override
    public long systemId() {
        return welcome.systemId();
    }

    @Override
    public TimelineHistory history() {
        return welcome.history();
    }

    @Override
    public PageLayout layout() {
        return layout;
    }

    @Override
    public Lsn flushLsn() {
        return streamed.announced();
    }

    /// @throws WalCorruptException if the log contradicts the report
    @Override
    public void checkpointed(CheckpointReport report) throws IOException {
        boolean isDone = false;
        boolean isTold = false;
        while (!isDone) {
            world.park(() -> attached.get() != null || isClosed, LOOK_NANOS);
            if (isClosed) {
                throw new IOException("the checkpointer was closed before it could report redo point " + report.redo());
            }
            Link link = attached.get();
            try {
                isDone = link != null && report(link, report);
            } catch (WalCorruptException e) {
                throw e;
            } catch (NotConnectedException e) {
                // Nobody knows whether it was logged: it is reported again.
                LOG.debug("report lost redo={}", report.redo());
            } catch (IOException e) {
                // The log has no space for the record, or is about to end. Both pass.
                if (!isTold) {
                    LOG.warn("the log did not take a checkpoint; trying until it does: redo={} cause={}",
                            report.redo(), e.getMessage());
                    isTold = true;
                }
                world.park(() -> isClosed, RETRY_NANOS);
            }
        }
    }

    /// @return true, always: it is known to the log, or of no interest to it
    private boolean report(Link link, CheckpointReport report) throws IOException {
        try {
            link.ask(new LinkMessage.Report(report), LinkMessage.Done.class);
        } catch (IllegalArgumentException e) {
            throw refused(e);
        } catch (IllegalStateException e) {
            // It is being shut down: what follows is the request for the last checkpoint, or another walwriter.
            LOG.debug("report not taken redo={} cause={}", report.redo(), e.getMessage());
        }
        return true;
    }

    private static WalCorruptException refused(IllegalArgumentException cause) {
        return WalCorruptException.inFile("the log contradicts what is in base/: " + cause.getMessage(),
                DataFiles.DIRECTORY, "Put back the base/ and pg_wal/ that belong together, or restore the cluster from"
                        + " a backup.");
    }

    /// Those of a walwriter that is gone are over.
    @Override
    public int abortTransactionsBefore(Lsn lsn) {
        Link link = attached.get();
        try {
            return link == null ? 0
                    : link.ask(new LinkMessage.AbortTransactionsBefore(lsn), LinkMessage.Count.class).count();
        } catch (IOException e) {
            LOG.debug("request to abort transactions lost before={}", lsn);
            return 0;
        }
    }

    /// Who waits here is told.
    void close() {
        isClosed = true;
    }
}
