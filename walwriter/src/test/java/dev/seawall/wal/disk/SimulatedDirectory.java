package dev.seawall.wal.disk;

import java.util.Map;
import java.util.TreeMap;

/// A directory of a [SimulatedDisk]: the names that are seen, and those that survive a power cut.
final class SimulatedDirectory implements SimulatedNode {

    final Map<String, SimulatedNode> entries = new TreeMap<>();
    final Map<String, SimulatedNode> durable = new TreeMap<>();
}
