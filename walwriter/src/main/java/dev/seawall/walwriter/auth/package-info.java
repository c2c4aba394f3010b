/// Who may log in, and the proof that it is them.
///
/// Reading order: [dev.seawall.walwriter.auth.ScramClient], a client's proof of a password, with
/// `SaslPrep`, `ScramHash`, `ScramMessage` and [dev.seawall.walwriter.auth.ScramException].
///
/// Invariant: a password is never stored and never sent.
///
/// Must not know: sockets, sessions, the log.
@NullMarked
package dev.seawall.walwriter.auth;

import org.jspecify.annotations.NullMarked;
