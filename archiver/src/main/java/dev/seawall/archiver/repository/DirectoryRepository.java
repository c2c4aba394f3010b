package dev.seawall.archiver.repository;

import dev.seawall.archiver.repository.RepositoryFiles.Visit;
import dev.seawall.wal.disk.Disk;
import dev.seawall.wal.role.World;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.regex.Pattern;

/// A repository in a directory, which may be shared by several machines.
///
/// A put writes under a temporary name and syncs it, claims the key by `link`, which fails if the
/// name is taken, and syncs the directory; then the temporary name goes. So an object is either
/// there whole and durable or not there at all, and of many who put at once exactly one creates.
///
/// Thread-safe.
public final class DirectoryRepository implements Repository {

    /* Temporary files stand in `tmp`, on the same file system, each locked by its writer for as long
     * as it writes. With the first put those that nobody holds are removed: their writer died. Who
     * only reads writes nothing: a repository may be mounted read-only.
     *
     * Not believing an empty directory: a mount point without its file system looks like a
     * repository without anything in it. So every answer "there is none" is given only if the
     * identity file is there to be seen, too. */

    /// Printable ASCII but quote and backslash; no component is `.` or `..`.
    private static final Pattern KEY = Pattern.compile(
            "(?!\\.{1,2}(?:/|$))[!#-.0-\\[\\]-~]+(?:/(?!\\.{1,2}(?:/|$))[!#-.0-\\[\\]-~]+)*");
    private static final int IDENTITY_BYTES_MAX = 1024;

    private final Disk disk;
    private final Path root;
    private final RepositoryFiles files;

    private DirectoryRepository(Disk disk, World world, Path root) {
        this.disk = disk;
        this.root = root;
        this.files = new RepositoryFiles(disk, world, root);
    }

    /// Makes a repository for one cluster in a directory that exists or whose parent does. No error if
    /// it is that cluster's already.
    ///
    /// @throws WrongSystemException if it is another cluster's
    public static DirectoryRepository create(Disk disk, World world, Path root, RepositoryIdentity identity)
            throws IOException {
        disk.createDirectory(root);
        if (root.getParent() != null) {
            disk.syncDirectory(root.getParent());
        }
        DirectoryRepository created = new DirectoryRepository(disk, world, root);
        try (Upload upload = created.upload(RepositoryIdentity.KEY)) {
            upload.content().write(identity.toBytes());
            if (upload.commit() == Put.CONFLICT) {
                created.identity().require(identity, root.toString());
            }
        }
        DirectoryRepository opened = open(disk, world, root);
        if (!opened.holds(RepositoryReadme.KEY)) {
            opened.putIfAbsent(RepositoryReadme.KEY, RepositoryReadme.toBytes());
        }
        return opened;
    }

    /// Opens a repository.
    ///
    /// @throws IOException if there is none, or it cannot be reached
    public static DirectoryRepository open(Disk disk, World world, Path root) throws IOException {
        DirectoryRepository opened = at(disk, world, root);
        opened.identity();
        return opened;
    }

    /// A repository that may be out of reach for now: each use finds out. For a cluster that must
    /// start although its archive is away.
    public static DirectoryRepository at(Disk disk, World world, Path root) {
        return new DirectoryRepository(disk, world, root);
    }

    public Path root() {
        return root;
    }

    @Override
    public RepositoryIdentity identity() throws IOException {
        Path path = root.resolve(RepositoryIdentity.KEY);
        try (InputStream in = DiskInput.open(disk, path)) {
            return RepositoryIdentity.parse(in.readNBytes(IDENTITY_BYTES_MAX), path.toString());
        } catch (NoSuchFileException e) {
            throw unreachable(e);
        }
    }

    @Override
    public Upload put(String key) throws IOException {
        if (key.equals(RepositoryIdentity.KEY)) {
            throw new IllegalArgumentException("key \"" + key + "\" is the repository's own");
        }
        requireReachable();
        return upload(key);
    }

    private Upload upload(String key) throws IOException {
        return new DirectoryUpload(files, path(key));
    }

    @Override
    public boolean holds(String key) throws IOException {
        Path path = path(key);
        requireReachable();
        if (!disk.exists(path)) {
            requireReachable();
            return false;
        }
        files.makeDurable(path);
        return true;
    }

    @Override
    public InputStream get(String key) throws IOException {
        Path path = path(key);
        requireReachable();
        try {
            return DiskInput.open(disk, path);
        } catch (NoSuchFileException e) {
            requireReachable();
            throw e;
        }
    }

    @Override
    public List<String> list(String prefix) throws IOException {
        requireReachable();
        List<String> keys = new ArrayList<>();
        Visit collect = (key, _) -> {
            if (key.startsWith(prefix) && KEY.matcher(key).matches()) {
                keys.add(key);
            }
        };
        int slash = prefix.lastIndexOf('/');
        files.walk(slash < 0 ? "" : prefix.substring(0, slash), prefix, collect);
        requireReachable();
        Collections.sort(keys);
        return keys;
    }

    @Override
    public void delete(String key) throws IOException {
        Path path = path(key);
        requireReachable();
        try {
            disk.delete(path);
        } catch (NoSuchFileException e) {
            return;
        }
        disk.syncDirectory(path.getParent());
    }

    private void requireReachable() throws IOException {
        if (!disk.exists(root.resolve(RepositoryIdentity.KEY))) {
            throw unreachable(null);
        }
    }

    private IOException unreachable(NoSuchFileException cause) {
        return new IOException("no repository in " + root + ": file " + RepositoryIdentity.KEY
                + " is not there\nHINT: Mount its file system; a new repository is made by \"archiver init\".", cause);
    }

    private Path path(String key) {
        if (!KEY.matcher(key).matches() || key.startsWith(RepositoryFiles.TEMPORARIES + "/")) {
            throw new IllegalArgumentException("not a key: \"" + key + "\"");
        }
        return root.resolve(key);
    }

    @Override
    public String toString() {
        return root.toString();
    }

    /// Gives back nothing: every call opens and closes what it needs.
    @Override
    public void close() {}
}
