package dev.seawall.tools.testfsync.storage;

/// What was measured and must be possible, nanoseconds.
///
/// @param synced 4 kB, durable, by the fastest method
/// @param unsynced the same past the page cache and not made durable; 0 if the file system has no O_DIRECT
public record Speed(long synced, long unsynced) {

    /// What making it durable costs on top of writing it.
    long flush() {
        return Math.max(0, synced - unsynced);
    }
}
