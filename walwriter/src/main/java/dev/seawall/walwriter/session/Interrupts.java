package dev.seawall.walwriter.session;

import dev.seawall.walwriter.wire.SqlException;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/// How others stop what a session does, or the session.
///
/// The session's thread is either at work, and looks here now and then, or it waits for its client's
/// next message, and then whoever ends the session takes the connection over: exactly one of the two
/// writes to it. Thread-safe.
public final class Interrupts {

    private enum Phase { WORKING, WAITING, TAKEN_OVER }

    private final AtomicReference<Phase> phase = new AtomicReference<>(Phase.WORKING);
    private final AtomicReference<@Nullable SqlException> ending = new AtomicReference<>();
    private final AtomicReference<@Nullable SqlException> cancelled = new AtomicReference<>();
    private final List<Runnable> wakers = new CopyOnWriteArrayList<>();
    private final AtomicReference<@Nullable Deadline> deadline = new AtomicReference<>();
    private volatile boolean isCutOff;

    /// What is to happen when the time has come.
    ///
    /// @param nanoTime when
    /// @param reason   fatal: the session ends; else the statement is cancelled
    public record Deadline(long nanoTime, SqlException reason) {}

    /// The connection is to be closed without a word: its client takes none.
    void cutOff() {
        isCutOff = true;
    }

    public boolean isCutOff() {
        return isCutOff;
    }

    public void deadline(@Nullable Deadline next) {
        deadline.set(next);
    }

    public @Nullable Deadline deadline() {
        return deadline.get();
    }

    /// Whoever acts on a deadline takes it away, unless the session has put another one in its place.
    ///
    /// @return whether it was still this one
    public boolean expire(Deadline passed) {
        return deadline.compareAndSet(passed, null);
    }

    /// Cancels the statement under way, if there is one when the session looks.
    public void cancel(SqlException reason) {
        cancelled.set(reason);
        wake();
    }

    /// Ends the session with these words; the first call decides which.
    ///
    /// @return whether the caller has the connection now, and must say it
    public boolean end(SqlException reason) {
        ending.compareAndSet(null, reason);
        boolean isTaken = phase.compareAndSet(Phase.WAITING, Phase.TAKEN_OVER);
        wake();
        return isTaken;
    }

    public boolean isEnding() {
        return ending.get() != null;
    }

    /// Whether the session was ended or its statement cancelled: for who waits for something else.
    boolean isStopping() {
        return isEnding() || cancelled.get() != null;
    }

    /// The statement was cancelled, and what it still waited for is no longer waited for.
    void forgetCancel() {
        cancelled.set(null);
    }

    /// Called whenever something here has changed: unparks who waits for something else.
    public void onWake(Runnable waker) {
        wakers.add(waker);
    }

    private void wake() {
        wakers.forEach(Runnable::run);
    }

    /// @throws SqlException if the session has been ended or the statement cancelled
    public void check() {
        checkEnding();
        SqlException cancel = cancelled.get();
        if (cancel != null) {
            cancelled.set(null);
            throw cancel;
        }
    }

    /// @throws SqlException if the session has been ended
    void checkEnding() {
        SqlException end = ending.get();
        if (end != null) {
            throw end;
        }
    }

    /// A statement begins: what was cancelled before it is not this one.
    void statementBegins() {
        cancelled.set(null);
    }

    /// The session's thread goes to wait for a message.
    void waiting() {
        phase.set(Phase.WAITING);
        SqlException end = ending.get();
        if (end != null && phase.compareAndSet(Phase.WAITING, Phase.WORKING)) {
            throw end;
        }
    }

    /// A message has come, or the connection's end.
    ///
    /// @return false if somebody else has the connection now: nothing may be written any more
    boolean working() {
        return phase.compareAndSet(Phase.WAITING, Phase.WORKING);
    }
}
