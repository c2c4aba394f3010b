package dev.seawall.wal.disk;

/// What a name in a directory of a [SimulatedDisk] leads to.
sealed interface SimulatedNode permits SimulatedContent, SimulatedDirectory {}
