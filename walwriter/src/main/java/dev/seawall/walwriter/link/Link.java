package dev.seawall.walwriter.link;

import dev.seawall.wal.role.World;
import dev.seawall.walwriter.cluster.NotConnectedException;
import dev.seawall.walwriter.link.LinkCodec.Numbered;
import dev.seawall.walwriter.wire.MessageInput;
import java.io.IOException;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/// A connection on which both ends ask and answer.
///
/// One thread serves, that is receives; any thread may ask and waits for the answer. When the
/// connection ends, in whatever way, everyone who waits is told: what was asked for may have been
/// done or not.
public final class Link implements AutoCloseable {

    private static final long LOOK_NANOS = 100_000_000L;

    private final CopyChannel channel;
    private final World world;
    private final Peer peer;
    private final String whom;
    private final long silenceNanos;
    private final Map<Long, CompletableFuture<LinkMessage.Answer>> waiting = new ConcurrentHashMap<>();
    private final AtomicLong lastNumber = new AtomicLong();
    private final ReentrantLock sending = new ReentrantLock();
    private volatile boolean isEnded;
    private volatile long heardNanos;

    /// What the other end asks and tells, called by the thread that serves.
    public interface Peer {

        /// @return completes with the answer, or with what is to be told instead; may be complete, but
        ///         nothing that waits for this link must be done before it returns
        CompletableFuture<LinkMessage.Answer> asked(LinkMessage.Request request);

        void told(LinkMessage.Notice notice) throws IOException;
    }

    /// @param whom    the other end, for people: `checkpointer`
    /// @param silence after which an other end that gives signs of life unasked is taken for dead
    public Link(CopyChannel channel, World world, String whom, Duration silence, Peer peer) {
        this.channel = channel;
        this.world = world;
        this.whom = whom;
        this.silenceNanos = silence.toNanos();
        this.peer = peer;
        this.heardNanos = world.nanoTime();
    }

    /// Asks, and waits for the answer.
    ///
    /// @throws NotConnectedException    if the connection ended first
    /// @throws IllegalArgumentException if the other end refused it as nonsense
    /// @throws IllegalStateException    if it cannot be done now
    public LinkMessage.Answer ask(LinkMessage.Request request) throws IOException {
        return await(request(request), () -> { });
    }

    /// Asks without waiting.
    ///
    /// @return the answer, a [LinkMessage.Failed] too; cancelled when the connection ends first
    public CompletableFuture<LinkMessage.Answer> request(LinkMessage.Request request) {
        long number = lastNumber.incrementAndGet();
        CompletableFuture<LinkMessage.Answer> answer = new CompletableFuture<>();
        waiting.put(number, answer);
        // After it is in the map: who ends the link looks into that, once.
        if (isEnded) {
            waiting.remove(number);
            answer.cancel(false);
            return answer;
        }
        try {
            send(new Numbered(number, request));
        } catch (IOException e) {
            waiting.remove(number);
            answer.cancel(false);
        }
        return answer;
    }

    private LinkMessage.Answer await(CompletableFuture<LinkMessage.Answer> answer, Runnable interrupts)
            throws IOException {
        Thread self = Thread.currentThread();
        answer.whenComplete((_, _) -> world.unpark(self));
        while (!world.park(answer::isDone, LOOK_NANOS)) {
            interrupts.run();
            if (isSilent()) {
                close();
            }
        }
        if (answer.state() != java.util.concurrent.Future.State.SUCCESS) {
            throw gone();
        }
        return switch (answer.resultNow()) {
            case LinkMessage.Failed failed -> throw refusal(failed);
            case LinkMessage.Answer good -> good;
        };
    }

    private static IOException refusal(LinkMessage.Failed failed) {
        switch (failed.failure()) {
            case INVALID -> throw new IllegalArgumentException(failed.message());
            case STATE -> throw new IllegalStateException(failed.message());
            case IO -> {
                return new IOException(failed.message());
            }
        }
        throw new AssertionError(failed);
    }

    /// The same for a request that has one kind of answer.
    public <A extends LinkMessage.Answer> A ask(LinkMessage.Request request, Class<A> kind) throws IOException {
        return ask(request, kind, () -> { });
    }

    /// The same for one whose wait may be ended.
    ///
    /// @param interrupts called now and then; what it throws ends the wait: what was asked for is done all
    ///                   the same
    public <A extends LinkMessage.Answer> A ask(LinkMessage.Request request, Class<A> kind, Runnable interrupts)
            throws IOException {
        LinkMessage.Answer answer = await(request(request), interrupts);
        if (!kind.isInstance(answer)) {
            close();
            throw new IOException("the " + whom + " answered " + request + " with " + answer);
        }
        return kind.cast(answer);
    }

    private NotConnectedException gone() {
        return new NotConnectedException("the " + whom + " went away before it answered");
    }

    /// Tells; whether it arrives is not known.
    public void tell(LinkMessage.Notice notice) throws IOException {
        send(new Numbered(0, notice));
    }

    private void send(Numbered numbered) throws IOException {
        sending.lock();
        try {
            channel.send(out -> LinkCodec.write(out, numbered));
        } finally {
            sending.unlock();
        }
    }

    /// Receives until the other end ends the copy, or [#close] does here.
    ///
    /// @throws IOException if the connection broke, or the other end talks nonsense
    public void serve() throws IOException {
        boolean isOpen = true;
        while (isOpen) {
            isOpen = serveNext();
        }
    }

    /// Receives one message and lets it take effect.
    ///
    /// @return false at the end
    public boolean serveNext() throws IOException {
        boolean isOpen = false;
        try {
            MessageInput in = channel.receive();
            if (in != null) {
                heardNanos = world.nanoTime();
                take(LinkCodec.read(in));
                isOpen = true;
            }
            return isOpen;
        } finally {
            if (!isOpen) {
                end();
            }
        }
    }

    private void take(Numbered numbered) throws IOException {
        long number = numbered.number();
        switch (numbered.message()) {
            case LinkMessage.Notice notice -> peer.told(notice);
            case LinkMessage.Request request ->
                    asked(request).whenComplete((answer, failure) -> answer(number, answer, failure));
            case LinkMessage.Answer answer -> {
                CompletableFuture<LinkMessage.Answer> asker = waiting.remove(number);
                if (asker != null) {
                    asker.complete(answer);
                }
            }
        }
    }

    private CompletableFuture<LinkMessage.Answer> asked(LinkMessage.Request request) {
        try {
            return peer.asked(request);
        } catch (RuntimeException e) {
            // The other end's mistake, or ours: either way it is told, and the link goes on.
            return CompletableFuture.failedFuture(e);
        }
    }

    private void answer(long number, LinkMessage.@Nullable Answer answer, @Nullable Throwable failure) {
        try {
            send(new Numbered(number, answer != null ? answer : failed(failure)));
        } catch (IOException e) {
            // Whoever asked is gone, or will be told when the connection ends.
            close();
        }
    }

    private static LinkMessage.Failed failed(@Nullable Throwable failure) {
        Throwable cause = failure instanceof java.util.concurrent.CompletionException && failure.getCause() != null
                ? failure.getCause() : failure;
        LinkMessage.Failure kind = switch (cause) {
            case IllegalArgumentException _ -> LinkMessage.Failure.INVALID;
            case IllegalStateException _ -> LinkMessage.Failure.STATE;
            case null, default -> LinkMessage.Failure.IO;
        };
        return new LinkMessage.Failed(kind, cause == null || cause.getMessage() == null
                ? String.valueOf(cause) : cause.getMessage());
    }

    /// Whether nothing is received any more.
    public boolean isEnded() {
        return isEnded;
    }

    /// Whether the other end has said nothing for so long that it must be taken for dead.
    boolean isSilent() {
        return world.nanoTime() - heardNanos > silenceNanos;
    }

    private void end() {
        isEnded = true;
        for (CompletableFuture<LinkMessage.Answer> asker : waiting.values()) {
            asker.cancel(false);
        }
        waiting.clear();
    }

    /// Ends the connection; everyone who waits is told.
    @Override
    public void close() {
        channel.close();
        end();
    }
}
