/// The walwriter as a process: its parts put together, and its end.
///
/// Reading order: [dev.seawall.walwriter.process.WalServer], the server in front of a log;
/// [dev.seawall.walwriter.process.WalwriterProcess], the two together, with `OpenedLog`, a primary's or a
/// standby's, and `StandbySources`, where that comes from; `AccessRules`, the rules of who gets
/// in, and `Certificates`, TLS: read again at reload.
///
/// Invariant: parts are opened in the order that a crash demands and closed in reverse; a shutdown
/// checkpoint is logged only when the checkpointer has confirmed the log's end.
///
/// Must not know: commands, terminals, signals, `System.exit`.
@NullMarked
package dev.seawall.walwriter.process;

import org.jspecify.annotations.NullMarked;
