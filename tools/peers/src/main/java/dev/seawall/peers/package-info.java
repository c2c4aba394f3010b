/// Other logs, to be measured beside ours by `walbench peers`; nothing else needs this module, which is why it is one.
///
/// Reading order: [dev.seawall.peers.PeerLineup], all of them, each a `Peer`; `RocksLog`, `BookKeeperLog`,
/// `ArtemisLog`, `ChronicleLog`, `RatisLog`, each of which says how it is durable; `Acknowledgement`, a record on its
/// way to one that calls back; `Payload`, what each record holds.
///
/// Invariant: each has the fastest settings that keep each commit through a power cut.
@NullMarked
package dev.seawall.peers;

import org.jspecify.annotations.NullMarked;
