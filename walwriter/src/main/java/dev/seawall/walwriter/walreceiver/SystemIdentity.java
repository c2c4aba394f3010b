package dev.seawall.walwriter.walreceiver;

import dev.seawall.wal.Lsn;
import dev.seawall.wal.TimelineId;

/// What IDENTIFY_SYSTEM answers.
///
/// @param systemId of the cluster
/// @param timeline the server's own; a standby's: the one it replays
/// @param flushed  how far its log is durable; a standby's: replayed or received
public record SystemIdentity(long systemId, TimelineId timeline, Lsn flushed) {}
