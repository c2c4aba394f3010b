package dev.seawall.tools.walctl;

import dev.seawall.embedded.Seawall;
import dev.seawall.settings.ServerSettings;
import dev.seawall.settings.Setting;
import dev.seawall.settings.Settings;
import dev.seawall.settings.WalSettings;
import dev.seawall.tools.ClusterOptions;
import dev.seawall.tools.ExitCode;
import dev.seawall.tools.ExitCodeException;
import dev.seawall.tools.Json;
import dev.seawall.tools.WalLink;
import dev.seawall.wal.Lsn;
import dev.seawall.wal.PageLayout;
import dev.seawall.wal.disk.Disk;
import dev.seawall.wal.disk.LinuxDisk;
import dev.seawall.wal.role.SystemWorld;
import dev.seawall.walwriter.segments.FlushChoice;
import dev.seawall.walwriter.segments.FlushPath;
import dev.seawall.walwriter.start.ClusterInit;
import dev.seawall.walwriter.start.ClusterLayout;
import java.io.IOException;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.ThreadLocalRandom;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/// `walctl init`: a new cluster.
@Command(name = "init", mixinStandardHelpOptions = true,
        description = "Makes a new cluster in a directory that does not exist or is empty.",
        footer = {"", "Examples:",
            "  walctl init -D /var/lib/seawall",
            "  walctl init -D /var/lib/seawall --waldir /mnt/log/seawall",
            "                                            commits do not wait for what checkpoints write",
            "  walctl init -D twin --wal-segsize 16MB --system-id 7579123456789012345 --start-lsn 0/1000000",
            "                                            a twin of a real PostgreSQL cluster, for a test",
            "",
            "It tries for a second which way to make the log durable is the fastest where pg_wal is, and writes",
            "wal_sync_method and wal_direct_io with what it found into seawall.conf. \"waltestfsync\" tells more."})
final class InitCommand implements Callable<ExitCode> {

    private static final long FIRST_XID = 3;
    private static final String AUTO = "auto";
    private static final Duration TRIALS = Duration.ofMillis(1200);

    @Mixin
    private final ClusterOptions cluster = new ClusterOptions();

    @Option(names = {"-X", "--waldir"}, paramLabel = "DIR",
            description = "Keep the log there, on a disk of its own: an absolute path, empty or not there yet. pg_wal "
                + "becomes a symbolic link to it.")
    private @Nullable Path walDirectory;

    @Option(names = "--wal-segsize", paramLabel = "SIZE",
            description = "Size of a segment: 1MB to 1GB, a power of two; 16MB if not given. Cannot be changed later.")
    private @Nullable String segmentSize;

    @Option(names = "--system-id", paramLabel = "NUMBER",
            description = "System identifier; made from time and chance if not given.")
    private @Nullable String systemId;

    @Option(names = "--start-lsn", paramLabel = "LSN",
            description = "Where the log begins: the start of a segment, not of the first. The second's if not given.")
    private @Nullable String startLsn;

    @Option(names = "--next-xid", paramLabel = "XID", defaultValue = "" + FIRST_XID,
            description = "The first transaction id, 64 bits; ${DEFAULT-VALUE} if not given.")
    private long nextXid;

    @Option(names = "--wal-sync-method", paramLabel = "METHOD", defaultValue = AUTO,
            description = "What makes the log durable: fdatasync, fsync, open_datasync or open_sync, with O_DIRECT "
                + "unless -c wal_direct_io=off is given. auto, the default: whatever is the fastest here.")
    private String syncMethod = AUTO;

    @Option(names = "--json", description = "Print one JSON object.")
    private boolean isJson;

    @Override
    public ExitCode call() throws Exception {
        Disk disk = new LinuxDisk();
        Path directory = cluster.directory();
        Settings settings = cluster.settings(disk);
        ClusterInit.Options options = options(settings);
        Optional<FlushPath> told = told(settings);
        if (walDirectory != null) {
            WalLink.make(disk, directory, walDirectory);
        }
        create(disk, directory, options);
        Optional<FlushChoice> choice = configure(disk, directory, settings, told);
        if (isJson) {
            Map<String, Object> fields = new LinkedHashMap<>();
            fields.put("directory", directory);
            fields.put("system_identifier", Long.toUnsignedString(options.systemId()));
            fields.put("start_lsn", options.startLsn());
            fields.put("segment_bytes", options.layout().segmentBytes());
            choice.ifPresent(chosen -> {
                fields.put("wal_sync_method", chosen.path().method().name().toLowerCase(Locale.ROOT));
                fields.put("wal_direct_io", chosen.path().isDirect());
                fields.put("wal_sync_method_reason", chosen.reason());
            });
            System.out.println(Json.of(fields));
        } else {
            System.out.println("made cluster " + Long.toUnsignedString(options.systemId()) + " in " + directory);
            System.out.println("its log begins at " + options.startLsn() + "; its settings are in "
                    + directory.resolve(Settings.FILE_NAME));
            choice.ifPresent(chosen -> System.out.println("its log is made durable by " + chosen.path() + ": "
                    + chosen.reason()));
        }
        return ExitCode.DONE;
    }

    private ClusterInit.Options options(Settings settings) {
        try {
            long segmentBytes = segmentSize == null ? settings.get(WalSettings.WAL_SEGMENT_SIZE)
                    : WalSettings.WAL_SEGMENT_SIZE.type().parse(segmentSize);
            PageLayout layout = new PageLayout(Math.toIntExact(segmentBytes));
            long id = systemId == null
                    ? ClusterInit.systemId(Instant.now(), ThreadLocalRandom.current().nextLong())
                    : Long.parseUnsignedLong(systemId);
            Lsn start = startLsn == null ? new Lsn(segmentBytes) : Lsn.parse(startLsn);
            return new ClusterInit.Options(id, start, nextXid, layout, settings.get(ServerSettings.MAX_CONNECTIONS));
        } catch (IllegalArgumentException e) {
            throw new ExitCodeException(ExitCode.USAGE, String.valueOf(e.getMessage()), e);
        }
    }

    private static void create(Disk disk, Path directory, ClusterInit.Options options) throws IOException {
        try {
            Seawall.init(disk, new SystemWorld(), directory, options);
        } catch (FileAlreadyExistsException | DirectoryNotEmptyException e) {
            throw new ExitCodeException(ExitCode.CONFLICT, "\"" + directory + "\" is not empty"
                    + "\nHINT: Give a directory that does not exist yet, or remove what is in it.", e);
        }
    }

    /// What the command line says; empty: it is to be measured.
    private Optional<FlushPath> told(Settings settings) {
        if (syncMethod.equalsIgnoreCase(AUTO)) {
            return Optional.empty();
        }
        try {
            return Optional.of(new FlushPath(WalSettings.WAL_SYNC_METHOD.type().parse(syncMethod),
                    settings.get(WalSettings.WAL_DIRECT_IO)));
        } catch (IllegalArgumentException e) {
            throw new ExitCodeException(ExitCode.USAGE, "--wal-sync-method: " + e.getMessage() + " Or auto.", e);
        }
    }

    /// Writes seawall.conf, unless there is one.
    ///
    /// @return what it says of how the log is made durable; empty: nothing, since somebody else has
    private static Optional<FlushChoice> configure(Disk disk, Path directory, Settings settings,
            Optional<FlushPath> told) throws IOException {
        Path conf = directory.resolve(Settings.FILE_NAME);
        if (disk.exists(conf)) {
            return Optional.empty();
        }
        Optional<FlushChoice> choice = told.map(path -> new FlushChoice(path, List.of(), "As walctl init was told."));
        if (choice.isEmpty() && isDefault(settings, WalSettings.WAL_SYNC_METHOD)
                && isDefault(settings, WalSettings.WAL_DIRECT_IO)) {
            choice = Optional.of(FlushChoice.measure(disk, new SystemWorld(), ClusterLayout.wal(directory), TRIALS));
        }
        Files.writeString(conf, ConfTemplate.text(choice));
        return choice;
    }

    private static boolean isDefault(Settings settings, Setting<?> setting) {
        return settings.entry(setting).source().equals("default");
    }
}
