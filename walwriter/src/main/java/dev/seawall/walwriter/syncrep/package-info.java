/// Synchronous replication: which standbys commits wait for, and who waits.
///
/// Reading order: [dev.seawall.walwriter.syncrep.StandbyNames], what `synchronous_standby_names` says, and
/// `StandbyNamesParser`, how; [dev.seawall.walwriter.syncrep.Standby], one that streams; `Standings`, which of
/// them count and how far enough of them are; [dev.seawall.walwriter.syncrep.SyncRep], the waiting, with
/// `SyncWaiters`, who waits.
///
/// Invariant: what was acknowledged is on as many of the named standbys as there had to be then, by their own
/// word; a commit that no longer waits for them stands all the same.
///
/// Must not know: sessions, the protocol, how the log is streamed or made durable here.
@NullMarked
package dev.seawall.walwriter.syncrep;

import org.jspecify.annotations.NullMarked;
