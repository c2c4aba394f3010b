package dev.seawall.walwriter.timeline;

import dev.seawall.wal.TimelineHistory;
import dev.seawall.wal.disk.Disk;
import dev.seawall.wal.disk.DiskFile;
import dev.seawall.walwriter.SegmentSource;
import dev.seawall.walwriter.TimelineClaims;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;

/// An archive that survives everything, and does not know some of its files when asked to.
final class MemoryArchive implements SegmentSource, TimelineClaims {

    final Map<String, byte[]> files = new HashMap<>();
    final Set<String> unknown = new HashSet<>();
    private final Disk disk;

    MemoryArchive(Disk disk) {
        this.disk = disk;
    }

    void put(TimelineHistory history) {
        files.put(TimelineHistory.fileName(history.timeline()), history.toText().getBytes(StandardCharsets.UTF_8));
    }

    @Override
    public Fetched fetch(String fileName, Path destination) {
        if (unknown.contains(fileName)) {
            return new Fetched.Unknown("connection refused");
        }
        byte[] content = files.get(fileName);
        if (content == null) {
            return new Fetched.Absent("not in memory");
        }
        try (DiskFile file = disk.open(destination, Set.of(Disk.Open.CREATE))) {
            file.truncate(0);
            file.write(ByteBuffer.wrap(content), 0);
            return new Fetched.Found();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public boolean claim(TimelineHistory history) {
        String name = TimelineHistory.fileName(history.timeline());
        if (files.containsKey(name)) {
            return false;
        }
        put(history);
        return true;
    }
}
