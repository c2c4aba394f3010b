package dev.seawall.walwriter.logical;

import dev.seawall.wal.Lsn;
import dev.seawall.wal.PageLayout;
import dev.seawall.wal.disk.Disk;
import dev.seawall.wal.read.WalReader;
import dev.seawall.wal.role.World;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;
import java.util.ServiceLoader;
import java.util.function.Predicate;
import java.util.function.Supplier;

/// Makes decoders. A higher step implements it, found by [ServiceLoader]: transactions are put together
/// by redo's own loop.
@FunctionalInterface
public interface LogicalDecoding {

    /// What a decoder reads.
    ///
    /// @param reader  of the log from `restart` on; the decoder closes it
    /// @param restart a record's start or end, at or before the first record of every transaction that
    ///                commits behind `after`
    /// @param after   what ended at or before this was confirmed: it is read, and not told
    /// @param xid     any 64-bit xid from near there
    /// @param limit   end of the last durable record, which moves
    record Source(WalReader reader, PageLayout layout, Lsn restart, Lsn after, long xid, Supplier<Lsn> limit) {}

    /// Where a decoder keeps what waits for its commit.
    ///
    /// @param directory   the decoder's own; what is in it is removed
    /// @param memoryBytes more than that goes to files there
    record Room(Disk disk, World world, Path directory, long memoryBytes) {}

    /// The one that the class path has.
    static Optional<LogicalDecoding> load() {
        return ServiceLoader.load(LogicalDecoding.class).findFirst();
    }

    /// @param into     told what committed; what it throws comes out of [LogicalDecoder#step]
    /// @param isEnough asked at the end of each record whether to stop there, with that end
    LogicalDecoder open(Source source, Room room, DecodedChanges into, Predicate<Lsn> isEnough) throws IOException;
}
