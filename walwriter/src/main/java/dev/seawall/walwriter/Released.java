package dev.seawall.walwriter;

import dev.seawall.wal.role.World;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// The committers whom one flush made durable, oldest first, until they are woken.
final class Released implements Consumer<Committer>, Supplier<@Nullable Thread> {

    private final World world;
    private @Nullable Committer first;
    private @Nullable Committer last;
    private int count;
    private int virtualCount;

    Released(World world) {
        this.world = world;
    }

    int count() {
        return count;
    }

    int virtualCount() {
        return virtualCount;
    }

    void wake() {
        if (count > 0) {
            world.unparkAll(this, count);
        }
    }

    @Override
    public void accept(Committer committer) {
        if (last == null) {
            first = committer;
        } else {
            last.next(committer);
        }
        last = committer;
        count++;
        if (committer.isVirtual) {
            virtualCount++;
        }
    }

    /// The next thread to wake, which finds itself released then.
    @Override
    public @Nullable Thread get() {
        Committer committer = first;
        if (committer == null) {
            last = null;
            return null;
        }
        first = committer.next();
        committer.next(null);
        Thread thread = committer.thread;
        // From here on its thread uses it again.
        committer.isDone = true;
        return thread;
    }
}
