package dev.seawall.settings;

/// When a commit is acknowledged.
public enum SynchronousCommit {
    /// At once: a crash may lose it, whole, with what was committed after it.
    OFF,
    /// When it is durable here.
    LOCAL,
    /// When it is durable here, and the synchronous standbys, if there are any, handed it to their operating systems.
    REMOTE_WRITE,
    /// When it is durable here, and on the synchronous standbys.
    ON,
    /// When it is durable here, and on the synchronous standbys, and seen there.
    REMOTE_APPLY
}
