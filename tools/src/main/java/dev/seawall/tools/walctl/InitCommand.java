package dev.seawall.tools.walctl;

import dev.seawall.embedded.Seawall;
import dev.seawall.settings.ServerSettings;
import dev.seawall.settings.Settings;
import dev.seawall.settings.WalSettings;
import dev.seawall.tools.ClusterOptions;
import dev.seawall.tools.ExitCode;
import dev.seawall.tools.ExitCodeException;
import dev.seawall.tools.Json;
import dev.seawall.wal.Lsn;
import dev.seawall.wal.PageLayout;
import dev.seawall.wal.disk.Disk;
import dev.seawall.wal.disk.LinuxDisk;
import dev.seawall.wal.role.SystemWorld;
import dev.seawall.walwriter.start.ClusterInit;
import dev.seawall.walwriter.start.ClusterLayout;
import java.io.IOException;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
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
            "  walctl init -D twin --wal-segsize 16MB --system-id 7579123456789012345 --start-lsn 0/1000000",
            "                                            a twin of a real PostgreSQL cluster, for a test"})
final class InitCommand implements Callable<ExitCode> {

    private static final long FIRST_XID = 3;

    @Mixin
    private final ClusterOptions cluster = new ClusterOptions();

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

    @Option(names = "--json", description = "Print one JSON object.")
    private boolean isJson;

    @Override
    public ExitCode call() throws Exception {
        Disk disk = new LinuxDisk();
        Path directory = cluster.directory();
        Settings settings = cluster.settings(disk);
        ClusterInit.Options options = options(settings);
        create(disk, directory, options);
        if (isJson) {
            Map<String, Object> fields = new LinkedHashMap<>();
            fields.put("directory", directory);
            fields.put("system_identifier", Long.toUnsignedString(options.systemId()));
            fields.put("start_lsn", options.startLsn());
            fields.put("segment_bytes", options.layout().segmentBytes());
            System.out.println(Json.of(fields));
        } else {
            System.out.println("made cluster " + Long.toUnsignedString(options.systemId()) + " in " + directory);
            System.out.println("its log begins at " + options.startLsn() + "; its settings are in "
                    + directory.resolve(Settings.FILE_NAME));
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
        Path conf = directory.resolve(Settings.FILE_NAME);
        if (!disk.exists(conf) && disk.exists(ClusterLayout.control(directory))) {
            Files.writeString(conf, ConfTemplate.text());
        }
    }
}
