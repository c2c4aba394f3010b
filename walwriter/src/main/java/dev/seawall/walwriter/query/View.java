package dev.seawall.walwriter.query;

import dev.seawall.walwriter.wire.Column;
import java.util.List;

/// What can stand behind FROM: columns, and rows that are made when asked for.
public record View(String name, List<Column> columns, Source source) {

    /// Where its rows come from.
    @FunctionalInterface
    public interface Source {
        void rows(Caller caller, Rows into);
    }

    public View {
        columns = List.copyOf(columns);
    }
}
