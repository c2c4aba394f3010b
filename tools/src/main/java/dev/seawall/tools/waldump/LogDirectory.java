package dev.seawall.tools.waldump;

import dev.seawall.wal.PageLayout;
import dev.seawall.wal.SegmentName;
import dev.seawall.wal.WalVersion;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Where the log is, and what a file's first page tells of it: the size of its segments, and whose format it is
/// in. What is no known version's is read as 15's, which then says what is wrong with it.
record LogDirectory(Path path, PageLayout layout, WalVersion version) {

    private static final String WAL = "pg_wal";
    private static final int SEGMENT_SIZE_OFFSET = 32;

    /// Looks where pg_waldump looks: in the directory and its pg_wal, or, without one, in `.`,
    /// `./pg_wal` and `$PGDATA/pg_wal`.
    ///
    /// @param fileName the file that must be there; null: any segment
    static LogDirectory find(@Nullable Path directory, @Nullable String fileName) {
        String data = System.getenv("PGDATA");
        List<Path> places = directory != null
                ? List.of(directory, directory.resolve(WAL))
                : data == null ? List.of(Path.of("."), Path.of(WAL))
                : List.of(Path.of("."), Path.of(WAL), Path.of(data, WAL));
        for (Path place : places) {
            String name = fileName != null ? fileName : anySegment(place);
            LogDirectory found = name == null ? null : of(place, name);
            if (found != null) {
                return found;
            }
        }
        throw FatalException.of(fileName == null
                ? "could not find any WAL file" : "could not locate WAL file \"" + fileName + "\"");
    }

    /// Ends the command unless the path is a directory.
    static void require(Path directory, boolean isArgument) {
        try {
            PlainFiles.list(directory);
        } catch (IOException e) {
            String problem = "could not open directory \"" + directory + "\": " + PlainFiles.reason(e);
            throw isArgument ? FatalException.badArgument(problem) : FatalException.of(problem);
        }
    }

    private static @Nullable String anySegment(Path place) {
        try {
            for (String name : PlainFiles.list(place)) {
                if (SegmentName.isSegmentName(name)) {
                    return name;
                }
            }
            return null;
        } catch (IOException e) {
            return null;
        }
    }

    private static @Nullable LogDirectory of(Path place, String name) {
        ByteBuffer page = ByteBuffer.allocate(PageLayout.PAGE_BYTES).order(ByteOrder.LITTLE_ENDIAN);
        int read;
        try (PlainFiles.OpenFile file = PlainFiles.open(place.resolve(name))) {
            read = file.read(page, 0);
        } catch (NoSuchFileException e) {
            return null;
        } catch (IOException e) {
            throw FatalException.of("could not open file \"" + name + "\": " + PlainFiles.reason(e));
        }
        if (read < PageLayout.PAGE_BYTES) {
            throw FatalException.of(
                    "could not read file \"" + name + "\": read " + read + " of " + PageLayout.PAGE_BYTES);
        }
        int segmentBytes = page.getInt(SEGMENT_SIZE_OFFSET);
        if (!PageLayout.isSegmentSize(segmentBytes)) {
            throw FatalException.of("WAL segment size must be a power of two between 1 MB and 1 GB, but the WAL file \""
                    + name + "\" header specifies " + segmentBytes + (segmentBytes == 1 ? " byte" : " bytes"));
        }
        return new LogDirectory(place, new PageLayout(segmentBytes),
                WalVersion.ofMagic(Short.toUnsignedInt(page.getShort(0))).orElse(WalVersion.V15));
    }

    /// Ends the command unless the file is in the directory.
    void requireFile(String name) {
        if (PlainFiles.exists(path.resolve(name))) {
            return;
        }
        throw FatalException.of("could not open file \"" + name + "\"");
    }
}
