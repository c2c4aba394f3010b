/// A small client of PostgreSQL's protocol: how the other daemons and the commands talk to the walwriter.
///
/// Reading order: [dev.seawall.walwriter.client.WireClient], a connection;
/// [dev.seawall.walwriter.client.Address] and [dev.seawall.walwriter.client.Login], where and as whom;
/// `OpeningChannel`, the socket with its deadline; `Handshake`, the login; `Incoming`, what the server
/// sends; [dev.seawall.walwriter.client.Result] and [dev.seawall.walwriter.client.ServerException], its
/// answers; [dev.seawall.walwriter.client.CopyBoth], both directions at once, and
/// [dev.seawall.walwriter.client.CopyOut], what a server sends in bulk.
///
/// Invariant: a password never leaves this process, and a server that asks for one proves that it knows it.
///
/// Must not know: the log, sessions, what the messages inside CopyData mean. It works with a real PostgreSQL.
@NullMarked
package dev.seawall.walwriter.client;

import org.jspecify.annotations.NullMarked;
