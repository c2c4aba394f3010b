package dev.seawall.walwriter;

import dev.seawall.walwriter.WaitLine.Waiting;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// Those who wait for a place of the log to become durable, oldest first.
///
/// Anybody joins without a lock, by pushing itself onto a stack; the one who releases takes the whole
/// stack over. The links are in those who wait: joining allocates nothing.
final class WaitLine<W extends Waiting<W>> {

    /// One who waits, in one line at a time.
    interface Waiting<W> {

        /// What it waits for: every byte before it.
        long lsn();

        @Nullable W next();

        void next(@Nullable W follower);
    }

    private static final VarHandle STACK;

    static {
        try {
            STACK = MethodHandles.lookup().findVarHandle(WaitLine.class, "stack", Waiting.class);
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    private volatile @Nullable W stack;

    /// Those who had to stay, oldest first. Written by whoever releases; read by all who ask whether anybody waits,
    /// right after a volatile write of theirs: hence volatile, or one of them could miss the other.
    private volatile @Nullable W first;
    /// Of whoever releases.
    private @Nullable W last;

    void join(W waiting) {
        W seen;
        do {
            seen = stack;
            waiting.next(seen);
        } while (!STACK.compareAndSet(this, seen, waiting));
    }

    /// Whether nobody waits. While somebody releases it may be so for a moment though some have to stay: who
    /// releases looks again afterwards.
    boolean isEmpty() {
        return stack == null && first == null;
    }

    /// Hands out, oldest first, those who waited for what lies before `durable`: they are in no line then.
    /// One caller at a time.
    void release(long durable, Consumer<? super W> released) {
        takeStack();
        W waiting = first;
        first = null;
        last = null;
        while (waiting != null) {
            W next = waiting.next();
            waiting.next(null);
            if (waiting.lsn() <= durable) {
                released.accept(waiting);
            } else {
                stay(waiting, waiting);
            }
            waiting = next;
        }
    }

    /// Moves the stack behind those who wait longer, oldest first.
    @SuppressWarnings("unchecked")
    private void takeStack() {
        W newest = (W) STACK.getAndSet(this, (Waiting<?>) null);
        W taken = newest;
        W reversed = null;
        while (taken != null) {
            W next = taken.next();
            taken.next(reversed);
            reversed = taken;
            taken = next;
        }
        if (reversed != null && newest != null) {
            stay(reversed, newest);
        }
    }

    private void stay(W oldest, W newest) {
        if (last == null) {
            first = oldest;
        } else {
            last.next(oldest);
        }
        last = newest;
    }
}
