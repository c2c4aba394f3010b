package dev.seawall.tools.testfsync.storage;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/// What the disk says of itself, and whether what was measured can be true.
final class DeviceRules {

    /// Faster than any device answers over any bus.
    private static final long IMPOSSIBLE_NANOS = 5_000;
    /// A tenth of a turn at 15,000 a minute: what turns cannot do on average.
    private static final long TURNING_NANOS = 400_000;
    /// What is not told from nothing.
    private static final long NOTHING_NANOS = 2_000;

    private DeviceRules() {}

    static List<Finding> of(Storage storage, Optional<Speed> speed) {
        List<Finding> found = new ArrayList<>();
        storage.device().ifPresent(device -> device.all().forEach(each -> told(each, found)));
        speed.ifPresent(measured -> measured(storage, measured, found));
        return found;
    }

    private static void told(BlockDevice device, List<Finding> found) {
        if (device.isLoop()) {
            found.add(Finding.note(device.name() + " is the file " + device.backingFile() + ": its flush is a sync of "
                    + "that file, so that file system's word counts too, and numbers are lower than its disk's."));
        }
        if (device.name().startsWith("zram") || device.name().startsWith("ram")) {
            found.add(Finding.danger(device.name() + " is memory: nothing here survives a restart of the machine."));
        }
        if (!device.isWriteBack() && !device.isLoop()) {
            found.add(Finding.note(device.name() + " says that it has no cache that could lose anything (write "
                    + "through), so the kernel never flushes it. Right for a disk with a protected cache; if it "
                    + "was set by hand in /sys/block/" + device.name() + "/queue/write_cache, commits can be lost."));
        }
        if (device.physicalBlock() > 4096) {
            found.add(Finding.warning(device.name() + " writes blocks of " + device.physicalBlock() + " bytes as one: "
                    + "a 4 kB write makes it read and write all of it."));
        }
    }

    private static void measured(Storage storage, Speed speed, List<Finding> found) {
        boolean isWriteBack = storage.device().stream().flatMap(BlockDevice::all).anyMatch(BlockDevice::isWriteBack);
        boolean isTurning = storage.device().stream().flatMap(BlockDevice::all).anyMatch(BlockDevice::isRotational);
        if (speed.synced() < IMPOSSIBLE_NANOS) {
            found.add(Finding.danger("4 kB were durable after " + micros(speed.synced()) + ": no disk answers that "
                    + "fast. A sync does not reach one here."));
        } else if (speed.synced() < speed.unsynced() / 2) {
            found.add(Finding.danger("4 kB were durable after " + micros(speed.synced()) + " by one method, but only "
                    + "writing them to the disk takes " + micros(speed.unsynced())
                    + ": that method's sync does nothing."));
        } else if (isTurning && speed.synced() < TURNING_NANOS) {
            found.add(Finding.warning("The disk says that it turns, and makes 4 kB durable in " + micros(speed.synced())
                    + ": what turns takes milliseconds. It is a virtual disk that does not say what it is, or has a "
                    + "cache with a battery, or its flush does not reach the medium. On a virtual machine look at the "
                    + "host: with QEMU's cache=unsafe, for one, flushes are ignored."));
        } else if (isWriteBack && speed.unsynced() > 0 && speed.flush() < NOTHING_NANOS) {
            found.add(Finding.warning("The disk says that it has a write-back cache, and emptying it costs nothing: "
                    + "either the cache is protected against power cuts, or somebody ignores the flush."));
        }
        if (isWriteBack && speed.unsynced() > 0 && speed.flush() >= NOTHING_NANOS) {
            found.add(Finding.note("A flush of the disk's cache costs about " + micros(speed.flush())
                    + " on top of a write."));
        }
    }

    private static String micros(long nanos) {
        return String.format(Locale.ROOT, "%.0f us", nanos / 1e3);
    }
}
