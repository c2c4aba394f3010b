package dev.seawall.walwriter.query;

import dev.seawall.walwriter.Transaction;
import dev.seawall.walwriter.cluster.Cluster;
import java.util.List;

/// The session that executes a statement, as functions see it.
public interface Caller {

    Cluster cluster();

    /// The session's process id on the wire.
    int pid();

    /// Who logged in.
    String user();

    /// The database that was asked for at login: Seawall has one log, whatever it is called.
    String database();

    boolean isSuperuser();

    /// May stream, and make slots.
    boolean mayReplicate();

    /// The transaction that is open; the first call in a transaction, or in a statement outside one,
    /// begins it, and the session ends it.
    Transaction transaction();

    /// Waits until the log before `end`, which is durable here, is where the session's commits must be.
    void awaitStandbys(dev.seawall.wal.Lsn end);

    /// The value of a setting as this session sees it, in SHOW's words.
    ///
    /// @throws dev.seawall.walwriter.wire.SqlException if there is none of this name (42704)
    String setting(String name);

    /// Those settings that `SettingCatalog` does not have: application_name, client_encoding ...
    default List<SessionSetting> sessionSettings() {
        return List.of();
    }

    /// Sets one for the session, or until the transaction's end.
    void set(String name, String value, boolean isLocal);

    /// Sends a NOTICE or WARNING in front of the result.
    void notice(String severity, dev.seawall.walwriter.wire.SqlState state, String message);

    /// @throws dev.seawall.walwriter.wire.SqlException if the statement was cancelled (57014) or the
    ///         session terminated (57P01): for functions that wait
    void checkInterrupts();
}
