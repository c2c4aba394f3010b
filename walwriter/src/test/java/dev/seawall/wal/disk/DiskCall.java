package dev.seawall.wal.disk;

import java.nio.file.Path;

/// One call to a [SimulatedDisk]: what traces show and faults are aimed at.
public record DiskCall(Operation operation, Path path) {

    /// The kinds of calls.
    public enum Operation {
        OPEN(false),
        CREATE(true),
        CREATE_DIRECTORY(true),
        RENAME(true),
        LINK(true),
        DELETE(true),
        SYNC_DIRECTORY(true),
        WRITE(true),
        ALLOCATE(true),
        TRUNCATE(true),
        SYNC_DATA(true),
        SYNC(true),
        START_WRITEBACK(true),
        DROP_CACHE(true),
        READ(false),
        SIZE(false),
        LOCK(false),
        EXISTS(false),
        LIST(false),
        FREE_BYTES(false);

        private final boolean isChange;

        Operation(boolean isChange) {
            this.isChange = isChange;
        }

        /// Whether a power cut before this call and one after it can differ. Only such calls are
        /// counted for power cuts.
        public boolean isChange() {
            return isChange;
        }
    }

    @Override
    public String toString() {
        return operation + " " + path;
    }
}
