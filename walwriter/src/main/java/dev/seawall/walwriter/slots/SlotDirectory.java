package dev.seawall.walwriter.slots;

import dev.seawall.wal.WalCorruptException;
import dev.seawall.wal.disk.Disk;
import dev.seawall.wal.disk.DiskFile;
import dev.seawall.wal.disk.NoSpaceException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/// `pg_replslot/`: a file a slot, which is there whole or not at all.
///
/// Every change is durable when its call returns. One thread at a time.
final class SlotDirectory {

    private static final String NAME = "pg_replslot";
    /// No slot's name has a dot in it.
    private static final String TEMPORARY_SUFFIX = ".tmp";

    private final Disk disk;
    private final Path path;
    private final long systemId;

    private SlotDirectory(Disk disk, Path path, long systemId) {
        this.disk = disk;
        this.path = path;
        this.systemId = systemId;
    }

    /// Makes the directory if there is none.
    static SlotDirectory open(Disk disk, Path cluster, long systemId) throws IOException {
        Path path = cluster.resolve(NAME);
        disk.createDirectory(path);
        // Also if it was there: whoever made it may have died before this.
        disk.syncDirectory(cluster);
        return new SlotDirectory(disk, path, systemId);
    }

    /// All slots, as the device has them: a cache may show what a failed sync never wrote.
    ///
    /// @throws WalCorruptException if a file is damaged: the log that it kept must not go silently
    List<SlotFile> readAll() throws IOException {
        List<SlotFile> slots = new ArrayList<>();
        for (String name : disk.list(path)) {
            if (name.endsWith(TEMPORARY_SUFFIX)) {
                disk.delete(path.resolve(name));
            } else if (SlotName.isValid(name)) {
                slots.add(read(name));
            } else {
                throw WalCorruptException.inFile("no replication slot has such a name", path.resolve(name).toString(),
                        "Remove the file if it is not a slot's.");
            }
        }
        // What was renamed or removed by one that died before it came to this.
        disk.syncDirectory(path);
        return slots;
    }

    private SlotFile read(String name) throws IOException {
        Path file = path.resolve(name);
        // One byte more: what is too long is damaged too.
        ByteBuffer content = ByteBuffer.allocate(SlotFile.BYTES + 1).order(ByteOrder.LITTLE_ENDIAN);
        try (DiskFile open = disk.open(file, Set.of())) {
            open.sync();
            open.dropCache();
            open.read(content, 0);
        }
        return SlotFile.decode(content.flip(), name, systemId, file.toString());
    }

    /// Creates or replaces a slot's file. Order: whole and synced under another name, renamed, the
    /// directory synced; so a crash leaves the old one or the new one.
    void write(SlotFile slot) throws IOException {
        Path temporary = path.resolve(slot.name() + TEMPORARY_SUFFIX);
        try {
            try (DiskFile file = disk.open(temporary, Set.of(Disk.Open.CREATE))) {
                file.truncate(0);
                file.write(slot.encode(systemId), 0);
                file.sync();
            }
            disk.rename(temporary, path.resolve(slot.name()));
            disk.syncDirectory(path);
        } catch (NoSpaceException e) {
            discard(temporary);
            throw e;
        }
    }

    private void discard(Path temporary) throws IOException {
        try {
            disk.delete(temporary);
        } catch (NoSuchFileException e) {
            // There was not even room for its name, or it has its own already.
        }
    }

    void delete(String name) throws IOException {
        disk.delete(path.resolve(name));
        disk.syncDirectory(path);
    }
}
