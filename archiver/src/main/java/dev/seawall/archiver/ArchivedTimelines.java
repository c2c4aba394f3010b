package dev.seawall.archiver;

import dev.seawall.archiver.repository.Codec;
import dev.seawall.archiver.repository.Repository.Put;
import dev.seawall.archiver.repository.WalArchive;
import dev.seawall.wal.TimelineHistory;
import dev.seawall.walwriter.TimelineClaims;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;

/// Timelines claimed by creating their history files in the archive.
///
/// A file that is there already is somebody else's, even with the very same content: two copies
/// restored to one point write the same history. So a claim that was interrupted costs a number.
public final class ArchivedTimelines implements TimelineClaims {

    private final WalArchive archive;

    public ArchivedTimelines(WalArchive archive) {
        this.archive = archive;
    }

    @Override
    public boolean claim(TimelineHistory history) throws IOException {
        byte[] content = history.toText().getBytes(StandardCharsets.UTF_8);
        Put put = archive.put(TimelineHistory.fileName(history.timeline()),
                () -> new ByteArrayInputStream(content), Codec.NONE);
        return put == Put.CREATED;
    }
}
