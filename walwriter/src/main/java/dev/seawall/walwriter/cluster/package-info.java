/// A cluster as its server sees it: the log, and the seams to what other roles do.
///
/// Reading order: [dev.seawall.walwriter.cluster.Cluster], all of it;
/// [dev.seawall.walwriter.cluster.ClusterLog], its log, before and after a promotion,
/// with [dev.seawall.walwriter.cluster.Following], who brings a standby's;
/// [dev.seawall.walwriter.cluster.Checkpointing], what the owner of the data files is asked, with
/// [dev.seawall.walwriter.cluster.NotConnectedException], and
/// [dev.seawall.walwriter.cluster.OnlineBackup], what a backup asks of both, with
/// [dev.seawall.walwriter.cluster.Backups], those under way; what the others tell of themselves in
/// [dev.seawall.walwriter.cluster.CheckpointerActivity] and
/// [dev.seawall.walwriter.cluster.ArchiverActivity]; the log's readers in
/// [dev.seawall.walwriter.cluster.Slots], [dev.seawall.walwriter.cluster.LogicalSlots] and
/// [dev.seawall.walwriter.cluster.Senders], with [dev.seawall.walwriter.cluster.SyncCommits], what commits
/// wait for; all who are
/// connected in [dev.seawall.walwriter.cluster.Sessions].
///
/// Invariant: whether a role runs in this JVM or in a process of its own is not seen here.
///
/// Must not know: the protocol, statements, where connections come from.
@NullMarked
package dev.seawall.walwriter.cluster;

import org.jspecify.annotations.NullMarked;
