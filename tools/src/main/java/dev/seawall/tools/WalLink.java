package dev.seawall.tools;

import dev.seawall.settings.Settings;
import dev.seawall.wal.disk.Disk;
import dev.seawall.walwriter.start.ClusterLayout;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/// A log on a disk of its own: `pg_wal` is a symbolic link to a directory there, as initdb's `--waldir` makes it.
public final class WalLink {

    private WalLink() {}

    /// Makes the link in a directory that has nothing else yet, durably: all that goes by it is as safe as it is.
    ///
    /// @param target empty, or not there
    /// @throws ExitCodeException if it cannot be
    public static void make(Disk disk, Path cluster, Path target) throws IOException {
        if (!target.isAbsolute()) {
            throw new ExitCodeException(ExitCode.USAGE, "--waldir \"" + target + "\" is not an absolute path"
                    + "\nHINT: pg_wal becomes a symbolic link, which would lead elsewhere from elsewhere.");
        }
        Path link = ClusterLayout.wal(cluster);
        if (Files.isSymbolicLink(link) && Files.readSymbolicLink(link).equals(target)) {
            // Of an earlier try.
            return;
        }
        requireEmpty(disk, cluster, "directory");
        requireEmpty(disk, target, "--waldir");
        for (Path made : List.of(target, cluster)) {
            disk.createDirectory(made);
            disk.syncDirectory(made.toAbsolutePath().getParent());
        }
        Files.createSymbolicLink(link, target);
        disk.syncDirectory(cluster);
    }

    private static void requireEmpty(Disk disk, Path directory, String what) throws IOException {
        if (!disk.exists(directory)) {
            return;
        }
        List<String> names = new ArrayList<>(disk.list(directory));
        names.removeAll(List.of(Settings.FILE_NAME, ClusterLayout.LOCK));
        if (!names.isEmpty()) {
            throw new ExitCodeException(ExitCode.CONFLICT, what + " \"" + directory + "\" is not empty"
                    + "\nHINT: Give one that does not exist yet, or remove what is in it. On a mounted disk, give a"
                    + " directory within it.");
        }
    }

    /// What the log's place costs.
    public static String describe(Disk disk, Path cluster) throws IOException {
        Path wal = ClusterLayout.wal(cluster);
        if (isShared(disk, cluster)) {
            return "on the file system of the data files: while a checkpoint writes, the slowest commits take 2 to 5"
                    + " times as long (walbench checkpoint measures it); walctl init --waldir puts the log on another";
        }
        return "on a file system of its own, " + wal.toRealPath();
    }

    /// Whether log and data files are on one file system. Two of them may still be on one disk.
    public static boolean isShared(Disk disk, Path cluster) throws IOException {
        Path base = cluster.resolve(ClusterLayout.BASE);
        return disk.isOneFileSystem(ClusterLayout.wal(cluster), disk.exists(base) ? base : cluster);
    }
}
