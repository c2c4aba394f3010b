/// The daemons' mains: what a process is besides the role that runs in it.
///
/// Reading order: [dev.seawall.tools.daemon.Supervisor], who is told how the process fares;
/// [dev.seawall.tools.daemon.StopMode]; `Signals`.
///
/// Invariant: whatever ends a role ends its process, with the exit code that says what to do.
///
/// Must not know: how a role does its work.
@NullMarked
package dev.seawall.tools.daemon;

import org.jspecify.annotations.NullMarked;
