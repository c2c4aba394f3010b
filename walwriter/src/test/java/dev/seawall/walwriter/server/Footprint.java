package dev.seawall.walwriter.server;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;

/// What this process holds: platform threads, live heap, descriptors.
///
/// @param heapBytes after a collection
record Footprint(int threads, long heapBytes, long descriptors) {

    static Footprint now() throws IOException {
        // Cleaners run after a collection, and what they free is seen by the next.
        for (int i = 0; i < 3; i++) {
            System.gc();
        }
        long used = ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed();
        int threads = ManagementFactory.getThreadMXBean().getThreadCount();
        try (Stream<Path> open = Files.list(Path.of("/proc/self/fd"))) {
            return new Footprint(threads, used, open.count());
        }
    }

    @Override
    public String toString() {
        return "%d threads, %.1f MB of heap, %d descriptors".formatted(threads, heapBytes / 1e6, descriptors);
    }
}
