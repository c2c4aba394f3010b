package dev.seawall.walwriter.standby;

/// One of the places that a standby's log may come from.
///
/// @param name    for people: `the archive`
/// @param isQuiet whether its end is nothing to tell anybody
public record FeedSource(String name, Upstream.Source source, boolean isQuiet) {}
