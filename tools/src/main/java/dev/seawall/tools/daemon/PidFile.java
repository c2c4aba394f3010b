package dev.seawall.tools.daemon;

import dev.seawall.checkpointer.DataFiles;
import dev.seawall.tools.ExitCode;
import dev.seawall.tools.ExitCodeException;
import dev.seawall.wal.disk.Disk;
import dev.seawall.wal.disk.DiskFile;
import dev.seawall.walwriter.start.ClusterLayout;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Optional;
import java.util.Set;

/// `ROLE.pid`: which process runs the role, if any does. It stands where the role writes anyway, for
/// systemd lets each write to its own part of the cluster only.
///
/// Two of a role are kept apart by a lock on it, which ends with its holder, however that ends. The
/// process's start stands in it besides its number: a file that was left behind is told from one that
/// counts, whoever has the number meanwhile.
public final class PidFile implements AutoCloseable {

    private final DiskFile file;

    private PidFile(DiskFile file) {
        this.file = file;
    }

    static Path path(Path cluster, DaemonRole role) {
        Path own = switch (role) {
            case WALWRITER -> cluster;
            case CHECKPOINTER -> cluster.resolve(DataFiles.DIRECTORY);
            case ARCHIVER -> ClusterLayout.archiveStatus(cluster);
        };
        return own.resolve(role.lowerCase() + ".pid");
    }

    /// Says that this process runs the role.
    ///
    /// @throws ExitCodeException if another does (IN_USE)
    static PidFile take(Disk disk, Path cluster, DaemonRole role) throws IOException {
        Path path = path(cluster, role);
        DiskFile file = disk.open(path, Set.of(Disk.Open.CREATE));
        try {
            if (!file.tryLock()) {
                throw new ExitCodeException(ExitCode.IN_USE, role.article() + " runs in \"" + cluster + "\" already"
                        + find(cluster, role).map(found -> ", as process " + found).orElse("")
                        + "\nHINT: Stop it first, by \"walctl stop -D " + cluster + "\".");
            }
            ProcessId self = ProcessId.own();
            file.truncate(0);
            file.write(StandardCharsets.US_ASCII.encode(self.pid() + "\n" + self.startTicks() + "\n"), 0);
            return new PidFile(file);
        } catch (Throwable t) {
            file.close();
            throw t;
        }
    }

    /// The process that runs the role.
    public static Optional<ProcessId> find(Path cluster, DaemonRole role) throws IOException {
        try {
            String[] lines = Files.readString(path(cluster, role)).split("\n");
            ProcessId written = new ProcessId(Long.parseLong(lines[0]), Long.parseLong(lines[1]));
            return written.isAlive() ? Optional.of(written) : Optional.empty();
        } catch (NoSuchFileException | NumberFormatException | ArrayIndexOutOfBoundsException e) {
            // None ever ran here, or it has ended, or is about to write.
            return Optional.empty();
        }
    }

    /// Empties the file; it stays, for a lock on a file that was removed guards nothing.
    @Override
    public void close() throws IOException {
        try (file) {
            file.truncate(0);
        }
    }
}
