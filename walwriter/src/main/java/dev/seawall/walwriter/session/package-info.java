/// A session: the protocol's states from login to the end, transactions, and the statements in them.
///
/// Reading order: [dev.seawall.walwriter.session.ReplicationCommands], what else a connection may ask
/// for, by way of a [dev.seawall.walwriter.session.ReplicationConnection].
///
/// Invariant: every message is answered, or the connection ends with the reason said.
///
/// Must not know: sockets, logins, how log is streamed.
@NullMarked
package dev.seawall.walwriter.session;

import org.jspecify.annotations.NullMarked;
