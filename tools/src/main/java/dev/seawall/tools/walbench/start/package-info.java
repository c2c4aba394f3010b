/// `walbench start`: how long nobody can commit after a crash with much log since the last checkpoint.
///
/// Reading order: [dev.seawall.tools.walbench.start.StartCommand], the options and the rounds; `KilledWalwriter`, the
/// cluster whose daemon is killed and started again; `LogRead`, what reading its log alone takes; `Phases`, where the
/// time of a start went, by the daemon's own log; `Standing`, what came out of all rounds.
///
/// Invariant: the daemon is the real one, started by its launcher, and the clock runs from SIGKILL until a client has
/// read the answer to its commit.
///
/// Must not know: how the end of a log is found.
@NullMarked
package dev.seawall.tools.walbench.start;

import org.jspecify.annotations.NullMarked;
