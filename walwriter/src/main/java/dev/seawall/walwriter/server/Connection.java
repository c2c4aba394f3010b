package dev.seawall.walwriter.server;

import dev.seawall.settings.ServerSettings;
import dev.seawall.walwriter.auth.Identity;
import dev.seawall.walwriter.auth.hba.LoginRequest;
import dev.seawall.walwriter.cluster.Sessions;
import dev.seawall.walwriter.session.Conversation;
import dev.seawall.walwriter.session.Interrupts;
import dev.seawall.walwriter.session.Session;
import dev.seawall.walwriter.session.SessionLogin;
import dev.seawall.walwriter.wire.MessageOutput;
import dev.seawall.walwriter.wire.Replies;
import dev.seawall.walwriter.wire.SqlException;
import dev.seawall.walwriter.wire.SqlState;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// One client's connection, from being accepted to its end, in a virtual thread of its own.
final class Connection implements Runnable {

    private static final Logger LOG = LoggerFactory.getLogger(Connection.class);
    /// For the last words to a client that may not listen.
    private static final Duration FAREWELL = Duration.ofSeconds(2);

    private final Server server;
    private final SocketChannel socket;
    private final @Nullable InetSocketAddress client;
    private final int pid;
    private final int key;
    private final long acceptedNanos;
    private final Greeting greeting;
    private volatile @Nullable Session session;
    private volatile long cutNanos = Long.MAX_VALUE;

    // Of Deadlines' thread alone: the write that was seen last, and since when.
    private long seenWrite;
    private long seenNanos;

    /// @param client null by Unix socket
    Connection(Server server, SocketChannel socket, @Nullable InetSocketAddress client) {
        this.server = server;
        this.socket = socket;
        this.client = client;
        this.key = server.cluster().world().secrets().nextInt();
        this.acceptedNanos = server.cluster().world().nanoTime();
        this.greeting = new Greeting(server, socket, client);
        this.pid = server.backends().add(this);
    }

    int pid() {
        return pid;
    }

    boolean isKey(int claimed) {
        return claimed == key;
    }

    /// When it was accepted, by the monotonic clock.
    long acceptedNanos() {
        return acceptedNanos;
    }

    /// Whether nobody knows yet who it is.
    boolean isStranger() {
        return session == null;
    }

    /// Whether it waits for its client to read.
    boolean isWriting() {
        return greeting.out().writeUnderWay() != 0;
    }

    @Override
    public void run() {
        try {
            serve();
        } catch (IOException e) {
            LOG.debug("connection lost pid={} client={}", pid, client, e);
        } catch (Throwable t) {
            // An Error of one connection must not end as an unseen end of its thread.
            LOG.error("connection failed pid={} client={}", pid, client, t);
        } finally {
            greeting.in().close();
            close();
            server.backends().remove(pid);
        }
    }

    private void serve() throws IOException {
        try {
            LoginRequest request = greeting.hear();
            if (request != null) {
                Identity identity = greeting.login(request);
                converse(identity, request);
            }
        } catch (SqlException e) {
            say(greeting.out(), e);
        }
    }

    private void converse(Identity identity, LoginRequest request) throws IOException {
        boolean isReplication = greeting.isReplication();
        int limit = server.placesFor(identity, isReplication);
        if (!server.backends().enter(limit, isReplication)) {
            throw SqlException.fatal(SqlState.TOO_MANY_CONNECTIONS, isReplication
                    ? "number of requested standby connections exceeds max_wal_senders"
                    : limit < server.options().maxConnections()
                    ? "remaining connection slots are reserved for superusers" : "sorry, too many clients already");
        }
        try {
            server.checkOpen();
            SessionLogin login = new SessionLogin(pid, key, identity.user(), identity.isSuperuser(),
                    identity.mayReplicate(), request.database(), greeting.parameters(), isReplication,
                    request.replication() == LoginRequest.Replication.DATABASE, client);
            Session opened = new Session(server.cluster(), login, server.plans(), greeting.in(), greeting.out());
            session = opened;
            // Who was told to end every session while this one began would have missed it.
            server.checkOpen();
            new Conversation(opened, server.plans(), server.catalog(), server.commands()).run();
        } finally {
            server.backends().leave(isReplication);
        }
    }

    private static void say(MessageOutput out, SqlException e) throws IOException {
        Replies.error(out, e);
        out.flush();
    }

    /// Null as long as it has not logged in.
    Sessions.@Nullable Session activity() {
        Session opened = session;
        return opened == null ? null : opened.activity();
    }

    boolean isReplication() {
        Session opened = session;
        return opened != null && greeting.isReplication();
    }

    boolean cancel() {
        Session opened = session;
        if (opened == null) {
            return false;
        }
        opened.interrupts().cancel(SqlException.error(SqlState.QUERY_CANCELED,
                "canceling statement due to user request"));
        return true;
    }

    /// Ends the session with these words, at once if it waits for its client.
    void end(SqlException reason) {
        Session opened = session;
        if (opened == null) {
            close();
        } else if (opened.interrupts().end(reason)) {
            cutNanos = server.cluster().world().nanoTime() + FAREWELL.toNanos();
            // Not by this thread: the client may not read.
            Thread.ofVirtual().name("farewell-" + pid).start(() -> {
                try {
                    say(greeting.out(), reason);
                } catch (IOException e) {
                    LOG.debug("no farewell pid={}", pid, e);
                } finally {
                    close();
                }
            });
        }
    }

    /// Looks whether its time has come: called by [Deadlines] again and again.
    void checkDeadline(long now) {
        Session opened = session;
        if (now - cutNanos > 0 && cutNanos != Long.MAX_VALUE) {
            close();
        } else if (opened == null) {
            if (now - acceptedNanos > server.authenticationTimeout().toNanos()) {
                LOG.info("login took too long client={} pid={}", client, pid);
                close();
            }
        } else {
            if (opened.interrupts().isCutOff()) {
                close();
            }
            checkWriting(opened.interrupts(), now);
            checkDeadline(opened.interrupts(), now);
        }
    }

    /// A client that asks and does not read the answer holds a place, and nothing else; not for ever.
    private void checkWriting(Interrupts interrupts, long now) {
        long write = greeting.out().writeUnderWay();
        if (write == 0 || write != seenWrite) {
            seenWrite = write;
            seenNanos = now;
            return;
        }
        // Whose session is to end does not get it to wait for him first.
        Duration patience = interrupts.isEnding() ? FAREWELL
                : server.cluster().settings().get(ServerSettings.CLIENT_WRITE_TIMEOUT);
        if (!patience.isZero() && now - seenNanos > patience.toNanos()) {
            LOG.info("client does not read, connection cut client={} pid={}", client, pid);
            close();
        }
    }

    private void checkDeadline(Interrupts interrupts, long now) {
        Interrupts.Deadline deadline = interrupts.deadline();
        if (deadline == null || now - deadline.nanoTime() < 0) {
            return;
        }
        if (!interrupts.expire(deadline)) {
            return;
        }
        SqlException reason = deadline.reason();
        if (reason.isFatal()) {
            end(reason);
        } else {
            interrupts.cancel(reason);
        }
    }

    /// Whoever reads or writes is told by an exception.
    void close() {
        try {
            socket.close();
        } catch (IOException e) {
            LOG.debug("closing pid={}", pid, e);
        }
    }
}
