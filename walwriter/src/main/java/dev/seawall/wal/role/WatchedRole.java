package dev.seawall.wal.role;

import java.time.Duration;
import java.util.function.Consumer;

/// A role whose failure its host is told of, too.
public record WatchedRole(Role role, Consumer<Throwable> host) implements Role {

    @Override
    public String name() {
        return role.name();
    }

    @Override
    public boolean hasWork() {
        return role.hasWork();
    }

    @Override
    public void step() throws Exception {
        role.step();
    }

    @Override
    public Duration nap() {
        return role.nap();
    }

    @Override
    public void failed(Throwable cause) {
        role.failed(cause);
        host.accept(cause);
    }
}
