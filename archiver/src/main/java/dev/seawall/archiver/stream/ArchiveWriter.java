package dev.seawall.archiver.stream;

import dev.seawall.archiver.PageCopy;
import dev.seawall.walwriter.basebackup.BaseBackupOptions;
import dev.seawall.walwriter.basebackup.BaseBackups;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.HashSet;
import java.util.Set;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveOutputStream;
import org.apache.commons.compress.archivers.tar.TarConstants;
import org.jspecify.annotations.Nullable;

/// Files of a backup on their way into its tar archive: each with its directories in front of it, as
/// clients that unpack it need them, and with its line in the manifest.
final class ArchiveWriter implements PageCopy.Receiver, AutoCloseable {

    private static final String NAME = "base.tar";
    private static final int BUFFER_BYTES = 128 << 10;
    private static final int FILE_MODE = 0600;
    private static final int DIRECTORY_MODE = 0700;

    private final BaseBackupOptions options;
    private final BaseBackups.Client client;
    private final TarArchiveOutputStream tar;
    private final StreamedManifest manifest;
    private final Instant modified;
    private final int owner;
    private final Set<String> directories = new HashSet<>();
    private final byte[] buffer = new byte[BUFFER_BYTES];
    private @Nullable OpenFile open;
    private boolean isListing = true;

    /// A file under way.
    private record OpenFile(String path, long size, FileChecksum checksum) {}

    /// @param modified of all files
    /// @param owner    of all files: a user's number
    ArchiveWriter(BaseBackupOptions options, BaseBackups.Client client, StreamedManifest manifest, Instant modified,
            int owner) throws IOException {
        this.options = options;
        this.client = client;
        this.manifest = manifest;
        this.modified = modified;
        this.owner = owner;
        OutputStream archive = client.archive(NAME + options.compression().algorithm().suffix());
        this.tar = new TarArchiveOutputStream(Compressing.into(archive, options.compression()),
                StandardCharsets.UTF_8.name());
    }

    /// From here on files are not in the manifest: the log, which every client gets in its own way.
    void endListing() {
        isListing = false;
    }

    /// An empty directory, or one whose files come later.
    void directory(String path) throws IOException {
        finishFile();
        int slash = path.lastIndexOf('/');
        if (slash > 0) {
            directory(path.substring(0, slash));
        }
        if (directories.add(path)) {
            put(new TarArchiveEntry(path + "/", TarConstants.LF_DIR), DIRECTORY_MODE);
            tar.closeArchiveEntry();
        }
    }

    private void put(TarArchiveEntry entry, int mode) throws IOException {
        entry.setMode(mode);
        entry.setModTime(modified.toEpochMilli());
        entry.setIds(owner, owner);
        entry.setUserName("");
        entry.setGroupName("");
        tar.putArchiveEntry(entry);
    }

    @Override
    public void file(String path, long size) throws IOException {
        finishFile();
        int slash = path.lastIndexOf('/');
        if (slash > 0) {
            directory(path.substring(0, slash));
        }
        TarArchiveEntry entry = new TarArchiveEntry(path);
        entry.setSize(size);
        put(entry, FILE_MODE);
        open = new OpenFile(path, size, new FileChecksum(options.checksum()));
    }

    @Override
    public void bytes(ByteBuffer content) throws IOException {
        OpenFile file = open;
        if (file == null) {
            throw new IllegalStateException("bytes of a backup before its first file");
        }
        while (content.hasRemaining()) {
            int n = Math.min(content.remaining(), buffer.length);
            content.get(buffer, 0, n);
            file.checksum().update(buffer, 0, n);
            tar.write(buffer, 0, n);
            client.archived(tar.getBytesWritten());
        }
    }

    /// A file of which all is there.
    void file(String path, byte[] content) throws IOException {
        file(path, content.length);
        bytes(ByteBuffer.wrap(content));
        finishFile();
    }

    private void finishFile() throws IOException {
        OpenFile file = open;
        if (file != null) {
            open = null;
            tar.closeArchiveEntry();
            if (isListing) {
                manifest.file(file.path(), file.size(), modified, file.checksum().finish());
            }
        }
    }

    /// Ends the archive.
    void finish() throws IOException {
        finishFile();
        tar.finish();
        client.archived(tar.getBytesWritten());
        tar.close();
    }

    /// Gives up what was not finished: nothing more is sent.
    @Override
    public void close() {
        open = null;
    }
}
