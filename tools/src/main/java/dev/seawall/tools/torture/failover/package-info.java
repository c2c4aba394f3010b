/// `walctl torture --failover` and `--partition`: a primary and two standbys, of which one takes over.
///
/// Reading order: [dev.seawall.tools.torture.failover.FailoverTorture], one run in which the primary is
/// killed for good each time; [dev.seawall.tools.torture.failover.PartitionTorture], one in which the network
/// is cut; `Replicas`, the three; `Node`, one of them; `Network`, what joins them, in namespaces of its own;
/// `Agreement`, what must hold when nobody commits; `Believer`, a client of a primary that was given up;
/// `ShellCommand`.
/// [dev.seawall.tools.torture.failover.LagRun] measures how far the standbys are behind under load, also with
/// `DeafReceivers` beside them, in a `LagSeries`, and `ResidentMemory`.
///
/// Invariant: a commit counts as acknowledged when its client has read the answer, and the three are
/// steered as an administrator would.
///
/// Must not know: how a standby follows, what a promotion or a rewind does.
@NullMarked
package dev.seawall.tools.torture.failover;

import org.jspecify.annotations.NullMarked;
