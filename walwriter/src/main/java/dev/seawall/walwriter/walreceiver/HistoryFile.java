package dev.seawall.walwriter.walreceiver;

/// What TIMELINE_HISTORY answers.
///
/// @param name    such as `00000002.history`
/// @param content to be kept as it is
public record HistoryFile(String name, String content) {}
