package dev.seawall.checkpointer.files;

import dev.seawall.wal.WalCorruptException;
import dev.seawall.wal.disk.Disk;
import dev.seawall.wal.disk.DiskFile;
import dev.seawall.wal.record.RelationId;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/// The open files of `base/<database>/`, and which of them wait for a sync.
///
/// A descriptor that wrote stays open until [#syncWritten]: an error of write-back is told to it
/// alone, once. Any thread may read; writing and syncing are one thread's at a time.
public final class RelationFiles implements AutoCloseable {

    private static final int OPEN_MAX = 500;

    private final Disk disk;
    private final Path base;
    private final int writebackBytes;

    /// Guarded by the monitor, as are all fields below. In the order of their last use.
    private final Map<RelationFile, Opened> open = new LinkedHashMap<>(16, 0.75f, true);
    private final Set<RelationFile> written = new TreeSet<>();
    private final Set<Path> changedDirectories = new TreeSet<>();

    /// @param writebackBytes written to a file before the kernel is told to begin; 0: never
    public RelationFiles(Disk disk, Path base, int writebackBytes) {
        this.disk = disk;
        this.base = base;
        this.writebackBytes = writebackBytes;
    }

    /// An open file and its users.
    private static final class Opened {
        final DiskFile file;
        int users;
        /// What was written and not yet handed to write-back. The writer's own.
        long from;
        long to;

        Opened(DiskFile file) {
            this.file = file;
        }
    }

    /// Reads a page.
    ///
    /// @return whether the file has it whole
    public boolean read(PageId id, ByteBuffer into) throws IOException {
        RelationFile name = RelationFile.of(id);
        Opened opened = use(name, false);
        if (opened == null) {
            return false;
        }
        try {
            return opened.file.read(into, RelationFile.offset(id)) == DataPage.BYTES;
        } finally {
            release(opened);
        }
    }

    /// Writes a page in place, creating its file if it is not there. Durable after [#syncWritten].
    public void write(PageId id, ByteBuffer page) throws IOException {
        RelationFile name = RelationFile.of(id);
        Opened opened = use(name, true);
        if (opened == null) {
            throw new AssertionError("a file to be written was not created");
        }
        try {
            long offset = RelationFile.offset(id);
            opened.file.write(page, offset);
            startWriteback(opened, offset);
        } finally {
            release(opened);
        }
    }

    private void startWriteback(Opened opened, long offset) throws IOException {
        if (writebackBytes == 0) {
            return;
        }
        if (offset != opened.to && opened.to > opened.from) {
            opened.file.startWriteback(opened.from, opened.to - opened.from);
            opened.from = offset;
        } else if (opened.to == opened.from) {
            opened.from = offset;
        }
        opened.to = offset + DataPage.BYTES;
        if (opened.to - opened.from >= writebackBytes) {
            opened.file.startWriteback(opened.from, opened.to - opened.from);
            opened.from = opened.to;
        }
    }

    /// Makes everything written so far durable: every file, then every directory in which one was
    /// created. A failure is final: the file's pages may be gone and count as clean.
    ///
    /// @return files synced
    public int syncWritten() throws IOException {
        List<RelationFile> files;
        List<Path> directories;
        synchronized (this) {
            files = new ArrayList<>(written);
            directories = new ArrayList<>(changedDirectories);
        }
        for (RelationFile name : files) {
            Opened opened = use(name, true);
            if (opened == null) {
                throw new AssertionError("a written file was closed before its sync");
            }
            try {
                opened.file.sync();
                opened.from = opened.to;
            } finally {
                release(opened);
            }
        }
        for (Path directory : directories) {
            disk.syncDirectory(directory);
        }
        synchronized (this) {
            written.removeAll(files);
            changedDirectories.removeAll(directories);
        }
        return files.size();
    }

    private synchronized @org.jspecify.annotations.Nullable Opened use(RelationFile name, boolean isToWrite)
            throws IOException {
        Opened opened = open.get(name);
        if (opened == null) {
            Path path = base.resolve(name.path());
            boolean exists = disk.exists(path);
            if (!exists && !isToWrite) {
                return null;
            }
            if (!exists) {
                disk.createDirectory(parent(path));
                changedDirectories.add(base);
                changedDirectories.add(parent(path));
            }
            closeUnused();
            opened = new Opened(disk.open(path, EnumSet.of(Disk.Open.CREATE)));
            open.put(name, opened);
        }
        if (isToWrite) {
            written.add(name);
        }
        opened.users++;
        return opened;
    }

    private static Path parent(Path path) {
        Path parent = path.getParent();
        if (parent == null) {
            throw new AssertionError("a relation's file without a directory");
        }
        return parent;
    }

    private synchronized void release(Opened opened) {
        opened.users--;
    }

    private void closeUnused() throws IOException {
        if (open.size() < OPEN_MAX) {
            return;
        }
        var entries = open.entrySet().iterator();
        while (entries.hasNext() && open.size() >= OPEN_MAX) {
            var entry = entries.next();
            if (entry.getValue().users == 0 && !written.contains(entry.getKey())) {
                entry.getValue().file.close();
                entries.remove();
            }
        }
    }

    /// What a start must do before it believes any file here: sync it, for what an earlier process
    /// wrote may be in the cache only, and drop its cache, for after a failed write the cache shows
    /// what the disk never got. Then the directories.
    public void distrust() throws IOException {
        for (String database : databases()) {
            Path directory = base.resolve(database);
            for (RelationFile name : relationFiles(database)) {
                try (DiskFile file = disk.open(base.resolve(name.path()), EnumSet.of(Disk.Open.READ_ONLY))) {
                    file.sync();
                    file.dropCache();
                }
            }
            disk.syncDirectory(directory);
        }
        disk.syncDirectory(base);
    }

    /// Every fork, by its block 0, with its blocks by the files' sizes.
    public Map<PageId, Integer> blocks() throws IOException {
        Map<PageId, Integer> blocks = new LinkedHashMap<>();
        for (String database : databases()) {
            for (RelationFile name : relationFiles(database)) {
                try (DiskFile file = disk.open(base.resolve(name.path()), EnumSet.of(Disk.Open.READ_ONLY))) {
                    // Rounded up, so that a page cut off is damage when it is read, not unknown.
                    long before = (long) name.segment() * RelationFile.SEGMENT_BLOCKS;
                    long count = before + (file.size() + DataPage.BYTES - 1) / DataPage.BYTES;
                    blocks.merge(name.fork(), Math.toIntExact(count), Math::max);
                }
            }
        }
        return blocks;
    }

    private List<String> databases() throws IOException {
        return disk.list(base).stream().filter(RelationFile::isDatabase).toList();
    }

    private List<RelationFile> relationFiles(String database) throws IOException {
        List<RelationFile> files = new ArrayList<>();
        for (String name : disk.list(base.resolve(database))) {
            RelationFile file = RelationFile.parse(database, name);
            if (file != null) {
                files.add(file);
            }
        }
        return files;
    }

    /// Damage at a page's place.
    public WalCorruptException damaged(PageId id, String problem) {
        return WalCorruptException.inFile(problem + " at " + id + ", offset " + RelationFile.offset(id),
                base.resolve(RelationFile.of(id).path()).toString(),
                "Restore the cluster from a base backup and the archive.");
    }

    @Override
    public synchronized void close() throws IOException {
        IOException first = null;
        for (Opened opened : open.values()) {
            try {
                opened.file.close();
            } catch (IOException e) {
                first = first == null ? e : first;
            }
        }
        open.clear();
        if (first != null) {
            throw first;
        }
    }
}
