package dev.seawall.walwriter.session;

import dev.seawall.walwriter.query.Caller;
import dev.seawall.walwriter.wire.MessageInput;
import dev.seawall.walwriter.wire.MessageOutput;

/// A connection that asked for replication at its start, as its commands see it.
///
/// While a command is under way the connection is the command's alone: it may read in one thread and
/// write in another.
public interface ReplicationConnection extends Caller {

    MessageInput in();

    MessageOutput out();

    /// Whether it asked for replication in a database: only there is anything decoded.
    boolean isOfDatabase();

    /// As the client calls itself; empty if it doesn't.
    String applicationName();

    /// Whether the session must end: the command sends what belongs to the end and returns.
    boolean isTerminated();

    /// Called, from another thread and briefly, when [#isTerminated] has become true. The command under way
    /// sets it; there is one.
    void onTerminate(Runnable wake);

    /// Ends the connection at once, from any thread, without a word: who reads from it or writes to it
    /// gets an IOException. For a client that does not answer any more.
    void cutOff();
}
