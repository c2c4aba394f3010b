package dev.seawall.tools.daemon;

import java.util.List;
import java.util.Locale;

/// The three processes of a cluster, in the order in which they are started.
public enum DaemonRole {
    /// Redo, and the data files.
    CHECKPOINTER("a checkpointer", "checkpointer"),
    /// The repository.
    ARCHIVER("an archiver", "archiver", "run"),
    /// The log, and the one who listens.
    WALWRITER("a walwriter", "walwriter");

    private final String article;
    private final List<String> command;

    DaemonRole(String article, String... command) {
        this.article = article;
        this.command = List.of(command);
    }

    /// As files and settings have it: `walwriter`.
    public String lowerCase() {
        return name().toLowerCase(Locale.ROOT);
    }

    /// `an archiver`.
    public String article() {
        return article;
    }

    /// What runs it, with the subcommand; the launcher's name comes first.
    public List<String> command() {
        return command;
    }
}
