/// A standby: a log that follows another's, until it is promoted.
///
/// Reading order: [dev.seawall.walwriter.standby.StandbySignal], what makes a cluster one;
/// [dev.seawall.walwriter.standby.Standby], a log (`dev.seawall.walwriter.received`) with what feeds it:
/// `StandbyFeed`, beside which `FeedSync` makes durable what it has taken, and which asks each
/// [dev.seawall.walwriter.standby.FeedSource] in turn for an [dev.seawall.walwriter.standby.Upstream]
/// ([dev.seawall.walwriter.standby.PrimaryUpstream], [dev.seawall.walwriter.standby.ArchiveUpstream]) and keeps
/// histories in a `HistoryStore`, `FeedStatus`, what is told of it; and
/// [dev.seawall.walwriter.standby.Promotion], its end.
///
/// Invariant: nothing is acknowledged that is not durable and whole records; a source is followed only if it has
/// everything that is here.
///
/// Must not know: redo, sessions, settings, how the archive keeps what it has.
@NullMarked
package dev.seawall.walwriter.standby;

import org.jspecify.annotations.NullMarked;
