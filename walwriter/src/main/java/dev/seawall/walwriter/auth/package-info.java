/// Who may log in, and the proof that it is them.
///
/// Reading order: [dev.seawall.walwriter.auth.Authentication], a login from beginning to end, by the
/// rules in `dev.seawall.walwriter.auth.hba` and the exchange in `dev.seawall.walwriter.auth.scram`;
/// [dev.seawall.walwriter.auth.Identity], what it says, or in the log `RefusalLog`;
/// [dev.seawall.walwriter.auth.Users], the file of users, each a [dev.seawall.walwriter.auth.User].
///
/// Invariant: what no rule allows is refused, and a refusal tells a stranger nothing about users.
///
/// Must not know: sockets, sessions, the log.
@NullMarked
package dev.seawall.walwriter.auth;

import org.jspecify.annotations.NullMarked;
