/// The client's side of physical streaming: receiving a log from a primary, ours or a real PostgreSQL's, or a
/// copy of all of it.
///
/// Reading order: [dev.seawall.walwriter.walreceiver.ConnectionString], libpq's way to say where and as
/// whom, with `ConnectionText`, its two spellings, `ConnectionOption`, its words, and `PasswordFile`;
/// [dev.seawall.walwriter.walreceiver.Endpoint], what comes of it;
/// [dev.seawall.walwriter.walreceiver.PrimaryConnection], replication commands;
/// [dev.seawall.walwriter.walreceiver.SystemIdentity] and
/// [dev.seawall.walwriter.walreceiver.HistoryFile], two of their answers;
/// [dev.seawall.walwriter.walreceiver.WalStreamClient], a stream of
/// [dev.seawall.walwriter.walreceiver.StreamMessage]s; `StreamWatch`, which ends the wait for a server that is
/// silent; [dev.seawall.walwriter.walreceiver.BackupStream], a base backup.
///
/// Invariant: what a stream yields has no gap: each piece begins where the one before ended.
///
/// Must not know: what is done with the log, where it is kept, what is in a backup's archive, when to try again.
/// Nothing here waits but for the server.
@NullMarked
package dev.seawall.walwriter.walreceiver;

import org.jspecify.annotations.NullMarked;
