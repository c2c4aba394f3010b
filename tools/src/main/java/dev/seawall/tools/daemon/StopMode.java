package dev.seawall.tools.daemon;

/// How a daemon is asked to stop; PostgreSQL's modes but for immediate, which is SIGKILL and asks nobody.
public enum StopMode {
    /// SIGTERM: clients come to their end by themselves, no new ones are taken.
    SMART,
    /// SIGINT: clients are cut off, their open transactions aborted.
    FAST
}
