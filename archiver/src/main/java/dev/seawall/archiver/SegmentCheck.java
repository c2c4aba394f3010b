package dev.seawall.archiver;

import dev.seawall.archiver.repository.RepositoryIdentity;
import dev.seawall.archiver.repository.WrongSystemException;
import dev.seawall.wal.Lsn;
import dev.seawall.wal.PageHeader;
import dev.seawall.wal.PageLayout;
import dev.seawall.wal.SegmentName;
import dev.seawall.wal.WalCorruptException;
import dev.seawall.wal.WalVersion;
import dev.seawall.wal.disk.Disk;
import dev.seawall.wal.disk.DiskFile;
import dev.seawall.wal.read.LogBytes;
import dev.seawall.wal.read.ReadOutcome;
import dev.seawall.wal.read.WalReader;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.Set;

/// Whether a file is what its name says: the whole segment, of this system, with every record in it
/// intact. Of Seawall, or of PostgreSQL 13 to 18: the first page says of which.
///
/// A record belongs to the segment that it begins in. One that reaches beyond the end is read on
/// into the next segment; whose log may be cut there says so.
public final class SegmentCheck {

    /// What is known of the log behind the segment.
    public enum Behind {
        /// All of it is durable up to a record's end: a record that begins here is whole.
        COMPLETE,
        /// Not read: PostgreSQL archives a segment before the next one holds the rest of its last
        /// record, and a fetched segment comes alone.
        UNKNOWN
    }

    private final Disk disk;
    private final RepositoryIdentity identity;

    public SegmentCheck(Disk disk, RepositoryIdentity identity) {
        this.disk = disk;
        this.identity = identity;
    }

    /// Checks size and first page.
    ///
    /// @throws WrongSystemException if the segment is another cluster's
    /// @throws WalCorruptException  if it is not the segment of this name
    /// @return whose format it is in
    public WalVersion header(Path file, SegmentName name) throws IOException {
        PageLayout layout = identity.layout();
        Lsn start = layout.startOf(name.number());
        PageHeader header;
        try (DiskFile open = disk.open(file, Set.of(Disk.Open.READ_ONLY))) {
            if (open.size() != layout.segmentBytes()) {
                throw damaged("segment file has " + open.size() + " bytes, not " + layout.segmentBytes(),
                        start, name);
            }
            ByteBuffer page = ByteBuffer.allocate(PageLayout.LONG_HEADER).order(ByteOrder.LITTLE_ENDIAN);
            open.read(page, 0);
            header = PageHeader.read(page.flip());
        }
        WalVersion version = WalVersion.ofMagic(header.magic()).orElseThrow(() -> noBegin(header, start, name));
        if (!header.isLong()) {
            throw noBegin(header, start, name);
        }
        if (header.systemId() != identity.systemId()) {
            throw new WrongSystemException("segment " + name.fileName(layout)
                    + " is of the cluster with system identifier " + Long.toUnsignedString(header.systemId())
                    + ", not of " + Long.toUnsignedString(identity.systemId())
                    + "\nHINT: Find out which cluster writes into this directory before anything is archived.");
        }
        if (header.segmentBytes() != layout.segmentBytes() || header.pageBytes() != PageLayout.PAGE_BYTES) {
            throw damaged("segment says it has " + header.segmentBytes() + " bytes in pages of "
                    + header.pageBytes(), start, name);
        }
        if (!header.page().equals(start)) {
            throw damaged("segment begins with the page of LSN " + header.page(), start, name);
        }
        // A timeline that begins in a segment's middle keeps the pages before it as they were.
        if (header.timeline() == 0 || Integer.compareUnsigned(header.timeline(), name.timeline().value()) > 0) {
            throw damaged("segment begins with a page of timeline " + Integer.toUnsignedString(header.timeline()),
                    start, name);
        }
        return version;
    }

    private WalCorruptException noBegin(PageHeader header, Lsn start, SegmentName name) {
        return damaged(String.format("segment begins with magic number %04X and flags %04X, not %04X, or another of"
                + " PostgreSQL 13 to 18, and a long header", header.magic(), header.flags(), WalVersion.V15.magic()),
                start, name);
    }

    /// Checks [#header], then every record that begins in the segment.
    ///
    /// @param following pages of the segments behind it; closed by this call
    /// @return how many records begin in it
    public long records(Path file, SegmentName name, LogBytes following, Behind behind) throws IOException {
        try (following; LogBytes pages = new SegmentPages(disk, file, name, identity.layout(), following)) {
            WalVersion version = header(file, name);
            return new Walk(pages, version, name, behind).count();
        }
    }

    /// [#records] of a segment behind which nothing is known.
    public long records(Path file, SegmentName name) throws IOException {
        return records(file, name, SegmentPages.NOTHING, Behind.UNKNOWN);
    }

    private WalCorruptException damaged(String problem, Lsn at, SegmentName name) {
        return WalCorruptException.at(problem, at, name.timeline(), identity.layout(),
                "The segment is kept and not archived; bring it back from a replica, or take a new base backup "
                        + "and rename its .ready file to .done.");
    }

    /// One walk through a segment's records.
    private final class Walk {

        private final WalReader reader;
        private final SegmentName name;
        private final Behind behind;
        private final Lsn start;
        private final Lsn end;

        Walk(LogBytes pages, WalVersion version, SegmentName name, Behind behind) {
            this.reader = new WalReader(pages, identity.layout());
            reader.version(version);
            this.name = name;
            this.behind = behind;
            this.start = identity.layout().startOf(name.number());
            this.end = identity.layout().startOf(name.number().next());
        }

        long count() throws IOException {
            // Not beyond the end at first: so a fault before it is told from a record that crosses it.
            reader.limit(end);
            switch (reader.findFirst(start)) {
                case ReadOutcome.Complete _ -> { }
                case ReadOutcome.NoRecord none -> {
                    if (!none.isAtLimit()) {
                        throw damaged(none.reason(), none.at(), name);
                    }
                    if (none.at().equals(start)) {
                        return 0; // All of the segment continues a record that began in an earlier one.
                    }
                }
            }
            long records = 0;
            while (reader.position().isBefore(end)) {
                ReadOutcome.NoRecord none = reader.step();
                if (none != null) {
                    if (!none.isAtLimit()) {
                        throw damaged(none.reason(), none.at(), name);
                    }
                    return records + crossing();
                }
                records++;
            }
            return records;
        }

        private long crossing() throws IOException {
            if (behind == Behind.UNKNOWN) {
                return 0;
            }
            reader.limit(Lsn.MAX);
            ReadOutcome.NoRecord none = reader.step();
            if (none != null) {
                throw damaged(none.reason(), none.at(), name);
            }
            // A record that was given up is replaced by one behind the end.
            return reader.start().isBefore(end) ? 1 : 0;
        }
    }
}
