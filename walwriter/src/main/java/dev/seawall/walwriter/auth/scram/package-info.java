/// SCRAM-SHA-256, RFC 5802 and 7677: a password proven without being told.
///
/// Reading order: [dev.seawall.walwriter.auth.scram.ScramVerifier], what is kept of a password;
/// [dev.seawall.walwriter.auth.scram.ScramServer] and [dev.seawall.walwriter.auth.scram.ScramClient],
/// the two sides; `ScramMessage`, what they send, with
/// [dev.seawall.walwriter.auth.scram.ScramException]; `ScramHash`, the arithmetic; `SaslPrep`, a
/// password as bytes.
///
/// Invariant: no message and no stored text lets a password be used by who sees it, and a user that
/// does not exist answers like one that does.
///
/// Must not know: connections, files, users.
@NullMarked
package dev.seawall.walwriter.auth.scram;

import org.jspecify.annotations.NullMarked;
