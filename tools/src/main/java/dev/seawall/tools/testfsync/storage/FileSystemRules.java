package dev.seawall.tools.testfsync.storage;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;

/// What is known of file systems and their mount options: whether a sync is one, and what it costs.
final class FileSystemRules {

    private static final Set<String> MEMORY = Set.of("tmpfs", "ramfs", "devtmpfs", "hugetlbfs");
    private static final Set<String> NETWORK =
            Set.of("nfs", "nfs4", "cifs", "smb3", "9p", "ceph", "glusterfs", "afs", "lustre", "gfs2", "ocfs2",
                    "virtiofs");
    /// What each needs told of it, beside that it is on the network.
    private static final Map<String, String> OF_NETWORK = Map.of(
            "nfs", "On the server its export must be sync, not async, which acknowledges what is only in memory.",
            "nfs4", "On the server its export must be sync, not async, which acknowledges what is only in memory.",
            "cifs", "The server must have strict sync, and the mount not the option nostrictsync.",
            "smb3", "The server must have strict sync, and the mount not the option nostrictsync.",
            "9p", "What a sync means there the host decides; with cache=loose, files may differ from the host's.",
            "virtiofs", "What a sync means there the host decides.");

    private FileSystemRules() {}

    static List<Finding> of(Storage storage) {
        List<Finding> found = new ArrayList<>();
        Mount mount = storage.mount();
        String type = mount.type();
        if (MEMORY.contains(type)) {
            found.add(Finding.danger("This is memory (" + type + "): nothing here survives a restart of the machine. "
                    + "Numbers measured here tell nothing of a disk."));
        } else if (NETWORK.contains(type)) {
            found.add(Finding.warning(type + " is not on this machine: each commit waits for the network, and another "
                    + "machine must keep its word. " + OF_NETWORK.getOrDefault(type, "")
                    + " Locks against a second writer hold on this machine at least."));
        } else if (type.startsWith("fuse")) {
            found.add(Finding.warning(type + " is a program: what a sync means there only its author knows."));
        } else if (type.equals("overlay")) {
            overlay(mount, found);
        }
        if (mount.has("nostrictsync")) {
            found.add(Finding.danger("The mount option nostrictsync lets the server ignore a sync. Mount without it."));
        }
        if (storage.isWithoutBarrier()) {
            found.add(Finding.danger("It is mounted without barriers: a sync does not empty the disk's cache. Only "
                    + "a cache with a battery of its own survives a power cut so. Mount with barrier."));
        }
        ext4(storage, found);
        if (type.equals("btrfs")) {
            btrfs(mount, found);
        }
        if (type.equals("zfs")) {
            found.add(Finding.note("ZFS syncs as its property sync says: it must not be \"disabled\" (zfs get sync). "
                    + "It writes no block in place, so wal_init_zero and wal_recycle gain nothing."));
        }
        if (mount.has("ro")) {
            found.add(Finding.danger("It is mounted read-only."));
        }
        return found;
    }

    private static void overlay(Mount mount, List<Finding> found) {
        if (mount.has("volatile") || mount.has("fsync=volatile")) {
            found.add(Finding.danger("The overlay is mounted volatile: every sync is left out. Keep the log on a "
                    + "volume of its own."));
        }
        found.add(Finding.warning("This is an overlay, most likely a container's own layer: it goes with the "
                + "container, and its disk is that of " + mount.value("upperdir").orElse("its upper directory")
                + ". Keep pg_wal on a volume."));
    }

    private static void ext4(Storage storage, List<Finding> found) {
        if (storage.isWithoutJournal()) {
            found.add(Finding.warning("This ext4 has no journal: after a power cut it needs fsck before it may be "
                    + "mounted, and directories may be damaged. Files that were synced with their directory are not. "
                    + "A journal costs little where segments are written beforehand (wal_init_zero)."));
        }
        if (storage.ext4().contains("data=journal")) {
            found.add(Finding.warning("data=journal writes everything twice, the log too, and has no O_DIRECT. Mount "
                    + "pg_wal with data=ordered."));
        }
        if (storage.ext4().contains("data=writeback")) {
            found.add(Finding.note("data=writeback is no danger for the log: what it needs it syncs itself."));
        }
    }

    private static void btrfs(Mount mount, List<Finding> found) {
        found.add(Finding.note("btrfs writes no block in place: each flush writes its tree as well, and wal_init_zero "
                + "and wal_recycle gain nothing. chattr +C on the empty pg_wal lets it write in place."));
        if (mount.has("nodatacow")) {
            found.add(Finding.note("It is mounted nodatacow: blocks are written in place, without checksums."));
        }
    }
}
