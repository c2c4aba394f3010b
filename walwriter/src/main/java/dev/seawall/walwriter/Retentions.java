package dev.seawall.walwriter;

import dev.seawall.wal.Lsn;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/// Everybody who still needs log, by name.
public final class Retentions {

    private final Map<Object, Lsn> held = new ConcurrentHashMap<>();

    /// A claim on the log from `from` on, for `name`.
    public Retention hold(String name, Lsn from) {
        Object key = new Object() {
            @Override
            public String toString() {
                return name;
            }
        };
        held.put(key, from);
        return new Retention() {
            @Override
            public void advance(Lsn to) {
                held.computeIfPresent(key, (_, before) -> Lsn.max(before, to));
            }

            @Override
            public void close() {
                held.remove(key);
            }
        };
    }

    /// The oldest position that anybody needs; [Lsn#MAX] if nobody does.
    public Lsn oldest() {
        return held.values().stream().min(Lsn::compareTo).orElse(Lsn.MAX);
    }
}
