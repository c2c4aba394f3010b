package dev.seawall.tools.testfsync.storage;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/// A disk as the kernel sees it, by `/sys`.
///
/// @param name          the whole disk's: `sda`, `nvme0n1`, `dm-0`
/// @param isWriteBack   has a cache that a flush must empty, and the kernel flushes it
/// @param hasFua        can write past its cache in one command
/// @param isRotational  says that it turns, or says nothing: so do many virtual ones
/// @param physicalBlock bytes that it writes as one
/// @param scheduler     the one in use; empty if none is told
/// @param backingFile   of a loop device; empty of others
/// @param below         what it is made of: of a logical volume, an encrypted disk, a RAID
public record BlockDevice(String name, boolean isWriteBack, boolean hasFua, boolean isRotational, int physicalBlock,
        String scheduler, String backingFile, List<BlockDevice> below) {

    /// @param sys    where sysfs is
    /// @param device major and minor number
    /// @return empty if the file system is not on a disk that the kernel knows
    static Optional<BlockDevice> read(Path sys, String device) throws IOException {
        Path link = sys.resolve("dev/block").resolve(device);
        return Files.exists(link) ? Optional.of(at(wholeDisk(link.toRealPath()))) : Optional.empty();
    }

    /// The name of the device or partition itself, by which `/proc/fs` knows it.
    static Optional<String> nameOf(Path sys, String device) throws IOException {
        Path link = sys.resolve("dev/block").resolve(device);
        return Files.exists(link) ? Optional.of(link.toRealPath().getFileName().toString()) : Optional.empty();
    }

    private static Path wholeDisk(Path directory) {
        Path parent = directory.getParent();
        return Files.exists(directory.resolve("partition")) && parent != null ? parent : directory;
    }

    private static BlockDevice at(Path directory) throws IOException {
        Path queue = directory.resolve("queue");
        List<BlockDevice> below = new ArrayList<>();
        Path slaves = directory.resolve("slaves");
        if (Files.isDirectory(slaves)) {
            try (Stream<Path> links = Files.list(slaves)) {
                for (Path slave : links.sorted().toList()) {
                    below.add(at(wholeDisk(slave.toRealPath())));
                }
            }
        }
        String block = text(queue.resolve("physical_block_size"));
        return new BlockDevice(directory.getFileName().toString(),
                text(queue.resolve("write_cache")).equals("write back"), text(queue.resolve("fua")).equals("1"),
                text(queue.resolve("rotational")).equals("1"), block.isEmpty() ? 512 : Integer.parseInt(block),
                chosen(text(queue.resolve("scheduler"))), text(directory.resolve("loop/backing_file")), below);
    }

    private static String text(Path file) throws IOException {
        return Files.isReadable(file) ? Files.readString(file).strip() : "";
    }

    /// `none [mq-deadline] bfq` means mq-deadline.
    private static String chosen(String schedulers) {
        int begin = schedulers.indexOf('[');
        int end = schedulers.indexOf(']');
        return begin >= 0 && end > begin ? schedulers.substring(begin + 1, end) : schedulers;
    }

    /// Whether it is a file on another file system.
    boolean isLoop() {
        return !backingFile.isEmpty();
    }

    /// Of itself and of what is below.
    Stream<BlockDevice> all() {
        return Stream.concat(Stream.of(this), below.stream().flatMap(BlockDevice::all));
    }

    @Override
    public String toString() {
        return name + ": " + (isWriteBack ? "write-back cache" : "no cache that needs a flush")
                + (hasFua ? ", FUA" : "") + (isRotational ? ", rotational" : "") + ", blocks of " + physicalBlock
                + (scheduler.isEmpty() ? "" : ", scheduler " + scheduler)
                + (isLoop() ? ", the file " + backingFile : "");
    }
}
