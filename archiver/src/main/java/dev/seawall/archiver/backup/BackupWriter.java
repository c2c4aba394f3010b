package dev.seawall.archiver.backup;

import dev.seawall.archiver.PageCopy;
import dev.seawall.archiver.repository.Codec;
import dev.seawall.archiver.repository.Repository;
import dev.seawall.archiver.repository.Repository.Put;
import dev.seawall.archiver.repository.Repository.Upload;
import dev.seawall.archiver.repository.Sha256;
import dev.seawall.wal.role.World;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Stores a backup's files one after another, each compressed, checksummed and durable before the
/// next begins.
final class BackupWriter implements PageCopy.Receiver, AutoCloseable {

    private static final int BUFFER_BYTES = 128 << 10;

    private final Repository repository;
    private final World world;
    private final String label;
    private final Codec codec;
    private final BackupProgress progress;
    private final List<BackupFile> files = new ArrayList<>();
    private final Set<String> paths = new HashSet<>();
    private final byte[] buffer = new byte[BUFFER_BYTES];
    private long bytesDone;
    private @Nullable OpenFile open;

    BackupWriter(Repository repository, World world, String label, Codec codec, BackupProgress progress) {
        this.repository = repository;
        this.world = world;
        this.label = label;
        this.codec = codec;
        this.progress = progress;
    }

    @Override
    public void file(String path, long size) throws IOException {
        finishFile();
        if (!BackupFile.isPath(path) || !paths.add(path)) {
            throw new IllegalArgumentException("not a path for a backup, or there twice: \"" + path + "\"");
        }
        open = new OpenFile(path, repository.put(BackupManifest.keyOf(label, path, codec.format())));
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
            file.write(buffer, n);
        }
    }

    void file(String path, byte[] content) throws IOException {
        file(path, content.length);
        bytes(ByteBuffer.wrap(content));
        finishFile();
    }

    /// Whether the label is this writer's: its first file was there for no one else.
    boolean hasClaimed() {
        return !files.isEmpty();
    }

    /// All files, the last one ended.
    List<BackupFile> finish() throws IOException {
        finishFile();
        return List.copyOf(files);
    }

    private void finishFile() throws IOException {
        OpenFile file = open;
        if (file == null) {
            return;
        }
        open = null;
        try (file) {
            files.add(file.finish());
        }
        bytesDone += file.length;
        progress.done(file.path, files.size(), bytesDone);
    }

    /// Gives up the file under way.
    @Override
    public void close() throws IOException {
        if (open != null) {
            open.close();
            open = null;
        }
    }

    private final class OpenFile implements AutoCloseable {

        private final String path;
        private final Upload upload;
        private final OutputStream compressed;
        private final Sha256 sha256 = new Sha256();
        private long length;

        OpenFile(String path, Upload upload) throws IOException {
            this.path = path;
            this.upload = upload;
            this.compressed = codec.compress(upload.content());
        }

        void write(byte[] bytes, int n) throws IOException {
            sha256.update(bytes, n);
            compressed.write(bytes, 0, n);
            length += n;
        }

        BackupFile finish() throws IOException {
            compressed.close();
            if (upload.commit() != Put.CREATED) {
                throw new IOException("backup " + label + " already has a file " + path
                        + "\nHINT: Another backup with this label is under way or died; choose another label.");
            }
            return new BackupFile(path, length, world.now(), sha256.finish());
        }

        @Override
        public void close() throws IOException {
            upload.close();
        }
    }
}
