package dev.seawall.walwriter.segments;

import dev.seawall.wal.disk.Disk;
import dev.seawall.wal.disk.Disk.Open;
import dev.seawall.wal.disk.DiskFile;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/// How the log gets from memory to the disk: whether through the page cache, and what makes it durable.
///
/// @param isDirect past the page cache, by O_DIRECT (`wal_direct_io`); where the file system has none,
///                 through it all the same
public record FlushPath(SyncMethod method, boolean isDirect) {

    /// Past the page cache, each write durable when it returns: one call a flush, nothing copied.
    public static final FlushPath DEFAULT = new FlushPath(SyncMethod.OPEN_DATASYNC, true);

    /// For files that are read at once after they were written.
    public static final FlushPath CACHED = new FlushPath(SyncMethod.FDATASYNC, false);

    /// Every one there is, the default first.
    public static List<FlushPath> all() {
        return Arrays.stream(SyncMethod.values())
                .flatMap(method -> List.of(new FlushPath(method, true), new FlushPath(method, false)).stream())
                .sorted((a, b) -> Boolean.compare(b.equals(DEFAULT), a.equals(DEFAULT)))
                .toList();
    }

    /// Opens a file that is there for writing; [DiskFile#isDirect] says whether it is past the page cache.
    public DiskFile open(Disk disk, Path file) throws IOException {
        Set<Open> how = EnumSet.noneOf(Open.class);
        how.addAll(method.how());
        if (isDirect) {
            how.add(Open.DIRECT);
        }
        return disk.open(file, how);
    }

    /// Whether a write is durable when it returns.
    public boolean isDurableOnWrite() {
        return method.isDurableOnWrite();
    }

    /// Makes durable what was written, if it is not yet.
    public void sync(DiskFile file) throws IOException {
        method.sync(file);
    }

    /// `open_datasync, O_DIRECT`
    @Override
    public String toString() {
        return method.name().toLowerCase(Locale.ROOT) + (isDirect ? ", O_DIRECT" : ", buffered");
    }
}
