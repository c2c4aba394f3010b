package dev.seawall.tools.testfsync.storage;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// What a directory is on: file system, its mount, its disk.
///
/// @param ext4    what ext4 says of itself in `/proc/fs/ext4`; empty of others
public record Storage(Path directory, Mount mount, Optional<BlockDevice> device, List<String> ext4) {

    private static final Path ROOT = Path.of("/");

    /// As the kernel tells.
    public static Storage of(Path directory) throws IOException {
        return of(directory, Path.of("/proc"), Path.of("/sys"));
    }

    static Storage of(Path directory, Path proc, Path sys) throws IOException {
        Path real = directory.toRealPath();
        Mount mount = Mount.of(Files.readAllLines(proc.resolve("self/mountinfo")), real)
                .orElse(new Mount(ROOT, "0:0", "unknown", "", List.of()));
        Optional<BlockDevice> device = BlockDevice.read(sys, mount.device());
        List<String> ext4 = List.of();
        if (mount.type().equals("ext4")) {
            String name = BlockDevice.nameOf(sys, mount.device()).orElse("");
            Path options = proc.resolve("fs/ext4").resolve(name).resolve("options");
            ext4 = Files.isReadable(options) ? Files.readAllLines(options) : List.of();
        }
        return new Storage(real, mount, device, ext4);
    }

    /// Whether ext4 has no journal; false of one that did not tell.
    boolean isWithoutJournal() {
        return !ext4.isEmpty() && ext4.stream().noneMatch(option -> option.startsWith("data="));
    }

    /// Whether the file system never sends a flush to the disk.
    boolean isWithoutBarrier() {
        return mount.has("nobarrier") || mount.has("barrier=0") || ext4.contains("nobarrier")
                || mount.value("fsync_mode").filter("nobarrier"::equals).isPresent();
    }

    /// `ext4 on /dev/vda, mounted at /`
    @Override
    public String toString() {
        return mount.type() + (isWithoutJournal() ? " without a journal" : "") + " on " + mount.source()
                + ", mounted at " + mount.at();
    }

    /// For `--json`.
    public Map<String, Object> json() {
        Map<String, Object> fields = new LinkedHashMap<>();
        fields.put("file_system", mount.type());
        fields.put("source", mount.source());
        fields.put("mounted_at", mount.at());
        fields.put("options", mount.options());
        fields.put("journal", mount.type().equals("ext4") && !ext4.isEmpty() ? !isWithoutJournal() : null);
        fields.put("devices", device.stream().flatMap(BlockDevice::all).map(Storage::json).toList());
        return fields;
    }

    private static Map<String, Object> json(BlockDevice device) {
        Map<String, Object> fields = new LinkedHashMap<>();
        fields.put("name", device.name());
        fields.put("write_back_cache", device.isWriteBack());
        fields.put("fua", device.hasFua());
        fields.put("rotational", device.isRotational());
        fields.put("physical_block_bytes", device.physicalBlock());
        fields.put("scheduler", device.scheduler());
        fields.put("backing_file", device.backingFile().isEmpty() ? null : device.backingFile());
        return fields;
    }
}
