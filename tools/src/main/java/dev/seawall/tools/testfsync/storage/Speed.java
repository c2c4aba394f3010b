package dev.seawall.tools.testfsync.storage;

/// What was measured and must be possible, nanoseconds.
///
/// @param synced 4 kB, durable, by the fastest method
/// @param flush  how much longer that takes than without making it durable
public record Speed(long synced, long flush) {}
