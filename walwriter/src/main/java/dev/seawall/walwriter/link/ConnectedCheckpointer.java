package dev.seawall.walwriter.link;

import dev.seawall.wal.Lsn;
import dev.seawall.wal.record.RelationId;
import dev.seawall.walwriter.CheckpointReport;
import dev.seawall.walwriter.cluster.CheckpointerActivity;
import dev.seawall.walwriter.cluster.Checkpointing;
import dev.seawall.walwriter.cluster.NotConnectedException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// The checkpointer process that is connected, if one is: what a walwriter asks of it.
final class ConnectedCheckpointer implements Checkpointing {

    private final Supplier<Lsn> durable;
    private volatile @Nullable Link link;
    private volatile CheckpointerActivity activity = CheckpointerActivity.NONE;

    /// @param durable end of the last durable record
    ConnectedCheckpointer(Supplier<Lsn> durable) {
        this.durable = durable;
    }

    void connected(Link to) {
        link = to;
    }

    void told(CheckpointerActivity told) {
        activity = told;
    }

    void disconnected() {
        link = null;
        activity = CheckpointerActivity.NONE;
    }

    private Link link() throws NotConnectedException {
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
    public CheckpointReport checkpoint(boolean isImmediate) throws IOException {
        return link().ask(new LinkMessage.Checkpoint(durable.get(), isImmediate), LinkMessage.Reported.class).report();
    }

    @Override
    public void readPage(RelationId relation, int block, Lsn upTo, ByteBuffer into) throws IOException {
        into.put(link().ask(new LinkMessage.ReadPage(relation, block, upTo), LinkMessage.Page.class).content().view());
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
}
