package dev.seawall.archiver.backup;

import dev.seawall.archiver.ArchivableLog;
import dev.seawall.archiver.PageCopy;
import dev.seawall.archiver.repository.Codec;
import dev.seawall.archiver.repository.DiskInput;
import dev.seawall.archiver.repository.Repository;
import dev.seawall.archiver.repository.Repository.Put;
import dev.seawall.archiver.repository.RepositoryIdentity;
import dev.seawall.archiver.repository.WalArchive;
import dev.seawall.wal.ControlFile;
import dev.seawall.wal.Lsn;
import dev.seawall.wal.PageLayout;
import dev.seawall.wal.TimelineId;
import dev.seawall.wal.disk.Disk;
import dev.seawall.wal.role.World;
import dev.seawall.walwriter.start.BackupLabel;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Locale;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Takes a base backup of a running cluster into the repository.
///
/// The order is what makes it safe: the label claims the name; the files follow, each durable;
/// then pg_control, and the wait until all log that the copy needs is archived; the manifest comes
/// last and declares the rest a backup. Whatever dies before leaves something without a manifest,
/// which nobody takes for a backup.
public final class BaseBackup {

    private static final Logger LOG = LoggerFactory.getLogger(BaseBackup.class);
    private static final Duration ARCHIVE_POLL = Duration.ofMillis(100);
    private static final DateTimeFormatter LABEL =
            DateTimeFormatter.ofPattern("uuuuMMdd'T'HHmmss'Z'", Locale.ROOT).withZone(ZoneOffset.UTC);

    private final Disk disk;
    private final World world;
    private final Path cluster;
    private final PageCopy pages;
    private final ArchivableLog log;
    private final WalArchive archive;
    private final Codec codec;
    private final Duration archiveWait;

    /// @param cluster     the cluster's directory, for seawall.conf
    /// @param archiveWait how long to wait for the archiver before giving up
    public BaseBackup(Disk disk, World world, Path cluster, PageCopy pages, ArchivableLog log,
            WalArchive archive, Codec codec, Duration archiveWait) {
        this.disk = disk;
        this.world = world;
        this.cluster = cluster;
        this.pages = pages;
        this.log = log;
        this.archive = archive;
        this.codec = codec;
        this.archiveWait = archiveWait;
    }

    /// A label for a backup that begins now: the time and four random digits.
    public static String newLabel(World world) {
        return LABEL.format(world.now()) + String.format("-%04X", world.random().nextInt(1 << 16));
    }

    /// Takes a backup; when this returns it is durable, and so is all the log it needs.
    ///
    /// @throws IOException if anything failed; what was stored by then is removed if possible
    public BackupManifest take(String label, BackupProgress progress) throws IOException {
        BackupManifest.requireLabel(label);
        Repository repository = archive.repository();
        if (!repository.list(BackupManifest.prefixOf(label)).isEmpty()) {
            throw new IOException("there is a backup " + label + " in the repository already"
                    + "\nHINT: Choose another label.");
        }
        BackupManifest manifest;
        BackupWriter files = new BackupWriter(repository, world, label, codec, progress);
        try (files; PageCopy.Session session = pages.begin()) {
            manifest = copy(label, session, files);
            awaitArchived(manifest);
        } catch (IOException | RuntimeException e) {
            if (files.hasClaimed()) {
                removeQuietly(label, e);
            }
            throw e;
        }
        if (repository.putIfAbsent(BackupCatalog.manifestKey(label), ManifestText.toBytes(manifest)) != Put.CREATED) {
            throw new IOException("another backup took the label " + label + " meanwhile"
                    + "\nHINT: Choose another label.");
        }
        LOG.info("base backup done label={} redo={} stop={} files={} bytes={}", label, manifest.redo(),
                manifest.stopLsn(), manifest.files().size(), manifest.bytes());
        return manifest;
    }

    private BackupManifest copy(String label, PageCopy.Session session, BackupWriter writer) throws IOException {
        Instant started = world.now();
        ControlFile control = session.control();
        if (control.systemId() != session.systemId()) {
            throw new IOException("data files are of system " + Long.toUnsignedString(session.systemId())
                    + ", pg_control of " + Long.toUnsignedString(control.systemId()));
        }
        PageLayout layout = new PageLayout(control.segmentBytes());
        archive.repository().identity().require(
                new RepositoryIdentity(control.systemId(), control.segmentBytes()),
                String.valueOf(archive.repository()));
        TimelineId timeline = session.timeline();
        Lsn redo = session.redoPoint();
        writer.file(BackupLabel.FILE, new BackupLabel(label, timeline, redo, control.checkpointLsn())
                .toText(layout, started).getBytes(StandardCharsets.US_ASCII));
        session.copy(writer);
        Path settings = cluster.resolve(BackupFile.SETTINGS);
        if (disk.exists(settings)) {
            try (DiskInput in = DiskInput.open(disk, settings)) {
                writer.file(BackupFile.SETTINGS, in.readAllBytes());
            }
        }
        Lsn stop = session.consistentAt();
        Instant stopped = world.now();
        // Last of the files, as in PostgreSQL: a copy without it cannot be opened.
        writer.file(BackupFile.CONTROL, BackupControl.archived(control, timeline, redo, stop, stopped));
        return new BackupManifest(label, control.systemId(), timeline, redo, control.checkpointLsn(), stop,
                started, stopped.isBefore(started) ? started : stopped, control.segmentBytes(),
                control.maxConnections(), codec.format(), writer.finish());
    }

    private void awaitArchived(BackupManifest manifest) throws IOException {
        log.switchSegment();
        long deadline = world.nanoTime() + archiveWait.toNanos();
        for (String name : BackupVerification.logOf(manifest)) {
            await(name, deadline);
        }
    }

    private void await(String name, long deadline) throws IOException {
        while (!archive.holds(name)) {
            if (world.nanoTime() - deadline >= 0) {
                throw new IOException("base backup gave up after " + archiveWait.toSeconds() + " s: " + name
                        + ", which it needs, is not archived"
                        + "\nHINT: See why archiving fails (walctl status), then take the backup again.");
            }
            world.park(() -> false, ARCHIVE_POLL.toNanos());
        }
    }

    private void removeQuietly(String label, Exception cause) {
        try {
            new BackupCatalog(archive.repository()).remove(label);
        } catch (IOException e) {
            // It has no manifest, so it is no backup; who wants its space back removes it later.
            cause.addSuppressed(e);
        }
    }
}
