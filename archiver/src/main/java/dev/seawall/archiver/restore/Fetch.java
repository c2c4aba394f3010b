package dev.seawall.archiver.restore;

import dev.seawall.archiver.SegmentCheck;
import dev.seawall.archiver.repository.DiskOutput;
import dev.seawall.archiver.repository.RepositoryIdentity;
import dev.seawall.archiver.repository.WalArchive;
import dev.seawall.archiver.repository.WalKeys;
import dev.seawall.wal.SegmentName;
import dev.seawall.wal.TimelineHistory;
import dev.seawall.wal.TimelineId;
import dev.seawall.wal.disk.Disk;
import dev.seawall.wal.disk.DiskFile;
import dev.seawall.walwriter.SegmentSource;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Optional;
import java.util.Set;

/// Fetches segments and history files out of the archive.
///
/// Found means checked: checksum, size, system identifier, address. Absent means proven
/// ([AbsenceProof]). Everything else is unknown, with the reason; it never throws.
public final class Fetch implements SegmentSource {

    private final Disk disk;
    private final WalArchive archive;
    private final RepositoryIdentity identity;
    private final SegmentCheck check;
    private final AbsenceProof absence;

    /// @param disk     where the destinations are
    /// @param identity the cluster's own: another's repository is not believed
    public Fetch(Disk disk, WalArchive archive, RepositoryIdentity identity) {
        this.disk = disk;
        this.archive = archive;
        this.identity = identity;
        this.check = new SegmentCheck(disk, identity);
        this.absence = new AbsenceProof(archive, identity);
    }

    @Override
    public Fetched fetch(String fileName, Path destination) {
        try {
            archive.repository().identity().require(identity, String.valueOf(archive.repository()));
            if (!WalKeys.isStorable(fileName)) {
                return new Fetched.Unknown("not the name of a file that an archive holds: " + fileName);
            }
            Optional<Boolean> isSealed = copyOut(fileName, destination);
            if (isSealed.isEmpty()) {
                return absence.of(fileName);
            }
            verify(fileName, destination, isSealed.get());
            return new Fetched.Found();
        } catch (IOException e) {
            return new Fetched.Unknown(String.valueOf(e.getMessage()));
        }
    }

    /// @return whether it is sealed; empty if the archive has no such file
    private Optional<Boolean> copyOut(String fileName, Path destination) throws IOException {
        if (TimelineHistory.isHistoryName(fileName)) {
            return copyHistory(fileName, destination);
        }
        try (DiskFile file = openEmpty(destination)) {
            DiskOutput out = new DiskOutput(file);
            boolean isSealed;
            try {
                isSealed = archive.get(fileName, out);
            } catch (NoSuchFileException e) {
                return Optional.empty();
            }
            out.flush();
            // By the descriptor that wrote: one opened later does not hear of a write-back that failed.
            file.sync();
            return Optional.of(isSealed);
        }
    }

    private Optional<Boolean> copyHistory(String fileName, Path destination) throws IOException {
        ByteArrayOutputStream content = new ByteArrayOutputStream();
        boolean isSealed;
        try {
            isSealed = archive.get(fileName, content);
        } catch (NoSuchFileException e) {
            return Optional.empty();
        }
        parse(fileName, content);
        try (DiskFile file = openEmpty(destination)) {
            DiskOutput out = new DiskOutput(file);
            content.writeTo(out);
            out.flush();
            file.sync();
        }
        return Optional.of(isSealed);
    }

    /// Reads a history file's content.
    ///
    /// @throws IOException if it is not one
    static TimelineHistory parse(String fileName, ByteArrayOutputStream content) throws IOException {
        TimelineId timeline = TimelineId.parseHex(fileName.substring(0, 8));
        try {
            TimelineHistory history = TimelineHistory.parse(timeline, content.toString(StandardCharsets.UTF_8));
            if (history.branches().isEmpty()) {
                throw new IOException("history file " + fileName + " in the archive names no parent timeline");
            }
            return history;
        } catch (IllegalArgumentException e) {
            throw new IOException(e.getMessage(), e);
        }
    }

    private DiskFile openEmpty(Path destination) throws IOException {
        DiskFile file = disk.open(destination, Set.of(Disk.Open.CREATE));
        try {
            file.truncate(0);
            return file;
        } catch (IOException | RuntimeException e) {
            file.close();
            throw e;
        }
    }

    private void verify(String fileName, Path destination, boolean isSealed) throws IOException {
        if (!WalKeys.isSegmentLike(fileName)) {
            return;
        }
        SegmentName segment = SegmentName.parse(fileName.substring(0, 24), identity.layout())
                .orElseThrow(() -> new IOException("segments of " + identity.segmentBytes()
                        + " bytes have no such name: " + fileName));
        if (isSealed || !SegmentName.isSegmentName(fileName)) {
            check.header(destination, segment);
        } else {
            // Its put died before the seal was stored beside it, so only its records can vouch for it.
            check.records(destination, segment);
        }
    }
}
