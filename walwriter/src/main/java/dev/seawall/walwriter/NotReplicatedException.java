package dev.seawall.walwriter;

/// The transaction is committed here, durably; whether the synchronous standbys have it is not known, because
/// the server ended, or the log failed, while it waited for them.
public final class NotReplicatedException extends IllegalStateException {

    private static final long serialVersionUID = 1L;

    public NotReplicatedException() {
        super("the wait for synchronous replication was ended by the server's end: the transaction is committed here,"
                + " but might not have been replicated to the standby");
    }
}
