package dev.seawall.tools.walbench;

import dev.seawall.embedded.SeawallOptions;
import dev.seawall.settings.Settings;
import dev.seawall.settings.WalSettings;
import dev.seawall.tools.Directories;
import dev.seawall.tools.ExitCode;
import dev.seawall.tools.ExitCodeException;
import dev.seawall.tools.Json;
import dev.seawall.tools.Program;
import dev.seawall.tools.walbench.allocation.AllocationCommand;
import dev.seawall.tools.walbench.checkpoint.CheckpointCommand;
import dev.seawall.tools.walbench.crossing.CrossingCommand;
import dev.seawall.tools.walbench.growth.GrowthCommand;
import dev.seawall.tools.walbench.load.Load;
import dev.seawall.tools.walbench.load.Loads;
import dev.seawall.tools.walbench.load.Measurement;
import dev.seawall.tools.walbench.ours.BenchLog;
import dev.seawall.tools.walbench.ours.DiskLimit;
import dev.seawall.tools.walbench.ours.WalEngine;
import dev.seawall.tools.walbench.peers.PeersCommand;
import dev.seawall.tools.walbench.scan.ScanCommand;
import dev.seawall.tools.walbench.start.StartCommand;
import dev.seawall.tools.walbench.wire.WireCommand;
import dev.seawall.wal.disk.Disk;
import dev.seawall.wal.disk.LinuxDisk;
import dev.seawall.walwriter.WalOptions;
import dev.seawall.walwriter.segments.SyncMethod;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/// `walbench`: commits a second and their latency, beside what the disk can do.
@Command(name = "walbench", mixinStandardHelpOptions = true, version = "walbench (Seawall) 0.1.0",
        subcommands = {
            AllocationCommand.class,
            CheckpointCommand.class,
            CrossingCommand.class,
            GrowthCommand.class,
            PeersCommand.class,
            ScanCommand.class,
            StartCommand.class,
            WireCommand.class},
        description = {
            "Measures commits a second and how long each takes, beside what the disk itself can do.",
            "",
            "\"walbench peers\" measures other logs beside ours, in turns; \"walbench wire\" measures the daemons, by "
                + "pgbench, beside PostgreSQL; \"walbench scan\" how fast a log is read, beside pg_waldump; "
                + "\"walbench allocation\" counts what a record costs of the heap; \"walbench checkpoint\" measures "
                + "commits beside a checkpoint; \"walbench growth\" what a commit costs as things are doubled; "
                + "\"walbench crossing\" whether one shows that the log came to its next segment; "
                + "\"walbench start\" how long nobody can commit after a crash."},
        footer = {"", "Examples:",
            "  walbench                              the whole table on the disk of $TMPDIR or /tmp, in about a minute",
            "  walbench -d /var/lib -c 1,64 -T 10    on the disk that counts, longer",
            "  walbench -m fdatasync,open_datasync   both ways to make the log durable, one after the other",
            "",
            "Latency is what a committer sees: from before the commit until it is durable. Run it on a",
            "quiet machine; a busy processor shows in p99 first."})
public final class Walbench implements Callable<ExitCode> {

    @Option(names = {"-d", "--directory"}, paramLabel = "DIR",
            description = "Where to make the log, which is removed afterwards. Without it: $TMPDIR or /tmp.")
    private @Nullable Path parent;

    @Option(names = {"-c", "--clients"}, split = ",", paramLabel = "N", defaultValue = "1,8,64,256,1000",
            description = "Committers that wait for each commit; 0: none; default: ${DEFAULT-VALUE}.")
    private List<Integer> clients = List.of();

    @Option(names = {"-f", "--futures"}, split = ",", paramLabel = "N", defaultValue = "1000",
            description = "One producer that never waits, with N commits on their way; 0: none; default: "
                + "${DEFAULT-VALUE}.")
    private List<Integer> windows = List.of();

    @Option(names = "--threads", paramLabel = "KIND", defaultValue = "VIRTUAL",
            description = "Committers are virtual or platform threads; default: virtual.")
    private Load.Kind threads = Load.Kind.VIRTUAL;

    @Option(names = {"-s", "--size"}, paramLabel = "BYTES", defaultValue = "100",
            description = "Bytes of each message; default: ${DEFAULT-VALUE}.")
    private int size;

    @Option(names = {"-o", "--operation"}, paramLabel = "KIND", defaultValue = "TRANSACTION",
            description = "transaction: a message and its commit record; message: one record and its flush.")
    private WalEngine.Kind kind = WalEngine.Kind.TRANSACTION;

    @Option(names = {"-m", "--sync-method"}, split = ",", paramLabel = "METHOD", defaultValue = "OPEN_DATASYNC",
            description = "wal_sync_method: open_datasync (O_DIRECT), fdatasync (buffered), or both.")
    private List<SyncMethod> methods = List.of();

    @Option(names = {"-T", "--time"}, paramLabel = "SECONDS", defaultValue = "5",
            description = "How long each load is measured, after a warm-up; default: ${DEFAULT-VALUE}.")
    private double seconds;

    @Option(names = "--set", paramLabel = "NAME=VALUE",
            description = "A setting, such as wal_segment_size=64MB or wal_buffers=64MB.")
    private final Map<String, String> overrides = new LinkedHashMap<>();

    @Option(names = "--json", description = "Print one JSON object instead of the table.")
    private boolean isJson;

    private final Disk disk = new LinuxDisk();

    @Override
    public ExitCode call() throws Exception {
        if (!threads.isCommitters()) {
            throw new ExitCodeException(ExitCode.USAGE, "--threads takes virtual or platform");
        }
        Path directory = parent == null ? Files.createTempDirectory("walbench")
                : Files.createTempDirectory(parent, "walbench");
        try {
            Settings settings = Settings.load(disk, directory, System.getenv(), overrides);
            heading(directory);
            Map<String, Measurement> limits = limits(directory);
            Map<String, List<Measurement>> results = new LinkedHashMap<>();
            for (SyncMethod method : methods) {
                String name = method.name().toLowerCase(Locale.ROOT);
                results.put(name, measure(directory.resolve(name), settings, method));
            }
            if (isJson) {
                System.out.println(Json.of(fields(directory, limits, results)));
            }
            return ExitCode.DONE;
        } finally {
            Directories.remove(directory);
        }
    }

    private void heading(Path directory) throws IOException {
        tell(String.format(Locale.ROOT, "%s of %d bytes, %s threads, %.1f s each", kind.name().toLowerCase(Locale.ROOT),
                size, threads.name().toLowerCase(Locale.ROOT), seconds));
        tell(String.format(Locale.ROOT, "%s on %s, %d processors, Java %s", directory,
                Files.getFileStore(directory).type(), Runtime.getRuntime().availableProcessors(),
                Runtime.version().feature()));
        tell("");
        tell(Measurement.HEADING);
    }

    private Map<String, Measurement> limits(Path directory) throws IOException {
        DiskLimit limit = new DiskLimit(disk, directory);
        Map<String, Measurement> limits = new LinkedHashMap<>();
        limits.put("disk: 4 KiB O_DIRECT|O_DSYNC", limit.direct(time(0.1), time(0.4)));
        limits.put("disk: 4 KiB and fdatasync", limit.buffered(time(0.1), time(0.4)));
        limits.forEach((name, measured) -> tell(measured.row(name)));
        return limits;
    }

    private List<Measurement> measure(Path directory, Settings settings, SyncMethod method) throws Exception {
        WalOptions options = SeawallOptions.of(settings, directory).wal().withSyncMethod(method);
        int segmentBytes = Math.toIntExact(settings.get(WalSettings.WAL_SEGMENT_SIZE));
        List<Measurement> results = new ArrayList<>();
        tell("wal_sync_method = " + method.name().toLowerCase(Locale.ROOT));
        BenchLog log = new BenchLog(disk, directory, segmentBytes, options);
        try (WalEngine engine = new WalEngine(log.wal(), kind, size, log)) {
            for (Load load : loads()) {
                results.add(Loads.run(engine, load, time(0.2), time(1)));
                tell(results.getLast().row(load.label()));
            }
        }
        return results;
    }

    private List<Load> loads() {
        List<Load> loads = new ArrayList<>();
        clients.stream().filter(count -> count > 0).map(count -> new Load(threads, count, size)).forEach(loads::add);
        windows.stream().filter(window -> window > 0).map(window -> new Load(Load.Kind.WINDOW, window, size))
                .forEach(loads::add);
        return loads;
    }

    private Duration time(double share) {
        return Duration.ofNanos((long) (seconds * share * 1e9));
    }

    private Map<String, Object> fields(
            Path directory, Map<String, Measurement> limits, Map<String, List<Measurement>> results)
            throws IOException {
        Map<String, Object> fields = new LinkedHashMap<>();
        fields.put("operation", kind.name().toLowerCase(Locale.ROOT));
        fields.put("bytes", size);
        fields.put("threads", threads.name().toLowerCase(Locale.ROOT));
        fields.put("file_system", Files.getFileStore(directory).type());
        fields.put("processors", Runtime.getRuntime().availableProcessors());
        fields.put("disk", limits.entrySet().stream()
                .map(limit -> limit.getValue().json(limit.getKey())).toList());
        results.forEach((method, rows) ->
                fields.put(method, rows.stream().map(row -> row.json(row.load().label())).toList()));
        return fields;
    }

    private void tell(String line) {
        if (!isJson) {
            System.out.println(line);
        }
    }

    public static void main(String[] args) {
        Program.main(new Walbench(), args);
    }
}
