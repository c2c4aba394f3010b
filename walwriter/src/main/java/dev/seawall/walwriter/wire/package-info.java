/// PostgreSQL's frontend/backend protocol 3.0 as bytes: messages, errors, types.
///
/// Reading order: [dev.seawall.walwriter.wire.MessageInput], messages read, bounded, with
/// [dev.seawall.walwriter.wire.MessageMemory], by what all may take together;
/// [dev.seawall.walwriter.wire.MessageOutput], messages written;
/// [dev.seawall.walwriter.wire.Startup], a connection's first packet;
/// [dev.seawall.walwriter.wire.Replies], what a server says again and again;
/// [dev.seawall.walwriter.wire.SqlException] with [dev.seawall.walwriter.wire.SqlState], what a client
/// is told instead of a result; [dev.seawall.walwriter.wire.PgType] and
/// [dev.seawall.walwriter.wire.Column], what a result is made of.
///
/// Invariant: nothing a peer sends makes us read beyond its message or store more than was allowed.
///
/// Must not know: the log, sessions, statements. Servers and clients both use it.
@NullMarked
package dev.seawall.walwriter.wire;

import org.jspecify.annotations.NullMarked;
