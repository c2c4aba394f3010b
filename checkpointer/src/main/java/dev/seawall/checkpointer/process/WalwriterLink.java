package dev.seawall.checkpointer.process;

import dev.seawall.wal.role.Role;
import dev.seawall.wal.role.World;
import dev.seawall.walwriter.link.CopyChannel;
import dev.seawall.walwriter.link.Link;
import dev.seawall.walwriter.link.LinkMessage;
import dev.seawall.walwriter.wire.SqlException;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/// The link to the walwriter, made anew whenever it is lost: a role that receives.
///
/// What the walwriter says first is judged; a log that `base/` does not belong to ends the role, and
/// so the process. Everything else that can happen to a connection is waited out.
final class WalwriterLink implements Role {

    private static final String COMMAND = "SERVE CHECKPOINTER " + LinkMessage.VERSION;
    private static final Duration IDLE_NAP = Duration.ofSeconds(1);
    /// The walwriter gives no signs of life unasked.
    private static final Duration FOREVER = Duration.ofDays(36_500);

    private final Walwriter walwriter;
    private final World world;
    private final Follower follower;
    private final Backoff backoff;
    private volatile boolean isClosed;

    // The role's own, but for close.
    private volatile @Nullable Link serving;
    private @Nullable IOException fatal;
    /// What others may ask: the walwriter knows that `base/` belongs to its log.
    private volatile @Nullable Link attached;

    /// Who follows the walwriter's log. Called by the role.
    interface Follower {

        /// A walwriter is there: opens `base/`, or goes on with it.
        ///
        /// @throws IOException if that fails, or it must not go on: the process ends
        void welcomed(LinkMessage.Welcome welcome) throws IOException;

        /// It knows that we follow it.
        void attached();

        /// The link is lost: nothing that was asked over it is wanted any more.
        void detached();

        CompletableFuture<LinkMessage.Answer> asked(LinkMessage.Request request);

        void reload();
    }

    WalwriterLink(Walwriter walwriter, World world, Follower follower) {
        this.walwriter = walwriter;
        this.world = world;
        this.follower = follower;
        this.backoff = new Backoff(world, "the link to the walwriter");
    }

    /// The link, while there is one that requests may go over.
    @Nullable Link attached() {
        return attached;
    }

    @Override
    public String name() {
        return "walwriter-link";
    }

    @Override
    public boolean hasWork() {
        return !isClosed && (serving != null || backoff.isDue());
    }

    @Override
    public Duration nap() {
        return serving != null ? IDLE_NAP : Duration.ofNanos(backoff.nanosLeft());
    }

    @Override
    public void step() throws IOException {
        if (!hasWork()) {
            return;
        }
        Link current = serving;
        try {
            if (current == null) {
                connect();
            } else if (!current.serveNext()) {
                lost(new IOException("the walwriter ended it"));
            }
        } catch (IOException | SqlException e) {
            if (fatal != null) {
                throw fatal;
            }
            lost(e);
        }
    }

    private void connect() throws IOException {
        CopyChannel channel = walwriter.open(COMMAND);
        Link made = new Link(channel, world, "walwriter", FOREVER, new Server());
        serving = made;
        if (isClosed) {
            made.close();
        }
    }

    private void lost(Exception cause) {
        Link current = serving;
        attached = null;
        serving = null;
        if (current != null) {
            current.close();
            follower.detached();
        }
        if (!isClosed) {
            backoff.failed(cause);
        }
    }

    /// What the walwriter tells and asks.
    private final class Server implements Link.Peer {

        @Override
        public CompletableFuture<LinkMessage.Answer> asked(LinkMessage.Request request) {
            return follower.asked(request);
        }

        @Override
        public void told(LinkMessage.Notice notice) throws IOException {
            switch (notice) {
                case LinkMessage.Welcome welcome -> welcomed(welcome);
                case LinkMessage.Reload() -> follower.reload();
                case LinkMessage.Wake(), LinkMessage.CheckpointerTold(_), LinkMessage.ArchiverTold(_) ->
                        throw new IOException("the walwriter told a checkpointer " + notice);
            }
        }

        private void welcomed(LinkMessage.Welcome welcome) throws IOException {
            try {
                follower.welcomed(welcome);
            } catch (IOException e) {
                fatal = e;
                throw e;
            }
            Link link = serving;
            if (link != null) {
                link.request(new LinkMessage.Attach()).thenAccept(answer -> attached(link, answer));
            }
        }

        private void attached(Link link, LinkMessage.Answer answer) {
            if (answer instanceof LinkMessage.Done && !isClosed) {
                backoff.succeeded();
                attached = link;
                follower.attached();
            } else {
                link.close();
            }
        }
    }

    /// Who receives is woken, and comes to an end.
    void close() {
        isClosed = true;
        attached = null;
        Link current = serving;
        if (current != null) {
            current.close();
        }
    }

    @Override
    public void failed(Throwable cause) {
        close();
    }
}
