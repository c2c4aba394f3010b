package dev.seawall.tools.walctl;

import dev.seawall.archiver.backup.BackupManifest;
import dev.seawall.archiver.backup.BackupProgress;
import dev.seawall.archiver.backup.BaseBackup;
import dev.seawall.archiver.repository.DirectoryRepository;
import dev.seawall.archiver.repository.WalArchive;
import dev.seawall.checkpointer.HeldFiles;
import dev.seawall.embedded.ArchiveOptions;
import dev.seawall.embedded.Seawall;
import dev.seawall.embedded.SeawallOptions;
import dev.seawall.settings.Settings;
import dev.seawall.tools.ClusterOptions;
import dev.seawall.tools.ExitCode;
import dev.seawall.tools.ExitCodeException;
import dev.seawall.tools.Json;
import dev.seawall.tools.Quantity;
import dev.seawall.tools.control.RunningWalwriter;
import dev.seawall.wal.disk.Disk;
import dev.seawall.wal.disk.LinuxDisk;
import dev.seawall.wal.role.SystemWorld;
import dev.seawall.wal.role.World;
import dev.seawall.walwriter.client.WireClient;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/// `walctl backup`: a base backup into the repository.
@Command(name = "backup", mixinStandardHelpOptions = true,
        description = "Takes a base backup into the archive's repository, with all the log that it needs.",
        footer = {"", "See also: walctl backups (what there is), walreplay (restore to a point in time)"})
final class BackupCommand implements Callable<ExitCode> {

    private static final Duration ARCHIVE_WAIT = Duration.ofMinutes(5);
    private static final BackupProgress NOT_SHOWN = (path, files, bytes) -> { };

    @Mixin
    private final ClusterOptions cluster = new ClusterOptions();

    @Option(names = "--label", paramLabel = "NAME", description = "Its name; made from the time if not given.")
    private @Nullable String label;

    @Option(names = "--json", description = "Print one JSON object.")
    private boolean isJson;

    @Override
    public ExitCode call() throws Exception {
        Disk disk = new LinuxDisk();
        Path directory = cluster.existing(disk);
        Settings settings = cluster.settings(disk);
        ArchiveOptions archive = SeawallOptions.of(settings, directory).archive()
                .orElseThrow(() -> new ExitCodeException(ExitCode.USAGE, "archive_mode is off, so there is no"
                        + " repository to back up into"
                        + "\nHINT: Set archive_mode = on and archive_repository in seawall.conf, or with -c."));
        String name = label == null ? BaseBackup.newLabel(new SystemWorld()) : label;
        long begin = System.nanoTime();
        BackupManifest manifest = take(disk, directory, settings, archive, name);
        Duration took = Duration.ofNanos(System.nanoTime() - begin);
        System.out.println(isJson ? Json.of(fields(manifest)) : "backup " + manifest.label() + " done in "
                + Quantity.time(took) + ": " + manifest.files().size() + " files, "
                + Quantity.bytes(manifest.bytes()) + "; it needs the log from " + manifest.redo() + " to "
                + manifest.stopLsn());
        return ExitCode.DONE;
    }

    private BackupManifest take(Disk disk, Path directory, Settings settings, ArchiveOptions archive, String name)
            throws IOException {
        Optional<WireClient> running = RunningWalwriter.connect(disk, directory, settings);
        if (running.isPresent()) {
            try (WireClient walwriter = running.get();
                    DirectoryRepository repository = DirectoryRepository.open(disk, new SystemWorld(),
                            archive.repository())) {
                WalwriterBackup session = new WalwriterBackup(walwriter, name);
                World world = new SystemWorld();
                return new BaseBackup(disk, world, directory, new HeldFiles(disk, world, directory, session), session,
                        new WalArchive(repository), archive.codec(), ARCHIVE_WAIT).take(name, NOT_SHOWN);
            }
        }
        try (Seawall seawall = LocalCluster.open(cluster, disk)) {
            return seawall.backup(name, NOT_SHOWN);
        }
    }

    /// A backup for `--json`, here and in the list.
    static Map<String, Object> fields(BackupManifest manifest) {
        Map<String, Object> fields = new LinkedHashMap<>();
        fields.put("label", manifest.label());
        fields.put("timeline", Integer.toUnsignedLong(manifest.timeline().value()));
        fields.put("redo_lsn", manifest.redo());
        fields.put("stop_lsn", manifest.stopLsn());
        fields.put("start_time", manifest.startTime());
        fields.put("stop_time", manifest.stopTime());
        fields.put("files", manifest.files().size());
        fields.put("bytes", manifest.bytes());
        return fields;
    }
}
