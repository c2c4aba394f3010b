package dev.seawall.walwriter.segments;

import dev.seawall.wal.disk.Disk;
import dev.seawall.wal.disk.Disk.Open;
import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Which files of `pg_wal` are to be archived and which are: empty files in
/// `pg_wal/archive_status`, as PostgreSQL keeps them.
///
/// ```
/// (none) --markReady--> NAME.ready --markDone--> NAME.done --forget--> (none)
///          walwriter                  archiver               walwriter
/// ```
/// Each move is durable when it returns, and after a crash at any point in it the file has the
/// state before or the state after. No state is kept in memory, so any number of instances, in any
/// number of processes, see the same.
public final class ArchiveStatus {

    public static final String READY = ".ready";
    public static final String DONE = ".done";

    private static final Logger LOG = LoggerFactory.getLogger(ArchiveStatus.class);

    /// PostgreSQL's alphabet and lengths: segments, their `.partial`, `.history`, `.backup`.
    private static final Pattern NAME = Pattern.compile("[0-9A-F.historybackuppartial]{16,40}");

    private final Disk disk;
    private final Path pgWal;
    private final Path directory;

    public ArchiveStatus(Disk disk, Path pgWal) {
        this.disk = disk;
        this.pgWal = pgWal;
        this.directory = pgWal.resolve("archive_status");
    }

    /// Whether a file of `pg_wal` with this name takes part in archiving at all.
    public static boolean isArchivable(String name) {
        return NAME.matcher(name).matches();
    }

    /// Makes sure that the directory is there, durably.
    public void create() throws IOException {
        disk.createDirectory(directory);
        disk.syncDirectory(pgWal);
    }

    /// Says that a file is complete and durable, and to be archived. No error if it says so already.
    ///
    /// @throws IllegalArgumentException if files of this name are never archived
    public void markReady(String name) throws IOException {
        disk.open(status(name, READY), Set.of(Open.CREATE)).close();
        disk.syncDirectory(directory);
    }

    /// Names to be archived, in PostgreSQL's order: history files first, then by their bytes. So a
    /// history file is archived before any segment of its timeline, and older timelines go first.
    public List<String> ready() throws IOException {
        return disk.list(directory).stream()
                .filter(file -> file.endsWith(READY))
                .map(file -> file.substring(0, file.length() - READY.length()))
                .filter(ArchiveStatus::isArchivable)
                .sorted(Comparator.comparing((String name) -> !name.endsWith(".history"))
                        .thenComparing(Comparator.naturalOrder()))
                .toList();
    }

    /// Names of all that is archived.
    public List<String> done() throws IOException {
        return disk.list(directory).stream()
                .filter(file -> file.endsWith(DONE))
                .map(file -> file.substring(0, file.length() - DONE.length()))
                .filter(ArchiveStatus::isArchivable)
                .toList();
    }

    public boolean isReady(String name) throws IOException {
        return disk.exists(status(name, READY));
    }

    public boolean isDone(String name) throws IOException {
        return disk.exists(status(name, DONE));
    }

    /// Whether anything that is still here was archived: there is an archive, then, reachable or not.
    public boolean hasDone() throws IOException {
        return disk.list(directory).stream().anyMatch(file -> file.endsWith(DONE));
    }

    /// Says that a file is archived, durably: it may be recycled or removed from now on.
    ///
    /// @throws NoSuchFileException if it was not marked ready
    public void markDone(String name) throws IOException {
        disk.rename(status(name, READY), status(name, DONE));
        disk.syncDirectory(directory);
    }

    /// Marks a file done that must never be archived by this cluster: it came out of the archive,
    /// or archiving is off. A waiting `.ready` is dropped.
    public void forceDone(String name) throws IOException {
        if (isReady(name)) {
            markDone(name);
        } else {
            disk.open(status(name, DONE), Set.of(Open.CREATE)).close();
            disk.syncDirectory(directory);
        }
    }

    /// Drops whatever is known about a file, before its name is used for other content. Call after
    /// the file itself is durably gone: a file with neither status is given a new `.ready`.
    public void forget(String name) throws IOException {
        if (deleteIfThere(status(name, READY)) | deleteIfThere(status(name, DONE))) {
            disk.syncDirectory(directory);
        }
    }

    /// Removes a `.ready` whose file is not in `pg_wal`, with a warning: there is nothing to archive,
    /// and the files after it would wait forever.
    ///
    /// @return whether it was such an orphan
    public boolean removeIfOrphan(String name) throws IOException {
        if (disk.exists(pgWal.resolve(name))) {
            return false;
        }
        if (deleteIfThere(status(name, READY))) {
            disk.syncDirectory(directory);
            LOG.warn("removed orphan archive status file file=archive_status/{}{}", name, READY);
        }
        return true;
    }

    private boolean deleteIfThere(Path path) throws IOException {
        try {
            disk.delete(path);
            return true;
        } catch (NoSuchFileException e) {
            return false;
        }
    }

    private Path status(String name, String suffix) {
        if (!isArchivable(name)) {
            throw new IllegalArgumentException("files named \"" + name + "\" are not archived");
        }
        return directory.resolve(name + suffix);
    }
}
