package dev.seawall.walwriter.start;

/// A log that will go on with another's, and what its records said so far.
///
/// @param log  where it ends
/// @param scan has seen every record from the checkpoint's redo point up to there; sees those that come
public record FoundLog(StartedLog log, LogScan scan) {}
