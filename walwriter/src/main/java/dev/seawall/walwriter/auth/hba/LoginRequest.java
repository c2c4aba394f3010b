package dev.seawall.walwriter.auth.hba;

/// What a client's startup packet asks for.
public record LoginRequest(String user, String database, Replication replication) {

    /// The packet's parameter `replication`.
    public enum Replication {
        /// Queries.
        NONE,
        /// `true`: physical replication; only rules for `replication` match.
        PHYSICAL,
        /// `database`: replication in a database, matched by rules for that.
        DATABASE
    }

    boolean isPhysical() {
        return replication == Replication.PHYSICAL;
    }
}
