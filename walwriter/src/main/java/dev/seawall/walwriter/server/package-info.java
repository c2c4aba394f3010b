/// The server: sockets, connections from the first byte to the login, limits, the end.
///
/// Reading order: [dev.seawall.walwriter.server.Server], all of it;
/// [dev.seawall.walwriter.server.ServerOptions]; `Listener`, who accepts; `Connection`, one client,
/// with `Greeting`, what comes before its session; [dev.seawall.walwriter.server.Logins] and
/// [dev.seawall.walwriter.server.Encryption], whom it asks;
/// [dev.seawall.walwriter.server.Backends], all who are connected; `Deadlines`, whose time has come.
///
/// Invariant: a client can harm nobody but itself: it waits in its own thread, for its own memory, and
/// not for ever before it has logged in.
///
/// Must not know: statements, the log.
@NullMarked
package dev.seawall.walwriter.server;

import org.jspecify.annotations.NullMarked;
