package dev.seawall.archiver.repository;

import dev.seawall.archiver.repository.Repository.Put;
import dev.seawall.wal.disk.DiskFile;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Set;

/// One put into a [DirectoryRepository]: temporary file, sync, link, sync of the directory.
final class DirectoryUpload implements Repository.Upload {

    private static final int COMPARE_BYTES = 128 << 10;

    private final RepositoryFiles files;
    private final Path target;
    private final RepositoryFiles.Temporary temporary;
    private final DiskOutput content;

    DirectoryUpload(RepositoryFiles files, Path target) throws IOException {
        this.files = files;
        this.target = target;
        this.temporary = files.createTemporary();
        this.content = new DiskOutput(temporary.file());
    }

    @Override
    public OutputStream content() {
        return content;
    }

    @Override
    public Put commit() throws IOException {
        content.flush();
        // Before the link: a name must never stand for content that a crash can take away.
        temporary.file().sync();
        files.ensureDirectory(target.getParent());
        try {
            files.disk().link(temporary.path(), target);
        } catch (FileAlreadyExistsException e) {
            return compare();
        }
        files.syncDirectory(target.getParent());
        return Put.CREATED;
    }

    private Put compare() throws IOException {
        boolean isSame = isSameContent();
        // Whoever put it may have died before its name was durable.
        files.makeDurable(target);
        return isSame ? Put.IDENTICAL : Put.CONFLICT;
    }

    private boolean isSameContent() throws IOException {
        try (DiskFile stored = files.disk().open(target, Set.of(dev.seawall.wal.disk.Disk.Open.READ_ONLY))) {
            long length = content.length();
            if (stored.size() != length) {
                return false;
            }
            ByteBuffer theirs = ByteBuffer.allocate(COMPARE_BYTES);
            ByteBuffer ours = ByteBuffer.allocate(COMPARE_BYTES);
            for (long at = 0; at < length; at += COMPARE_BYTES) {
                stored.read(theirs.clear(), at);
                temporary.file().read(ours.clear(), at);
                if (!theirs.flip().equals(ours.flip())) {
                    return false;
                }
            }
            return true;
        }
    }

    /// Removes the temporary name while its lock is held, so that nobody else finds it stale.
    @Override
    public void close() throws IOException {
        try (DiskFile _ = temporary.file()) {
            files.disk().delete(temporary.path());
        } catch (NoSuchFileException e) {
            // Closed before.
        }
    }
}
