package dev.seawall.walwriter.wire;

/// A result's column.
public record Column(String name, PgType type) {}
