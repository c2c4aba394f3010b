/// What a daemon does differently because systemd runs it.
///
/// Reading order: [dev.seawall.tools.systemd.SystemdSupervisor], which tells systemd how the process
/// fares; [dev.seawall.tools.systemd.WatchedWorld], whose roles feed the watchdog by turning;
/// [dev.seawall.tools.systemd.ListenSockets], what systemd opened beforehand. The units are in
/// `systemd/` at the top.
///
/// Invariant: nothing here decides how a role works; without systemd's variables nothing here happens.
///
/// Must not know: which daemon it is.
@NullMarked
package dev.seawall.tools.systemd;

import org.jspecify.annotations.NullMarked;
