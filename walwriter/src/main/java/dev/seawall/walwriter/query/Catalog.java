package dev.seawall.walwriter.query;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.stream.Collectors;

/// The functions and views that a served cluster has. One a server; thread-safe.
public final class Catalog {

    private final Map<String, List<SqlFunction>> functions;
    private final Map<String, View> views;
    private final List<Consumer<Caller>> sessionEnds;

    /// @param sessionEnds what is done at every session's end
    public Catalog(List<SqlFunction> functions, List<View> views, List<Consumer<Caller>> sessionEnds) {
        this.functions = functions.stream().collect(Collectors.groupingBy(SqlFunction::name));
        this.views = views.stream().collect(Collectors.toMap(View::name, Function.identity()));
        this.sessionEnds = List.copyOf(sessionEnds);
    }

    /// All functions of a name; they differ in their arguments.
    public List<SqlFunction> functions(String name) {
        return functions.getOrDefault(name, List.of());
    }

    /// A view by its name.
    public Optional<View> view(String name) {
        return Optional.ofNullable(views.get(name));
    }

    /// Gives back what functions hold for a session. Called once at its end, however it ended; when it
    /// called no such function this costs nothing.
    public void sessionEnded(Caller caller) {
        RuntimeException failure = null;
        for (Consumer<Caller> end : sessionEnds) {
            try {
                end.accept(caller);
            } catch (RuntimeException e) {
                // The others must still be done.
                failure = e;
            }
        }
        if (failure != null) {
            throw failure;
        }
    }
}
