package dev.seawall.tools.walbench.allocation;

import dev.seawall.embedded.SeawallOptions;
import dev.seawall.settings.Settings;
import dev.seawall.settings.WalSettings;
import dev.seawall.tools.Directories;
import dev.seawall.tools.ExitCode;
import dev.seawall.tools.ExitCodeException;
import dev.seawall.tools.Json;
import dev.seawall.tools.walbench.ours.BenchLog;
import dev.seawall.wal.disk.Disk;
import dev.seawall.wal.disk.LinuxDisk;
import dev.seawall.walwriter.WalOptions;
import dev.seawall.walwriter.segments.SyncMethod;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/// `walbench allocation`: bytes of heap that the log's callers allocate for each record.
@Command(name = "allocation", mixinStandardHelpOptions = true,
        description = {
            "Tells how many bytes of heap a thread that logs allocates for each record.",
            "",
            "What is not allocated is not collected: no pause, and no cache full of what nobody needs any more. The "
                + "number is the JVM's own count of what one platform thread has allocated, divided by the records it "
                + "has logged in that time; first as many again are logged, for the compiler."},
        footer = {"", "Examples:",
            "  walbench allocation                       a million records each, on the disk of $TMPDIR or /tmp",
            "  walbench allocation -s 1000 --json"})
public final class AllocationCommand implements Callable<ExitCode> {

    @Option(names = {"-d", "--directory"}, paramLabel = "DIR",
            description = "Where to make the log, which is removed afterwards. Without it: $TMPDIR or /tmp.")
    private @Nullable Path parent;

    @Option(names = {"-n", "--records"}, paramLabel = "N", defaultValue = "1000000",
            description = "Records of each kind that is not waited for; of those that are, a hundredth; default: "
                + "${DEFAULT-VALUE}.")
    private int records;

    @Option(names = {"-s", "--size"}, paramLabel = "BYTES", defaultValue = "200",
            description = "Bytes of each message; default: ${DEFAULT-VALUE}.")
    private int size;

    @Option(names = {"-m", "--sync-method"}, paramLabel = "METHOD", defaultValue = "OPEN_DATASYNC",
            description = "wal_sync_method; default: ${DEFAULT-VALUE}.")
    private SyncMethod method = SyncMethod.OPEN_DATASYNC;

    @Option(names = "--json", description = "Print one JSON object instead of the table.")
    private boolean isJson;

    @Override
    public ExitCode call() throws Exception {
        if (records < 100 || size < 1) {
            throw new ExitCodeException(ExitCode.USAGE, "at least 100 records of 1 byte");
        }
        Path directory = parent == null ? Files.createTempDirectory("walbench")
                : Files.createTempDirectory(parent, "walbench");
        try {
            Disk disk = new LinuxDisk();
            Settings settings = Settings.load(disk, directory, System.getenv(), Map.of());
            WalOptions options = SeawallOptions.of(settings, directory).wal().withSyncMethod(method);
            Map<String, Object> fields = new LinkedHashMap<>();
            try (BenchLog log = new BenchLog(disk, directory.resolve("log"),
                    Math.toIntExact(settings.get(WalSettings.WAL_SEGMENT_SIZE)), options)) {
                Allocation allocation = new Allocation(log.wal(), size);
                for (Allocation.Kind kind : Allocation.Kind.values()) {
                    int count = kind.isWaiting() ? records / 100 : records;
                    double bytes = allocation.bytesARecord(kind, count);
                    fields.put(kind.name().toLowerCase(Locale.ROOT), bytes);
                    if (!isJson) {
                        System.out.printf(Locale.ROOT, "  %-34s %,10d records %10.2f bytes each%n", kind.label(), count,
                                bytes);
                    }
                }
            }
            if (isJson) {
                System.out.println(Json.of(fields));
            }
            return ExitCode.DONE;
        } finally {
            Directories.remove(directory);
        }
    }
}
