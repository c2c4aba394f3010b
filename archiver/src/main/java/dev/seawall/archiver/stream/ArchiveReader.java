package dev.seawall.archiver.stream;

import dev.seawall.archiver.backup.BackupFile;
import dev.seawall.wal.disk.Disk;
import dev.seawall.wal.disk.DiskFile;
import dev.seawall.walwriter.rewind.StreamedSource;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.LongConsumer;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;
import org.apache.commons.compress.archivers.tar.TarConstants;

/// Files of a received backup on their way out of its tar archive onto a disk. Nothing is believed of the
/// archive: it stays inside of the directory that it is unpacked into, or is refused.
public final class ArchiveReader implements StreamedSource.Unpacking {

    private static final int BUFFER_BYTES = 128 << 10;

    private final Disk disk;

    public ArchiveReader(Disk disk) {
        this.disk = disk;
    }

    @Override
    public void unpack(InputStream archive, Path into, LongConsumer unpacked) throws IOException {
        Set<Path> directories = new TreeSet<>();
        directories.add(into);
        // Not closed: the stream is its owner's, who reads on.
        TarArchiveInputStream tar = new TarArchiveInputStream(archive, StandardCharsets.UTF_8.name());
        ByteBuffer buffer = ByteBuffer.allocate(BUFFER_BYTES);
        for (TarArchiveEntry entry = tar.getNextEntry(); entry != null; entry = tar.getNextEntry()) {
            String name = entry.getName().replaceFirst("/+$", "");
            boolean isPlain = entry.getLinkFlag() == TarConstants.LF_NORMAL
                    || entry.getLinkFlag() == TarConstants.LF_OLDNORM;
            if (!BackupFile.isPath(name) || !entry.isDirectory() && !isPlain || entry.isSparse()) {
                throw new IOException("the backup's archive holds what belongs into none: \"" + entry.getName()
                        + "\"");
            }
            Path path = into.resolve(name);
            makeDirectories(entry.isDirectory() ? path : path.getParent(), directories);
            if (!entry.isDirectory()) {
                file(tar, entry.getSize(), path, buffer, unpacked);
            }
        }
        for (Path directory : directories) {
            disk.syncDirectory(directory);
        }
    }

    private void makeDirectories(Path directory, Set<Path> made) throws IOException {
        if (!made.contains(directory)) {
            makeDirectories(directory.getParent(), made);
            disk.createDirectory(directory);
            made.add(directory);
        }
    }

    private void file(TarArchiveInputStream tar, long size, Path path, ByteBuffer buffer,
            LongConsumer unpacked) throws IOException {
        try (DiskFile file = disk.open(path, Set.of(Disk.Open.CREATE_NEW))) {
            long offset = 0;
            int read = tar.read(buffer.array(), 0, buffer.capacity());
            while (read >= 0) {
                file.write(buffer.clear().limit(read), offset);
                offset += read;
                unpacked.accept(tar.getBytesRead());
                read = tar.read(buffer.array(), 0, buffer.capacity());
            }
            if (offset != size) {
                throw new IOException("\"" + path.getFileName() + "\" ends in the backup's archive after " + offset
                        + " of " + size + " bytes");
            }
            file.sync();
        }
    }
}
