package dev.seawall.walwriter.query;

/// A setting that sessions have and the cluster's configuration has not, as pg_settings and SHOW ALL list it.
///
/// @param value   as the session sees it
/// @param initial what RESET makes it
/// @param type    `string`, `bool`, `integer` or `enum`
/// @param isFixed whether it can only be read, as `server_version`
public record SessionSetting(String name, String value, String initial, String type, boolean isFixed,
        String summary) {}
