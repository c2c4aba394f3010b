package dev.seawall.tools.user;

import dev.seawall.tools.ClusterOptions;
import dev.seawall.tools.ExitCode;
import dev.seawall.tools.ExitCodeException;
import dev.seawall.wal.disk.Disk;
import dev.seawall.wal.disk.LinuxDisk;
import dev.seawall.wal.role.SystemWorld;
import dev.seawall.wal.role.World;
import dev.seawall.walwriter.auth.User;
import dev.seawall.walwriter.auth.Users;
import java.io.IOException;
import java.nio.file.Path;

/// The users of the cluster that a command was given.
final class UserFile {

    static final World WORLD = new SystemWorld();

    private UserFile() {}

    static Users open(ClusterOptions cluster) throws IOException {
        Disk disk = new LinuxDisk();
        return new Users(disk, cluster.existing(disk), WORLD);
    }

    /// The same for who will change it: only as the cluster's own user, or the walwriter could not read it.
    static Users openToChange(ClusterOptions cluster) throws IOException {
        Disk disk = new LinuxDisk();
        Path directory = cluster.existing(disk);
        int owner = disk.permissions(directory).owner();
        int self = disk.permissions(Path.of("/proc/self")).owner();
        if (owner != self) {
            throw new ExitCodeException(ExitCode.IO, "the cluster belongs to user number " + owner
                    + ", and this is number " + self + "\nHINT: sudo -u '#" + owner + "' walctl user ...");
        }
        return new Users(disk, directory, WORLD);
    }

    static User existing(Users users, String name) throws IOException {
        return users.find(name).orElseThrow(() -> new ExitCodeException(ExitCode.NOT_FOUND,
                "there is no user \"" + name
                + "\"\nHINT: \"walctl user list\" lists them; \"walctl user add\" adds one."));
    }
}
