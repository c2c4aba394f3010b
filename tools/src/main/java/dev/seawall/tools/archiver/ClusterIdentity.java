package dev.seawall.tools.archiver;

import dev.seawall.archiver.repository.DiskInput;
import dev.seawall.archiver.repository.RepositoryIdentity;
import dev.seawall.wal.ControlFile;
import dev.seawall.wal.disk.Disk;
import dev.seawall.walwriter.start.ClusterLayout;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.Optional;

/// Whose cluster a directory is, by its control file: Seawall's or PostgreSQL's.
final class ClusterIdentity {

    /// The same place in PostgreSQL 13 to 18.
    private static final int SYSTEM_ID_OFFSET = 0;

    private ClusterIdentity() {}

    /// @throws java.nio.file.NoSuchFileException if there is no control file
    static RepositoryIdentity of(Disk disk, Path cluster) throws IOException {
        Path control = ClusterLayout.control(cluster);
        ControlFile read = ControlFile.read(content(disk, control), control.toString());
        return new RepositoryIdentity(read.systemId(), read.segmentBytes());
    }

    /// The system identifier of the cluster that a file in `pg_wal` belongs to; empty if it is not in
    /// a cluster's directory.
    static Optional<Long> aroundFile(Disk disk, Path file) throws IOException {
        Path directory = file.toAbsolutePath().getParent();
        if (directory == null || directory.getParent() == null) {
            return Optional.empty();
        }
        Path control = ClusterLayout.control(directory.getParent());
        return disk.exists(control)
                ? Optional.of(content(disk, control).getLong(SYSTEM_ID_OFFSET)) : Optional.empty();
    }

    private static ByteBuffer content(Disk disk, Path control) throws IOException {
        try (DiskInput in = DiskInput.open(disk, control)) {
            byte[] content = in.readNBytes(ControlFile.BYTES);
            if (content.length < Long.BYTES) {
                throw new IOException("control file " + control + " has only " + content.length + " bytes");
            }
            return ByteBuffer.wrap(content).order(ByteOrder.LITTLE_ENDIAN);
        }
    }

    /// What is expected of files and repository: what the repository says, and if the file is in a
    /// cluster's directory, that cluster's identifier.
    static RepositoryIdentity expected(Disk disk, Path file, RepositoryIdentity repository) throws IOException {
        return new RepositoryIdentity(
                aroundFile(disk, file).orElse(repository.systemId()), repository.segmentBytes());
    }
}
