package dev.seawall.walwriter.sender;

import dev.seawall.wal.role.Role;
import dev.seawall.wal.role.World;
import java.time.Duration;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;

/// What is to be done once a second while somebody streams: clients that are silent for too long are cut
/// off, and the positions of slots made durable.
final class SenderWatch implements Role {

    private static final Duration INTERVAL = Duration.ofSeconds(1);

    private final World world;
    private final BooleanSupplier isNeeded;
    private final Runnable look;
    private final Consumer<Throwable> onFailure;
    private volatile long next;

    SenderWatch(World world, BooleanSupplier isNeeded, Runnable look, Consumer<Throwable> onFailure) {
        this.world = world;
        this.isNeeded = isNeeded;
        this.look = look;
        this.onFailure = onFailure;
        this.next = world.nanoTime() + INTERVAL.toNanos();
    }

    @Override
    public String name() {
        return "wal-senders";
    }

    @Override
    public boolean hasWork() {
        return world.nanoTime() - next >= 0 && isNeeded.getAsBoolean();
    }

    @Override
    public void step() {
        next = world.nanoTime() + INTERVAL.toNanos();
        look.run();
    }

    @Override
    public Duration nap() {
        return INTERVAL;
    }

    @Override
    public void failed(Throwable cause) {
        onFailure.accept(cause);
    }
}
