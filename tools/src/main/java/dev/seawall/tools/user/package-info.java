/// `walctl user`: who may log in besides the cluster's owner.
///
/// Reading order: [dev.seawall.tools.user.UserCommand], the command; `AddCommand`, `PasswdCommand`,
/// `RemoveCommand`, `ListCommand`, what it can do; `UserFile`, the file of users of a cluster;
/// `PasswordOptions`, where a password comes from.
///
/// Invariant: a password is never an argument, never printed, never kept.
///
/// Must not know: how a password is proven, connections.
@NullMarked
package dev.seawall.tools.user;

import org.jspecify.annotations.NullMarked;
