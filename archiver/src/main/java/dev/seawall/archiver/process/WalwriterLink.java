package dev.seawall.archiver.process;

import dev.seawall.wal.role.Role;
import dev.seawall.wal.role.World;
import dev.seawall.walwriter.client.Address;
import dev.seawall.walwriter.client.Login;
import dev.seawall.walwriter.link.ClientChannel;
import dev.seawall.walwriter.link.Link;
import dev.seawall.walwriter.link.LinkMessage;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The connection to the walwriter, made again whenever it ends, at growing distances, for ever.
///
/// Each step is one try to connect, or one message. Whatever is wrong is said once, until it is well
/// again.
final class WalwriterLink implements Role, AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(WalwriterLink.class);
    private static final Duration FIRST_PAUSE = Duration.ofMillis(100);
    private static final Duration LONGEST_PAUSE = Duration.ofSeconds(5);
    private static final Duration SILENCE = Duration.ofDays(1);

    private final World world;
    private final Address address;
    private final Login login;
    private final long systemId;
    private final Runnable onWake;
    private final Runnable onReload;

    private volatile @Nullable Link link;
    private volatile @Nullable Link welcomed;
    private volatile boolean isClosed;
    private volatile long notBefore;
    // The role's own thread only.
    private Duration pause = FIRST_PAUSE;
    private boolean isSaid;

    /// @param onWake   something is ready
    /// @param onReload the configuration is to be read again
    WalwriterLink(World world, Address address, Login login, long systemId, Runnable onWake, Runnable onReload) {
        this.world = world;
        this.address = address;
        this.login = login;
        this.systemId = systemId;
        this.onWake = onWake;
        this.onReload = onReload;
        this.notBefore = world.nanoTime();
    }

    /// The link as long as it is up and the walwriter is this cluster's; else null.
    @Nullable Link link() {
        return welcomed;
    }

    @Override
    public String name() {
        return "archiver-link";
    }

    @Override
    public boolean hasWork() {
        return !isClosed && (link != null || world.nanoTime() - notBefore >= 0);
    }

    @Override
    public Duration nap() {
        return isClosed ? LONGEST_PAUSE : Duration.ofNanos(Math.max(1, notBefore - world.nanoTime()));
    }

    @Override
    public void step() {
        if (!hasWork()) {
            return;
        }
        Link open = link;
        try {
            if (open == null) {
                connect();
            } else if (!open.serveNext()) {
                lost("it ended the connection");
            }
        } catch (IOException | RuntimeException e) {
            lost(String.valueOf(e.getMessage()));
        }
    }

    private void connect() throws IOException {
        ClientChannel channel = ClientChannel.connect(address, login, "archiver");
        Link made = new Link(channel, world, "walwriter", SILENCE, new Peer());
        link = made;
        if (isClosed) {
            made.close();
        }
    }

    private void lost(String why) {
        Link before = link;
        welcomed = null;
        link = null;
        if (before != null) {
            before.close();
        }
        notBefore = world.nanoTime() + pause.toNanos();
        Duration longer = pause.multipliedBy(2);
        pause = longer.compareTo(LONGEST_PAUSE) < 0 ? longer : LONGEST_PAUSE;
        if (!isSaid && !isClosed) {
            isSaid = true;
            LOG.warn("no walwriter is connected, what is ready is archived all the same address={} reason=\"{}\"",
                    address, why);
        }
    }

    private void welcome(LinkMessage.Welcome welcome) throws IOException {
        if (welcome.systemId() != systemId) {
            throw new IOException("it is of the cluster with system identifier "
                    + Long.toUnsignedString(welcome.systemId()) + ", not " + Long.toUnsignedString(systemId));
        }
        pause = FIRST_PAUSE;
        isSaid = false;
        welcomed = link;
        LOG.info("connected to the walwriter address={} version={}", address, welcome.serverVersion());
        // What was made ready while nobody told us.
        onWake.run();
    }

    @Override
    public void failed(Throwable cause) {
        LOG.error("archiver's link ended", cause);
    }

    /// Ends the connection, and wakes whoever waits by it. Before the role is closed, which may be
    /// receiving.
    @Override
    public void close() {
        isClosed = true;
        Link open = link;
        if (open != null) {
            open.close();
        }
    }

    /// The walwriter asks an archiver nothing.
    private final class Peer implements Link.Peer {

        @Override
        public CompletableFuture<LinkMessage.Answer> asked(LinkMessage.Request request) {
            return CompletableFuture.failedFuture(
                    new IllegalArgumentException("an archiver does not do this: " + request));
        }

        @Override
        public void told(LinkMessage.Notice notice) throws IOException {
            switch (notice) {
                case LinkMessage.Welcome welcome -> welcome(welcome);
                case LinkMessage.Wake() -> onWake.run();
                case LinkMessage.Reload() -> onReload.run();
                case LinkMessage.CheckpointerTold _, LinkMessage.ArchiverTold _ -> { }
            }
        }
    }
}
