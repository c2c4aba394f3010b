/// A session: the protocol's states from login to the end, transactions, and the statements in them.
///
/// Reading order: [dev.seawall.walwriter.session.SessionLogin], who it is;
/// [dev.seawall.walwriter.session.Session], what it has; [dev.seawall.walwriter.session.Conversation],
/// what it and its client say to each other, with `ExtendedQuery`, the part with prepared statements;
/// `StatementExecution`, what each statement does; `TransactionBlock`; `StandbyWait`, a commit's wait for standbys,
/// with [dev.seawall.walwriter.session.SyncLevels]; `SessionSettings` and
/// `RuntimeParameter`, what SET can set; [dev.seawall.walwriter.session.Plans], texts understood
/// before; [dev.seawall.walwriter.session.Interrupts], how others stop it; `SessionActivity`, what
/// they see; [dev.seawall.walwriter.session.ReplicationCommands], what else a connection may ask for,
/// by way of a [dev.seawall.walwriter.session.ReplicationConnection].
///
/// Invariant: every message is answered, or the connection ends with the reason said; nothing is
/// answered as committed before it is as durable as was asked for.
///
/// Must not know: sockets, logins, how log is streamed.
@NullMarked
package dev.seawall.walwriter.session;

import org.jspecify.annotations.NullMarked;
