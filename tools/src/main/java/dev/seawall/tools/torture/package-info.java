/// `walctl torture`: a committing process is killed again and again, and what it acknowledged must
/// be there each time.
///
/// Reading order: [dev.seawall.tools.torture.Torture], the command; `KillRun`, one run of so many kills;
/// `TortureCommitter`, the process that is killed; `Slots`, what it writes; `Tally`, what it was
/// told and what was found. The three processes of a cluster are tortured by
/// [dev.seawall.tools.torture.daemons], a primary with two standbys by [dev.seawall.tools.torture.failover].
///
/// Invariant: what the tally knows comes from the child's standard output alone, as a client would
/// know it.
@NullMarked
package dev.seawall.tools.torture;

import org.jspecify.annotations.NullMarked;
