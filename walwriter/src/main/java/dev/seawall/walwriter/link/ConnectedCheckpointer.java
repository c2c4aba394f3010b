package dev.seawall.walwriter.link;

import dev.seawall.wal.Lsn;
import dev.seawall.wal.record.RelationId;
import dev.seawall.wal.role.World;
import dev.seawall.walwriter.CheckpointReport;
import dev.seawall.walwriter.cluster.CheckpointerActivity;
import dev.seawall.walwriter.cluster.Checkpointing;
import dev.seawall.walwriter.cluster.NotConnectedException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// The checkpointer process that is connected, if one is: what a walwriter asks of it.
///
/// Who asks while it is on its way back, sent away for the log to go on on another timeline, waits for it.
final class ConnectedCheckpointer implements Checkpointing {

    private static final Duration WAY_BACK = Duration.ofSeconds(10);
    private static final Duration LOOK = Duration.ofMillis(5);

    private final Supplier<Lsn> durable;
    private final World world;
    private volatile @Nullable Link link;
    private volatile boolean isComingBack;
    private volatile long expectedUntil;
    private volatile CheckpointerActivity activity = CheckpointerActivity.NONE;

    /// @param durable end of the last durable record
    ConnectedCheckpointer(Supplier<Lsn> durable, World world) {
        this.durable = durable;
        this.world = world;
    }

    synchronized void connected(Link to) {
        link = to;
        isComingBack = false;
    }

    void told(CheckpointerActivity told) {
        activity = told;
    }

    /// If one is connected its link is about to be ended, and it connects again at once.
    synchronized void sentAway() {
        if (link != null) {
            link = null;
            expectedUntil = world.nanoTime() + WAY_BACK.toNanos();
            isComingBack = true;
        }
    }

    /// @param from what ended; another may be connected already
    synchronized void disconnected(Link from) {
        if (link == null || link == from) {
            link = null;
            activity = CheckpointerActivity.NONE;
        }
    }

    private Link link() throws NotConnectedException {
        while (link == null && isComingBack && world.nanoTime() - expectedUntil < 0) {
            world.park(() -> link != null, LOOK.toNanos());
        }
        Link connected = link;
        if (connected == null) {
            throw new NotConnectedException("no checkpointer is connected"
                    + "\nHINT: Start the checkpointer; commits need none.");
        }
        return connected;
    }

    @Override
    public boolean isConnected() {
        return link != null;
    }

    @Override
    public CheckpointReport checkpoint(boolean isImmediate, Runnable interrupts) throws IOException {
        return link().ask(new LinkMessage.Checkpoint(durable.get(), isImmediate), LinkMessage.Reported.class,
                interrupts).report();
    }

    @Override
    public void readPage(RelationId relation, int block, Lsn upTo, ByteBuffer into) throws IOException {
        LinkMessage.ReadPage request = new LinkMessage.ReadPage(relation, block, upTo);
        Link asked = link();
        LinkMessage.Page page;
        try {
            page = asked.ask(request, LinkMessage.Page.class);
        } catch (NotConnectedException e) {
            // Asked in the moment in which it was sent away: nothing was done.
            if (!isComingBack && (link == null || link == asked)) {
                throw e;
            }
            page = link().ask(request, LinkMessage.Page.class);
        }
        into.put(page.content().view());
    }

    @Override
    public Held holdFiles(boolean isImmediate) throws IOException {
        Link holder = link();
        CheckpointReport report =
                holder.ask(new LinkMessage.HoldFiles(durable.get(), isImmediate), LinkMessage.Reported.class).report();
        return new Held() {

            @Override
            public CheckpointReport report() {
                return report;
            }

            @Override
            public void release() throws IOException {
                // Who is connected by now may be another, who holds nothing for this one.
                holder.ask(new LinkMessage.ReleaseFiles(), LinkMessage.Done.class);
            }
        };
    }

    @Override
    public FileCopy copyFiles(Lsn redoPoint) throws IOException {
        return new Copying(link(), redoPoint);
    }

    @Override
    public CheckpointReport shutDown(Lsn end) throws IOException {
        return link().ask(new LinkMessage.ShutDown(end), LinkMessage.Reported.class).report();
    }

    /// Tells it to read its configuration anew, if one is there.
    void reload() throws IOException {
        Link connected = link;
        if (connected != null) {
            connected.tell(new LinkMessage.Reload());
        }
    }

    @Override
    public CheckpointerActivity activity() {
        return activity;
    }

    /// Of one link: whoever is connected later may have pages that are older than those that were listed, and
    /// holds nothing.
    private static final class Copying implements FileCopy {

        private final Link link;
        private final Lsn redoPoint;
        private boolean isHolding;

        Copying(Link link, Lsn redoPoint) {
            this.link = link;
            this.redoPoint = redoPoint;
        }

        @Override
        public List<Entry> relations() throws IOException {
            return list(LinkMessage.FileKind.RELATIONS);
        }

        @Override
        public List<Entry> others() throws IOException {
            link.ask(new LinkMessage.HoldEngineFiles(), LinkMessage.Done.class);
            isHolding = true;
            return list(LinkMessage.FileKind.OTHERS);
        }

        private List<Entry> list(LinkMessage.FileKind kind) throws IOException {
            List<Entry> all = new ArrayList<>();
            String last = "";
            List<Entry> some = listAfter(kind, last);
            while (!some.isEmpty()) {
                all.addAll(some);
                last = some.getLast().path();
                some = listAfter(kind, last);
            }
            return all;
        }

        private List<Entry> listAfter(LinkMessage.FileKind kind, String after) throws IOException {
            return link.ask(new LinkMessage.ListFiles(kind, after), LinkMessage.Files.class).files();
        }

        @Override
        public void read(String path, long offset, ByteBuffer into) throws IOException {
            Bytes piece = link.ask(new LinkMessage.CopyFile(redoPoint, path, offset, into.remaining()),
                    LinkMessage.Piece.class).content();
            if (piece.length() != into.remaining()) {
                throw new IOException("the checkpointer sent " + piece + " of \"" + path + "\", not "
                        + into.remaining());
            }
            into.put(piece.view());
        }

        @Override
        public void close() throws IOException {
            if (isHolding) {
                isHolding = false;
                try {
                    link.ask(new LinkMessage.ReleaseEngineFiles(), LinkMessage.Done.class);
                } catch (NotConnectedException e) {
                    // It ended with the connection.
                }
            }
        }
    }
}
