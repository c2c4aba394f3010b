package dev.seawall.walwriter.auth;

/// Who logged in, and what they may.
///
/// @param mayReplicate may stream, and make slots; a superuser always may
public record Identity(String user, boolean isSuperuser, boolean mayReplicate) {}
