package dev.seawall.settings;

/// When a commit is acknowledged.
public enum SynchronousCommit {
    /// At once: a crash may lose it, whole, with what was committed after it.
    OFF,
    /// When it is durable here.
    LOCAL,
    /// When it is durable here, and on the synchronous standbys if there are any.
    ON
}
