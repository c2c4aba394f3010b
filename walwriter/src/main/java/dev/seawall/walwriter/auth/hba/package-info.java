/// Who may come from where, and by which proof: rules in pg_hba.conf's syntax.
///
/// Reading order: [dev.seawall.walwriter.auth.hba.HbaRules], all rules, of which the first that matches
/// a [dev.seawall.walwriter.auth.hba.Origin] and a [dev.seawall.walwriter.auth.hba.LoginRequest] decides;
/// [dev.seawall.walwriter.auth.hba.HbaRule] with [dev.seawall.walwriter.auth.hba.AddressRange], one of
/// them; `HbaParser`, how a file becomes rules, by its [dev.seawall.walwriter.auth.hba.HbaToken]s, or a
/// [dev.seawall.walwriter.auth.hba.HbaException].
///
/// Invariant: a rule that we would not keep to as PostgreSQL does is refused, not skipped.
///
/// Must not know: how anything is proven, users, sockets.
@NullMarked
package dev.seawall.walwriter.auth.hba;

import org.jspecify.annotations.NullMarked;
