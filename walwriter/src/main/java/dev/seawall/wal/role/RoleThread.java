package dev.seawall.wal.role;

import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/// Runs a [Role] in a named platform thread until closed; any Throwable ends it and is latched.
///
/// A daemon thread with one owner, who closes it. Nobody interrupts it: it may be in the middle of
/// a write.
final class RoleThread implements World.Running {

    private final Role role;
    private final World world;
    private final Thread thread;
    private final AtomicBoolean isStopping = new AtomicBoolean();
    /// Set before each look for work, so that whoever brings work after the look knows to unpark;
    /// cleared by the first who does, so that a thousand do not.
    private final AtomicBoolean isAsleep = new AtomicBoolean();
    private volatile @Nullable Throwable failure;

    private RoleThread(Role role, World world) {
        this.role = role;
        this.world = world;
        this.thread = Thread.ofPlatform().name(role.name()).daemon().unstarted(this::run);
    }

    static RoleThread start(Role role, World world) {
        RoleThread started = new RoleThread(role, world);
        started.thread.start();
        return started;
    }

    @Override
    public void wake() {
        if (isAsleep.get() && isAsleep.compareAndSet(true, false)) {
            world.unpark(thread);
        }
    }

    @Override
    public @Nullable Throwable failure() {
        return failure;
    }

    private void run() {
        try {
            while (!isStopping.get()) {
                world.park(this::isWorkThere, role.nap().toNanos());
                isAsleep.set(false);
                if (!isStopping.get()) {
                    role.step();
                }
            }
        } catch (Throwable t) {
            // Any Throwable, a StackOverflowError too: a role that died silently would leave its
            // clients waiting forever.
            failure = t;
            role.failed(t);
        }
    }

    private boolean isWorkThere() {
        isAsleep.set(true);
        return isStopping.get() || role.hasWork();
    }

    /// Lets the step under way finish and waits for the thread's end, unless it is this thread: one that
    /// is told of a failure may close everything.
    @Override
    public void close() {
        isStopping.set(true);
        wake();
        if (Thread.currentThread() == thread) {
            return;
        }
        boolean isInterrupted = false;
        while (thread.isAlive()) {
            try {
                thread.join();
            } catch (InterruptedException e) {
                isInterrupted = true;
            }
        }
        if (isInterrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
