package dev.seawall.walwriter.query.builtin;

import dev.seawall.walwriter.query.Catalog;
import java.util.List;

/// Everything that can be called and selected from.
public final class Builtins {

    private Builtins() {}

    /// For one server: it remembers what its sessions hold.
    public static Catalog catalog() {
        return new Catalog(List.of(), List.of(), List.of());
    }
}
